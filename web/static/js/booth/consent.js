import { t, tn } from '../core/texts.js';
import { findAs, find, write } from '../ui/dom.js';
import { Recording } from '../ui/recording.js';

/** @type {import('../ui/recording.js').RecordingWords} */
const WORDS = {
  line: ({ state, by }) => {
    switch (state) {
      case 'asked':
        return t('May this conversation be recorded?');
      case 'agreed':
        return t('The recording is about to begin.');
      case 'running':
        return t('This conversation is being recorded.');
      case 'refused':
        return t('The conversation is not recorded.');
      case 'stopped':
        return by === 'consultant' ? t('The specialist stopped the recording.') : WORDS.left();
      case 'unavailable':
        return t(
          'The conversation is not recorded: the recorder is not available. You can go on talking.',
        );
    }
  },
  stop: ({ state }) => (state === 'asked' ? '' : t('Stop recording')),
  left: () => t('You stopped the recording. The conversation goes on.'),
};

/** The visitor is asked whether the conversation may be recorded, sees whether it is, and ends it. */
export class Consent {
  #errands;
  #recording;
  #dialog = findAs(HTMLDialogElement, '#record-talk');
  /** @type {string | null} the consultation for which an answer is on its way */
  #answered = null;
  /** @type {import('../core/types').BoothConsultation | null} */
  #consultation = null;

  /**
   * @param {import('../ui/errands.js').Errands} errands
   * @param {import('../ui/talk.js').Talk} talk
   */
  constructor(errands, talk) {
    this.#errands = errands;
    this.#recording = new Recording({ errands, talk, words: WORDS });
    // It asks for an answer, and "no" is one.
    this.#dialog.addEventListener('cancel', (event) => event.preventDefault());
  }

  get actions() {
    return {
      'record-yes': () => this.#answer(true),
      'record-no': () => this.#answer(false),
      'stop-recording': () => this.#recording.stop(),
    };
  }

  /** What there is to say of it now; empty: nothing. */
  get line() {
    return this.#recording.line;
  }

  /** @param {import('../core/types').BoothConsultation | null} consultation null: nobody talks */
  follow(consultation) {
    this.#consultation = consultation;
    this.#recording.follow(consultation);
    const { state, keep_days: days } = this.#recording.state ?? {};
    const isAsked = state === 'asked';
    if (!isAsked) this.#answered = null;
    if (isAsked && this.#answered === null) this.#ask(days ?? 0);
    else if (!isAsked && this.#dialog.open) this.#dialog.close();
  }

  /** @param {number} days */
  #ask(days) {
    const kept = tn(
      'Supervisors of the service can watch it for {n} day; then, or when you ask, it is deleted.',
      'Supervisors of the service can watch it for {n} days; then, or when you ask, it is deleted.',
      days,
    );
    write(find('[data-record-kept]', this.#dialog), kept);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {boolean} agree */
  async #answer(agree) {
    const consultation = this.#consultation?.id ?? null;
    this.#answered = consultation;
    const answered = await this.#errands.run('recording.answer', { consultation, agree });
    // Not heard: the question still stands.
    if (!answered && this.#answered === consultation) {
      this.#answered = null;
      this.follow(this.#consultation);
    }
  }
}
