/** Arithmetic with counters that a browser may not have. */

/**
 * @param {number | undefined} before
 * @param {number | undefined} after
 * @returns {number | null} null: one of them is not known
 */
export function growth(before, after) {
  return before === undefined || after === undefined ? null : Math.max(0, after - before);
}

/**
 * A thousand times the value, as `whole`.
 *
 * @param {number | null | undefined} value
 * @param {number} most
 */
export function thousands(value, most) {
  return typeof value === 'number' ? whole(value * 1000, most) : null;
}

/**
 * @param {number | undefined} value
 * @param {number} most
 * @returns {number | null} the nearest whole number from 0 to the most; null: there is none
 */
export function whole(value, most) {
  if (value === undefined || !Number.isFinite(value)) return null;
  return Math.min(most, Math.max(0, Math.round(value)));
}
