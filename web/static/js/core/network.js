/**
 * Calls back when this machine is on another network, or on one again: old ways may lead nowhere.
 *
 * @param {() => void} callback
 * @returns {() => void} stops it
 */
export function onNetworkChange(callback) {
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('online', callback, { signal });
  // Where the browser says so, from cable to wireless. It reports changes of speed by the same event.
  const { connection } = /** @type {Navigator & { connection?: EventTarget & { type?: string } }} */ (
    navigator
  );
  let type = connection?.type;
  const look = () => {
    if (connection?.type === type) return;
    type = connection?.type;
    callback();
  };
  connection?.addEventListener('change', look, { signal });
  return () => stop.abort();
}
