import { pageData, t, tn } from '../core/texts.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * A length of time as a person says it.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function duration(milliseconds) {
  const minutes = Math.floor(Math.max(milliseconds, 0) / MINUTE);
  if (minutes < 1) return t('less than a minute');
  if (milliseconds < HOUR) return tn('{n} minute', '{n} minutes', minutes);
  const hours = Math.floor(milliseconds / HOUR);
  const rest = minutes - hours * 60;
  if (rest === 0) return tn('{n} hour', '{n} hours', hours);
  return `${tn('{n} hour', '{n} hours', hours)} ${tn('{n} minute', '{n} minutes', rest)}`;
}

/**
 * What is left until something happens by itself, to the second.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function countdown(milliseconds) {
  const seconds = Math.max(Math.ceil(milliseconds / 1000), 0);
  if (seconds < 60) return tn('{n} second', '{n} seconds', seconds);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  if (rest === 0) return tn('{n} minute', '{n} minutes', minutes);
  return `${tn('{n} minute', '{n} minutes', minutes)} ${tn('{n} second', '{n} seconds', rest)}`;
}

/**
 * @param {string} tag of a language
 * @returns {string} its name, as the page has it
 */
export function languageName(tag) {
  const { languages } = /** @type {{ languages?: Record<string, string> }} */ (pageData());
  return languages?.[tag] ?? tag;
}
