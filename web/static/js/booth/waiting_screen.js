import { t } from '../core/texts.js';
import { copyOf, find, write } from '../ui/dom.js';
import {
  calledWords,
  callingWords,
  lineWords,
  longerWords,
  placeWords,
  returnedWords,
} from './line_words.js';

/** @typedef {import('../core/types').BoothConsultation} Consultation */
/** @typedef {import('../core/types').Place} Place */

/** The visitor's ticket, their place, how long it may take, and what to do meanwhile. */
export class WaitingScreen {
  #announcer;
  #topics;
  #returned = find('[data-returned]');
  #line = find('[data-line]');
  /** Why the visitor waits again, until it has been said. */
  #reason = '';
  #now = '';
  #said = '';

  /**
   * @param {import('../ui/announcer.js').Announcer} announcer
   * @param {Map<string, import('./topics.js').Topic>} topics
   */
  constructor(announcer, topics) {
    this.#announcer = announcer;
    this.#topics = topics;
  }

  /**
   * @param {Consultation} consultation
   * @param {Place | null} place null until the server has counted
   * @param {number} now server time
   */
  render(consultation, place, now) {
    const topic = this.#topics.get(consultation.topic);
    const isCalled = consultation.state === 'offered';
    const isForTwo = consultation.interpreter !== null;
    const heading = isCalled ? callingWords(isForTwo) : t('You are in the line');
    const [first, second] = isCalled ? calledWords(isForTwo) : placeWords(place);
    const longer = isCalled ? '' : longerWords(place?.estimate ?? null);
    const line = isCalled ? null : lineWords(place, now);
    write(find('[data-ticket]'), consultation.ticket);
    write(find('[data-topic-name]'), topic?.name ?? '');
    find('[data-sign-words]').hidden = consultation.mode !== 'sign';
    find('[data-priority-words]').hidden = !consultation.priority;
    write(find('#waiting-title'), heading);
    write(find('[data-place]'), first);
    write(find('[data-range]'), second);
    write(find('[data-longer]'), longer);
    show(this.#line, line);
    const notice = line && `${line[0]}. ${line[1]}`;
    this.#now = [notice, `${first}.`, second, longer].filter(Boolean).join(' ');
    find('[data-hints]').hidden = !topic?.hint;
    write(find('[data-hint]'), topic?.hint ?? '');
    for (const later of document.querySelectorAll('[data-action="later"]'))
      /** @type {HTMLElement} */ (later).hidden = isCalled;
  }

  /** Call when the screen is shown; a reason is said once, before the place. */
  announce() {
    if (this.#reason === '' && this.#now === this.#said) return;
    this.#announcer.say([this.#reason, this.#now].filter(Boolean).join(' '));
    this.#reason = '';
    this.#said = this.#now;
  }

  /**
   * Tells why the visitor waits again.
   *
   * @param {string} cause of the last state
   */
  explain(cause) {
    const text = returnedWords(cause);
    if (text === null) return;
    this.#reason = text && `${text} ${t('You keep your place')}.`;
    show(this.#returned, text ? [t('You keep your place'), text] : null);
  }
}

/**
 * @param {HTMLElement} place of a notice
 * @param {[string, string] | null} words what it is and what it means, or nothing
 */
function show(place, words) {
  const before = place.firstElementChild;
  if (!words) place.replaceChildren();
  else {
    const notice = before instanceof HTMLElement ? before : copyOf('waiting-notice');
    write(find('strong', notice), words[0]);
    write(find('[data-text]', notice), words[1]);
    if (notice !== before) place.replaceChildren(notice);
  }
}
