import { t } from '../core/texts.js';
import { findAs } from '../ui/dom.js';
import { Recording } from '../ui/recording.js';

/** @type {import('../ui/recording.js').RecordingWords} */
const WORDS = {
  line: ({ state, by }) => {
    switch (state) {
      case 'asked':
        return t('The visitor is being asked whether the conversation may be recorded.');
      case 'agreed':
        return t('The visitor agreed. The recording is about to begin.');
      case 'running':
        return t('This conversation is being recorded.');
      case 'refused':
        return t('The visitor does not want to be recorded. The conversation is not recorded.');
      case 'stopped':
        return by === 'visitor' ? t('The visitor stopped the recording.') : WORDS.left();
      case 'unavailable':
        return t('The conversation is not recorded: no recorder is available. You may ask again.');
    }
  },
  stop: ({ state }) => (state === 'asked' ? t('Take the question back') : t('Stop recording')),
  left: () => t('You stopped the recording.'),
};
/** The visitor has said no, or there is nothing to ask for any more. */
const NOT_TO_ASK = new Set(['asked', 'agreed', 'running', 'refused']);

/** The consultant asks whether the conversation may be recorded, sees whether it is, and ends it. */
export class RecordControl {
  #errands;
  #recording;
  #button = findAs(HTMLButtonElement, '[data-action="ask-recording"]');
  /** @type {import('../core/types').ConsultantConsultation | null} */
  #consultation = null;

  /**
   * @param {import('../ui/errands.js').Errands} errands
   * @param {import('../ui/talk.js').Talk} talk
   */
  constructor(errands, talk) {
    this.#errands = errands;
    this.#recording = new Recording({ errands, talk, words: WORDS });
  }

  get actions() {
    return {
      'ask-recording': () => this.ask(),
      'stop-recording': () => this.#recording.stop(),
    };
  }

  /** What there is to say of it now; empty: nothing. */
  get line() {
    return this.#recording.line;
  }

  /** @param {import('../core/types').ConsultantConsultation | null} consultation null: nobody talks */
  follow(consultation) {
    this.#consultation = consultation;
    this.#recording.follow(consultation);
    this.#button.hidden = !consultation?.recordable;
    this.#button.disabled = !this.#mayAsk;
  }

  /** Call from a press. */
  async ask() {
    if (!this.#mayAsk) return;
    await this.#errands.run('recording.ask', { consultation: this.#consultation?.id });
  }

  get #mayAsk() {
    const { recordable, state } = this.#consultation ?? {};
    const now = this.#recording.state?.state ?? '';
    return recordable === true && state === 'active' && !NOT_TO_ASK.has(now);
  }
}
