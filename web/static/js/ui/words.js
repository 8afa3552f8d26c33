import { pageData, t, tn } from '../core/texts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * Where a time stands: alone, or as the object of a verb or a preposition, where languages with
 * cases have another form.
 *
 * @typedef {'alone' | 'object'} Place
 */

/**
 * A length of time as a person says it.
 *
 * @param {number} milliseconds
 * @param {Place} [place]
 * @returns {string}
 */
export function duration(milliseconds, place = 'alone') {
  const minutes = Math.floor(Math.max(milliseconds, 0) / MINUTE);
  if (minutes < 1) return t('less than a minute');
  if (milliseconds < HOUR) return minutesAs(place, minutes);
  const hours = Math.floor(milliseconds / HOUR);
  const rest = minutes - hours * 60;
  if (rest === 0) return tn('{n} hour', '{n} hours', hours);
  return `${tn('{n} hour', '{n} hours', hours)} ${minutesAs(place, rest)}`;
}

/**
 * What is left until something happens by itself, to the second: the object of "in" or "within".
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function countdown(milliseconds) {
  const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
  if (seconds < 60) return secondsLeft(seconds);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  if (rest === 0) return minutesAs('object', minutes);
  return `${minutesAs('object', minutes)} ${secondsLeft(rest)}`;
}

/** @param {Place} place @param {number} minutes */
function minutesAs(place, minutes) {
  if (place === 'alone') return tn('{n} minute', '{n} minutes', minutes);
  // Translators: the object of "in", "within" or "waited".
  return tn('{minutes} minute', '{minutes} minutes', minutes, { minutes });
}

/** @param {number} seconds */
function secondsLeft(seconds) {
  // Translators: the object of "in" or "within".
  return tn('{seconds} second', '{seconds} seconds', seconds, { seconds });
}

/**
 * @param {string} tag of a language
 * @returns {string} its name, as the page has it
 */
export function languageName(tag) {
  const { languages } = /** @type {{ languages?: Record<string, string> }} */ (pageData());
  return languages?.[tag] ?? tag;
}
