/** @typedef {import('./devices.js').Kind} Kind */

/** @type {Kind[]} */
const KINDS = ['microphone', 'camera'];

/**
 * Tells when the browser's leave to use a device is given or withdrawn, where the browser says so.
 *
 * @param {AbortSignal} signal ends it
 * @param {(kind: Kind, isGranted: boolean) => void} changed
 */
export async function watchPermissions(signal, changed) {
  for (const kind of KINDS) {
    const status = await permission(kind);
    if (!status || signal.aborted) continue;
    const tell = () => changed(kind, status.state === 'granted');
    status.addEventListener('change', tell, { signal });
  }
}

/**
 * @param {Kind} kind
 * @returns {Promise<boolean>} false: the browser has withdrawn its leave
 */
export async function isAllowed(kind) {
  const status = await permission(kind);
  return !status || status.state === 'granted';
}

/**
 * @param {Kind} kind
 * @returns {Promise<PermissionStatus | null>} null: this browser does not tell
 */
async function permission(kind) {
  try {
    return await navigator.permissions.query({ name: /** @type {any} */ (kind) });
  } catch (error) {
    // Older browsers do not know these names.
    console.debug('Permission not known:', error);
    return null;
  }
}
