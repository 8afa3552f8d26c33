import { t, tn } from '../core/texts.js';
import { clock } from './times.js';

/** @typedef {import('../core/types').Estimate} Estimate */
/** @typedef {import('../core/types').Place} Place */

const MINUTE = 60_000;
/** The closing time is told when the line closes sooner than that, or than the wait may last. */
const NEAR = 30 * MINUTE;

/** @param {boolean} isForTwo an interpreter is called too */
export function callingWords(isForTwo) {
  return isForTwo
    ? t('A specialist and an interpreter are being called')
    : t('A specialist is being called');
}

/**
 * @param {boolean} isForTwo an interpreter is called too
 * @returns {[string, string]} what stands large, and what stands under it
 */
export function calledWords(isForTwo) {
  const soon = isForTwo
    ? t('They answer within half a minute.')
    : t('The specialist answers within half a minute.');
  return [t('Please stay here'), soon];
}

/**
 * @param {Place | null} place
 * @returns {[string, string]} what stands large, and what stands under it
 */
export function placeWords(place) {
  if (!place) return [t('Finding your place'), ''];
  const first =
    place.place === 1
      ? t('You are next')
      : tn('{n} person is before you', '{n} people are before you', place.place - 1);
  const words = place.gate === 'paused' ? pausedWords : rangeWords;
  return [first, words(place.estimate)];
}

/** @param {Estimate | null} estimate */
function pausedWords(estimate) {
  if (!estimate) return t('How long it takes is known when calling goes on.');
  return `${rangeWords(estimate)} ${t('It may become longer while calling is paused.')}`;
}

/** @param {Estimate | null} estimate */
function rangeWords(estimate) {
  if (!estimate)
    return t(
      'We do not know yet how long it takes: no specialist is at work for this at the moment. You can wait, or ask the staff of the centre.',
    );
  const { low_minutes: low, high_minutes: high } = estimate;
  if (high <= 1) return t('The wait is about a minute.');
  if (low === high)
    return tn('The wait is about {n} minute.', 'The wait is about {n} minutes.', high);
  if (low === 0) return tn('The wait is up to {n} minute.', 'The wait is up to {n} minutes.', high);
  return tn(
    'The wait is about {low} to {n} minute.',
    'The wait is about {low} to {n} minutes.',
    high,
    { low },
  );
}

/**
 * Why the wait became longer than what was shown before.
 *
 * @param {Estimate | null} estimate
 * @returns {string} empty: it did not
 */
export function longerWords(estimate) {
  switch (estimate?.reason) {
    case 'priority':
      return t('It takes longer than before: someone came who is called earlier.');
    case 'fewer_consultants':
      return t('It takes longer than before: fewer specialists are at work now.');
    case 'longer_talks':
      return t('It takes longer than before: the conversations are longer than usual.');
    case 'paused':
      return t('It takes longer than before: calling was paused.');
    case 'returned':
      return t('It takes longer than before: someone whose conversation broke off is called again.');
    default:
      return '';
  }
}

/**
 * What staff and hours do to the line, where the visitor must know.
 *
 * @param {Place | null} place
 * @param {number} now server time
 * @returns {[string, string] | null} what it is, and what it means
 */
export function lineWords(place, now) {
  if (place?.gate === 'paused')
    return [
      t('Calling is paused for a moment'),
      t('You keep your place. Nothing needs to be done.'),
    ];
  if (place?.closes_at && isNear(place.closes_at, place.estimate, now))
    return [
      t('The line closes at {time}', { time: clock(place.closes_at) }),
      t('Whoever has not been called by then cannot be served today.'),
    ];
  if (place?.gate === 'closed')
    return [t('No more tickets are given for this now'), t('You keep your place and are called.')];
  return null;
}

/** @param {number} closesAt @param {Estimate | null} estimate @param {number} now */
function isNear(closesAt, estimate, now) {
  return closesAt - now < Math.max(NEAR, (estimate?.high_minutes ?? 0) * MINUTE);
}

/**
 * Why the visitor waits again.
 *
 * @param {string} cause of the last state
 * @returns {string | null} empty: nothing to explain any more; null: what was said still holds
 */
export function returnedWords(cause) {
  switch (cause) {
    case 'decline':
    case 'offer_timed_out':
      return t('That specialist could not answer.');
    case 'interpreter_declined':
    case 'interpreter_timed_out':
      return t('The interpreter could not answer.');
    case 'consultant_lost':
      return t(
        'The connection with the specialist broke off. You will be called again as soon as possible.',
      );
    case 'media_failed':
      return t(
        'Sound and picture could not be kept. You will be called again as soon as possible.',
      );
    case 'interpreter_lost':
      return t(
        'The connection with the interpreter broke off. You will be called again as soon as possible.',
      );
    case 'offer':
    case 'snapshot':
      return null;
    default:
      return '';
  }
}
