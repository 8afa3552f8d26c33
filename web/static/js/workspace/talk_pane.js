import { t } from '../core/texts.js';
import { deviceFault } from '../ui/device_words.js';
import { find, findAs, setSwitch, write } from '../ui/dom.js';

/** The visitor's picture, and what there is to know about the connection. */
export class TalkPane {
  #talk;
  #announcer;
  #stageWords = find('[data-stage-words]');
  #hangUp = findAs(HTMLButtonElement, '[data-action="hang-up"]');
  #isTalking = false;

  /**
   * @param {import('../ui/talk.js').Talk} talk
   * @param {import('../ui/announcer.js').Announcer} announcer
   */
  constructor(talk, announcer) {
    this.#talk = talk;
    this.#announcer = announcer;
    talk.on('change', () => this.#render());
  }

  /**
   * @param {import('../core/types').LinkInfo | null} link
   * @param {boolean} isTalking
   */
  follow(link, isTalking) {
    this.#isTalking = isTalking;
    this.#talk.follow(link, isTalking);
  }

  /** Whether the consultant has ended the present conversation, whatever the server has heard. */
  get isEnded() {
    return this.#talk.isEnded;
  }

  /** Nobody here is seen or heard any more, from now on. */
  end() {
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
    setSwitch('microphone', own.microphone, has.microphone);
    setSwitch('camera', own.camera, has.camera);
    find('[data-action="sound-on"]').hidden = !isSilenced;
    const words = this.#wordsOnStage();
    this.#stageWords.hidden = words === '';
    write(find('p', this.#stageWords), words);
    const line = isTalking ? this.#wordsInLine() : '';
    write(find('[data-talk-line]'), line);
    if (this.#isTalking) this.#announcer.say([words, line].filter(Boolean).join(' '));
  }

  #wordsOnStage() {
    const { condition, hasArrived, theirs, isEnded } = this.#talk;
    if (isEnded) return t('The conversation is over');
    if (condition === 'failed')
      return t('The connection broke off. The visitor is back in the line.');
    if (!hasArrived) return t('Connecting you with the visitor');
    if (!theirs.camera) return t('The visitor has no picture. You can talk.');
    return '';
  }

  #wordsInLine() {
    const { condition, hasArrived, theirs, own, has, isOpening, isSilenced } = this.#talk;
    const parts = [];
    if (condition === 'interrupted')
      parts.push(t('The connection is interrupted and is being restored.'));
    else if (hasArrived) parts.push(t('The connection is good.'));
    if (isSilenced)
      parts.push(t('The browser holds the sound back. Press “Turn the sound on”.'));
    if (hasArrived && !theirs.microphone) parts.push(t('The visitor’s microphone is off.'));
    if (!has.microphone) {
      if (!isOpening) parts.push(deviceFault('microphone', 'missing'));
    } else if (!own.microphone) parts.push(t('You cannot be heard: your microphone is off.'));
    return parts.join(' ');
  }
}
