import { pause } from './waiting.js';

/**
 * Asks again and again until the server has answered, however long it is away.
 *
 * @param {import('./wire.js').Wire} wire
 * @param {string} type
 * @param {object} fields
 * @param {() => boolean} isDue false: it has come about otherwise, or matters no more
 * @returns {Promise<{ error: unknown, isRepeated: boolean } | null>} the refusal, and whether an earlier
 *   asking may have been heard although its reply was lost; null: done, or not due any more
 */
export async function insist(wire, type, fields, isDue) {
  for (let isRepeated = false; isDue(); isRepeated = true) {
    try {
      await wire.request(type, fields);
      return null;
    } catch (error) {
      const { code, retryAfter } = /** @type {import('./wire.js').WireError} */ (error);
      if (code !== 'unavailable' && !retryAfter) return { error, isRepeated };
      // Without it, the request itself has waited for the server.
      if (retryAfter) await pause(retryAfter * 1000);
    }
  }
  return null;
}
