import { pageData, t } from '../core/texts.js';

/** @typedef {import('../core/types').Page & { timezone: string }} BoothPage */

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const { language, timezone } = /** @type {BoothPage} */ (pageData());
  return new Intl.DateTimeFormat(language, { ...options, timeZone: timezone });
}

/**
 * What the clock on the wall of the centre shows then.
 *
 * @param {number} at milliseconds
 * @returns {string} such as `9:30`
 */
export function clock(at) {
  return format({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/**
 * The day of a time, as people say it.
 *
 * @param {number} at milliseconds
 * @param {number} now milliseconds
 * @returns {string} such as `today`
 */
export function day(at, now) {
  if (isSameDay(at, now)) return t('today');
  if (isTomorrow(at, now)) return t('tomorrow');
  return date(at);
}

/**
 * A time, where it is said when something happens.
 *
 * @param {number} at milliseconds
 * @param {number} now milliseconds
 * @returns {string} such as `tomorrow at 9:30`
 */
export function moment(at, now) {
  const time = clock(at);
  if (isSameDay(at, now)) return t('at {time}', { time });
  if (isTomorrow(at, now)) return t('tomorrow at {time}', { time });
  return t('on {day} at {time}', { day: date(at), time });
}

/** @param {number} at */
function date(at) {
  return format({ day: 'numeric', month: 'long' }).format(at);
}

/** @param {number} at @param {number} now */
function isSameDay(at, now) {
  return dayNumber(at) === dayNumber(now);
}

/** @param {number} at @param {number} now */
function isTomorrow(at, now) {
  return dayNumber(at) === dayNumber(now) + 1;
}

/** @param {number} at */
function dayNumber(at) {
  const { timezone } = /** @type {BoothPage} */ (pageData());
  // Written as year-month-day, a date is one that can be counted with.
  const local = new Intl.DateTimeFormat('sv', { timeZone: timezone }).format(at);
  return Math.round(Date.parse(local) / 86_400_000);
}
