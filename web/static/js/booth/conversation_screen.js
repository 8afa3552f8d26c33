import { t } from '../core/texts.js';
import { deviceFault } from '../ui/device_words.js';
import { find, setSwitch, write } from '../ui/dom.js';

/** The specialist fills the screen; what is wrong, and why, stands under the picture. */
export class ConversationScreen {
  #announcer;
  #talk;
  #stageWords = find('[data-stage-words]');
  #line = find('[data-talk-line]');
  #isShown = false;

  /**
   * @param {import('../ui/announcer.js').Announcer} announcer
   * @param {import('../ui/talk.js').Talk} talk
   */
  constructor(announcer, talk) {
    this.#announcer = announcer;
    this.#talk = talk;
    talk.on('change', () => this.#render());
  }

  /**
   * @param {import('../core/types').LinkInfo | null} link
   * @param {boolean} isCarrying whether the two may see and hear each other yet
   */
  follow(link, isCarrying) {
    this.#isShown = isCarrying;
    this.#talk.follow(link, isCarrying);
  }

  /** Nobody is seen or heard any more, whether or not the server has been told. */
  end() {
    this.#isShown = false;
    this.#talk.end();
  }

  #render() {
    const { own, has, isSilenced } = this.#talk;
    setSwitch('microphone', own.microphone, has.microphone);
    setSwitch('camera', own.camera, has.camera);
    find('[data-action="sound-on"]').hidden = !isSilenced;
    const words = this.#wordsOnStage();
    this.#stageWords.hidden = words === '';
    write(find('p', this.#stageWords), words);
    const line = this.#wordsInLine();
    write(this.#line, line);
    if (this.#isShown) this.#announcer.say([words, line].filter(Boolean).join(' '));
  }

  #wordsOnStage() {
    const { condition, hasArrived, theirs } = this.#talk;
    if (condition === 'failed') return t('The connection broke off. We are calling again.');
    if (!hasArrived) return t('Connecting you with the specialist');
    if (!theirs.camera) return t('The specialist has no picture now. You can talk.');
    return '';
  }

  #wordsInLine() {
    const { condition, hasArrived, theirs, own, has, isOpening, isSilenced } = this.#talk;
    const parts = [];
    if (isSilenced)
      parts.push(t('The browser holds the sound back. Press “Turn the sound on”.'));
    if (condition === 'interrupted') {
      parts.push(t('The connection is interrupted. Stay here, it is being restored.'));
    } else if (hasArrived) parts.push(t('The connection is good.'));
    if (hasArrived && !theirs.microphone) parts.push(t('The specialist’s microphone is off.'));
    if (!has.microphone) {
      if (!isOpening) parts.push(deviceFault('microphone', 'missing'));
    } else if (!own.microphone) parts.push(t('You cannot be heard: your microphone is off.'));
    return parts.join(' ');
  }
}
