/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits until something holds, for so long at most.
 *
 * @param {number} ms
 * @param {string} event after which it may hold
 * @param {EventTarget} target
 * @param {() => boolean} holds
 */
export async function within(ms, event, target, holds) {
  const stop = new AbortController();
  const held = new Promise((resolve) => {
    const look = () => holds() && resolve(undefined);
    target.addEventListener(event, look, { signal: stop.signal });
    look();
  });
  await Promise.race([held, pause(ms)]);
  stop.abort();
}
