import { t } from '../core/texts.js';
import { find, findAs, setSwitch, write } from '../ui/dom.js';
import { Stage } from '../ui/stage.js';
import { TalkWords } from '../ui/talk_words.js';
import { QualitySign } from './quality_sign.js';
import { RecordControl } from './record_control.js';
import { VOCABULARY } from './talk_vocabulary.js';

/** @typedef {import('../core/types').ConsultantConsultation} Consultation */

/** The visitor's picture, a colleague's beside it, and what there is to know about the connection. */
export class TalkPane {
  #talk;
  #announcer;
  #names;
  /** Whether the conversation is recorded. */
  recording;
  #words = new TalkWords(VOCABULARY);
  #stage = new Stage(this.#words);
  #sign = new QualitySign();
  #line = find('[data-talk-line]');
  #hangUp = findAs(HTMLButtonElement, '[data-action="hang-up"]');
  /** @type {Consultation | null} */
  #consultation = null;
  #isTalking = false;

  /**
   * @param {import('../ui/talk.js').Talk} talk
   * @param {import('../ui/announcer.js').Announcer} announcer
   * @param {import('./names.js').Names} names
   * @param {import('../ui/errands.js').Errands} errands
   */
  constructor(talk, announcer, names, errands) {
    this.#talk = talk;
    this.#announcer = announcer;
    this.#names = names;
    this.recording = new RecordControl(errands, talk);
    talk.on('change', () => this.#render());
  }

  /**
   * @param {Consultation | null} consultation
   * @param {boolean} isTalking
   */
  follow(consultation, isTalking) {
    this.#consultation = consultation;
    this.#isTalking = isTalking;
    this.recording.follow(isTalking ? consultation : null);
    this.#talk.follow(consultation, isTalking);
  }

  /** Whether the consultant has ended the present conversation, whatever the server has heard. */
  get isEnded() {
    return this.#talk.isEnded;
  }

  /** Nobody here is seen or heard any more, from now on. */
  end() {
    this.recording.follow(null);
    this.#talk.end();
  }

  /** Call from a press: the button it comes from goes, and the focus must not go with it. */
  async turnSoundOn() {
    await this.#talk.turnSoundOn();
    find('#talk-title').focus();
  }

  #render() {
    const { own, has, isSilenced } = this.#talk;
    const isTalking = this.#isTalking && !this.isEnded;
    this.#hangUp.disabled = !isTalking;
    // The talk is the visitor's and the consultant's: who interprets does not end it.
    this.#hangUp.hidden = this.#consultation?.interprets ?? false;
    setSwitch('microphone', own.microphone, has.microphone);
    setSwitch('camera', own.camera, has.camera);
    find('[data-action="sound-on"]').hidden = !isSilenced;
    const said = this.#stage.render(this.#talk);
    const line = isTalking ? this.#wordsInLine() : '';
    write(this.#line, line);
    this.#line.toggleAttribute('data-broken', isTalking && this.#words.isBroken(this.#talk));
    this.#sign.render(this.#talk, isTalking);
    if (this.#isTalking) this.#announcer.say([said, this.recording.line, line].filter(Boolean).join(' '));
  }

  #wordsInLine() {
    const talk = this.#talk;
    const words = this.#words;
    const parts = [words.connection(talk), words.alarms(talk), words.unheard(talk), words.own(talk)];
    if (talk.others.length > 1) parts.unshift(this.#wordsOfThree());
    if (talk.isSilenced)
      parts.splice(1, 0, t('The browser holds the sound back. Press “Turn the sound on”.'));
    return parts.filter(Boolean).join(' ');
  }

  #wordsOfThree() {
    const what = this.#names.interpreter(this.#consultation?.interpreter ?? '');
    return this.#consultation?.interprets
      ? t('You interpret ({what}) for the visitor and the consultant.', { what })
      : t('With you: the visitor and the interpreter ({what}).', { what });
  }
}
