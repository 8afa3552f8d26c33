/** @typedef {import('../core/types').BoothHealth} BoothHealth */

/**
 * How often a booth checks itself; 0 minutes: never, 0 hours: without a sound.
 *
 * @typedef {{ minutes: number, sound_hours: number }} Schedule
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After a bad check it looks again soon, to be marked or to be back. */
const SOON = MINUTE;
/** How long nobody has touched the screen. */
const QUIET = 5_000;

/**
 * When the next check is due.
 *
 * @param {BoothHealth | null} health as the server knows it
 * @param {Schedule} schedule
 * @param {number} now server time
 * @param {number} dice 0 to 1, so that the booths of a centre do not all check at once
 * @returns {number | null} milliseconds from now; null: never
 */
export function nextCheck(health, { minutes }, now, dice) {
  if (minutes === 0) return null;
  const isTroubled = health !== null && (health.bad || Object.keys(health.failed).length > 0);
  const span = isTroubled ? restAfter({ minutes, sound_hours: 0 }) : minutes * MINUTE;
  const left = health === null ? 0 : health.at + span * (0.9 + 0.2 * dice) - now;
  return Math.max(left, QUIET);
}

/**
 * Whether the next check plays its tone: now and then, and for as long as something is wrong that only
 * the tone can find out.
 *
 * @param {BoothHealth | null} health
 * @param {Schedule} schedule
 * @param {number} now
 */
export function isAloud(health, { sound_hours: hours }, now) {
  if (hours === 0) return false;
  const heardAt = health?.sound_at ?? null;
  if (heardAt === null || now - heardAt > hours * HOUR) return true;
  return Boolean(health?.bad || health?.failed.speaker || health?.failed.microphone);
}

/**
 * How long to leave a screen in peace that somebody has touched, or after a check that came to nothing.
 *
 * @param {Schedule} schedule
 * @returns {number} milliseconds
 */
export function restAfter({ minutes }) {
  return Math.min(SOON, minutes * MINUTE);
}
