/**
 * @param {number} seconds
 * @returns {string} as players show it, such as 1:05
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
