/** From this share of the service level on, a wait is close to being too long. */
const NEAR = 0.75;

/**
 * @typedef {'calm' | 'near' | 'over'} Age
 *
 * @param {number} waited milliseconds
 * @param {number} serviceLevel milliseconds
 * @returns {Age} how a wait stands against what the organisation aims at
 */
export function ageOf(waited, serviceLevel) {
  if (waited > serviceLevel) return 'over';
  return waited >= NEAR * serviceLevel ? 'near' : 'calm';
}
