import { t, tn } from '../core/texts.js';
import { copyOf, find, write } from '../ui/dom.js';

/** @typedef {import('../core/types').BoothConsultation} Consultation */
/** @typedef {import('../core/types').Place} Place */

/** The visitor's ticket, their place, how long it may take, and what to do meanwhile. */
export class WaitingScreen {
  #announcer;
  #topics;
  #returned = find('[data-returned]');
  /** Why the visitor waits again, until it has been said. */
  #reason = '';
  #place = '';
  #saidPlace = '';

  /**
   * @param {import('../ui/announcer.js').Announcer} announcer
   * @param {Map<string, { name: string, hint: string | null }>} topics
   */
  constructor(announcer, topics) {
    this.#announcer = announcer;
    this.#topics = topics;
  }

  /**
   * @param {Consultation} consultation
   * @param {Place | null} place null until the server has counted
   */
  render(consultation, place) {
    const topic = this.#topics.get(consultation.topic);
    const isCalled = consultation.state === 'offered';
    write(find('[data-ticket]'), consultation.ticket);
    write(find('[data-topic-name]'), topic?.name ?? '');
    write(
      find('#waiting-title'),
      isCalled ? t('A specialist is being called') : t('You are in the line'),
    );
    const [first, second] = isCalled ? calledWords() : placeWords(place);
    write(find('[data-place]'), first);
    write(find('[data-range]'), second);
    this.#place = `${first}. ${second}`;
    find('[data-hints]').hidden = !topic?.hint;
    write(find('[data-hint]'), topic?.hint ?? '');
  }

  /** Call when the screen is shown; a reason is said once, before the place. */
  announce() {
    if (this.#reason === '' && this.#place === this.#saidPlace) return;
    this.#announcer.say([this.#reason, this.#place].filter(Boolean).join(' '));
    this.#reason = '';
    this.#saidPlace = this.#place;
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
    if (text === '') this.#returned.replaceChildren();
    else {
      const notice = copyOf('returned-notice');
      find('strong', notice).textContent = t('You keep your place');
      find('[data-text]', notice).textContent = text;
      this.#returned.replaceChildren(notice);
    }
  }
}

/** @returns {[string, string]} */
function calledWords() {
  return [t('Please stay here'), t('The specialist answers within half a minute.')];
}

/**
 * @param {Place | null} place
 * @returns {[string, string]}
 */
function placeWords(place) {
  if (!place) return [t('Finding your place'), ''];
  const first =
    place.place === 1
      ? t('You are next')
      : tn('{n} person is before you', '{n} people are before you', place.place - 1);
  return [first, rangeWords(place.estimate)];
}

/** @param {import('../core/types').Estimate | null} estimate */
function rangeWords(estimate) {
  if (!estimate) {
    return t(
      'No specialist is at work for this at the moment. You can wait, or ask the staff of the centre.',
    );
  }
  const { low_minutes: low, high_minutes: high } = estimate;
  if (high <= 1) return t('The wait is about a minute.');
  if (low === high)
    return tn('The wait is about {n} minute.', 'The wait is about {n} minutes.', high);
  return tn('The wait is {low} to {n} minute.', 'The wait is {low} to {n} minutes.', high, { low });
}

/**
 * @param {string} cause
 * @returns {string | null} empty: nothing to explain any more; null: what was said still holds
 */
function returnedWords(cause) {
  switch (cause) {
    case 'decline':
    case 'offer_timed_out':
      return t('That specialist could not answer.');
    case 'consultant_lost':
      return t(
        'The connection with the specialist broke off. You will be called again as soon as possible.',
      );
    case 'media_failed':
      return t(
        'Sound and picture could not be kept. You will be called again as soon as possible.',
      );
    case 'offer':
    case 'snapshot':
      return null;
    default:
      return '';
  }
}
