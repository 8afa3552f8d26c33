import { pageData, t } from '../core/texts.js';
import { find, setSwitch, write } from '../ui/dom.js';
import { Stage } from '../ui/stage.js';
import { TalkWords } from '../ui/talk_words.js';
import { Consent } from './consent.js';
import { VOCABULARY } from './talk_vocabulary.js';

/** @typedef {{ interpreters: Record<string, string> }} NamedThings names by code */

/**
 * The specialist fills the screen, or shares it evenly with an interpreter; what is wrong, and why,
 * stands under the pictures.
 */
export class ConversationScreen {
  #announcer;
  #talk;
  #consent;
  #interpreters = /** @type {import('../core/types').Page & NamedThings} */ (pageData())
    .interpreters;
  #words = new TalkWords(VOCABULARY);
  #stage = new Stage(this.#words);
  #line = find('[data-talk-line]');
  /** What is interpreted. */
  #what = '';
  #isShown = false;

  /**
   * @param {import('../ui/announcer.js').Announcer} announcer
   * @param {import('../ui/talk.js').Talk} talk
   * @param {import('../ui/errands.js').Errands} errands
   */
  constructor(announcer, talk, errands) {
    this.#announcer = announcer;
    this.#talk = talk;
    this.#consent = new Consent(errands, talk);
    talk.on('change', () => this.#render());
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return this.#consent.actions;
  }

  /**
   * @param {import('../core/types').BoothConsultation | null} consultation
   * @param {boolean} isCarrying whether people may see and hear each other yet
   */
  follow(consultation, isCarrying) {
    const code = consultation?.interpreter ?? '';
    this.#what = this.#interpreters[code] ?? code;
    this.#isShown = isCarrying;
    this.#consent.follow(isCarrying ? consultation : null);
    this.#talk.follow(consultation, isCarrying);
  }

  /** Nobody is seen or heard any more, whether or not the server has been told. */
  end() {
    this.#isShown = false;
    this.#consent.follow(null);
    this.#talk.end();
  }

  #render() {
    const { own, has, isSilenced } = this.#talk;
    setSwitch('microphone', own.microphone, has.microphone);
    setSwitch('camera', own.camera, has.camera);
    find('[data-action="sound-on"]').hidden = !isSilenced;
    const said = this.#stage.render(this.#talk);
    const line = this.#wordsInLine();
    write(this.#line, line);
    this.#line.toggleAttribute('data-broken', this.#words.isBroken(this.#talk));
    if (this.#isShown) this.#announcer.say([said, this.#consent.line, line].filter(Boolean).join(' '));
  }

  #wordsInLine() {
    const talk = this.#talk;
    const words = this.#words;
    const parts = [words.connection(talk), words.alarms(talk), words.unheard(talk), words.own(talk)];
    if (talk.others.length > 1)
      parts.unshift(
        t('With you: the specialist and the interpreter ({what}).', { what: this.#what }),
      );
    if (talk.isSilenced)
      parts.unshift(t('The browser holds the sound back. Press “Turn the sound on”.'));
    return parts.filter(Boolean).join(' ');
  }
}
