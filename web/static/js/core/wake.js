/**
 * Calls back when the network or the person comes back: the moment to try again at once.
 *
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function onWake(callback) {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('online', callback, { signal });
  addEventListener('pageshow', callback, { signal });
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') callback();
    },
    { signal },
  );
  return () => stop.abort();
}
