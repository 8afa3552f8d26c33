/** @typedef {import('./devices.js').Kind} Kind */
/** @typedef {import('./types').DeviceResult} DeviceResult */
/** @typedef {import('./types').DeviceChoice} DeviceChoice */
/** @typedef {import('./types').Missing} Missing */
/** @typedef {import('./types').DeviceKind} DeviceKind */
/** @typedef {Record<Kind, DeviceResult> & { tracks: MediaStreamTrack[] }} Captured */
/** @typedef {Record<Kind, MediaTrackConstraints>} Quality */

/** @type {Record<string, Missing>} reasons by the names getUserMedia gives its errors */
const REASONS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** @type {Quality} */
export const QUALITY = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

/**
 * Opens the devices together, and one by one if that fails, so that what works is had and what does
 * not has its own reason.
 *
 * @param {Record<Kind, boolean | string>} wanted any device, the one with that id, or none
 * @param {Partial<Record<Kind, string>>} [preferred] ids to try first where any device would do
 * @param {Quality} [quality]
 * @returns {Promise<Captured>} never rejected
 */
export async function capture(wanted, preferred = {}, quality = QUALITY) {
  const kinds = /** @type {Kind[]} */ (['microphone', 'camera']).filter((kind) => wanted[kind]);
  const nothing = { on: false, reason: /** @type {Missing} */ ('unwanted') };
  /** @type {Captured} */
  const captured = { microphone: nothing, camera: nothing, tracks: [] };
  const together = await attempt(wanted, kinds, preferred, quality);
  if (together instanceof MediaStream || kinds.length < 2) keep(captured, kinds, together);
  else {
    for (const kind of kinds)
      keep(captured, [kind], await attempt(wanted, [kind], preferred, quality));
  }
  return captured;
}

/** @returns {Promise<Record<DeviceKind, DeviceChoice[]>>} what can be chosen */
export async function choices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  /** @param {MediaDeviceKind} kind */
  const of = (kind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return {
    microphone: of('audioinput'),
    camera: of('videoinput'),
    speaker: of('audiooutput'),
  };
}

/**
 * @param {Captured} captured
 * @param {Kind[]} kinds
 * @param {MediaStream | Missing} outcome
 */
function keep(captured, kinds, outcome) {
  const isHere = outcome instanceof MediaStream;
  for (const kind of kinds) {
    captured[kind] = isHere ? { on: true, reason: null } : { on: false, reason: outcome };
  }
  if (isHere) captured.tracks.push(...outcome.getTracks());
}

/**
 * @param {Record<Kind, boolean | string>} wanted
 * @param {Kind[]} kinds
 * @param {Partial<Record<Kind, string>>} preferred
 * @param {Quality} quality
 * @returns {Promise<MediaStream | Missing>}
 */
async function attempt(wanted, kinds, preferred, quality) {
  /** @param {Kind} kind */
  const constraints = (kind) => {
    const asked = wanted[kind];
    const exact = typeof asked === 'string' ? asked : preferred[kind];
    return exact === undefined ? quality[kind] : { ...quality[kind], deviceId: { exact } };
  };
  // Browsers hide their devices from pages that came over plain http from another machine.
  if (!navigator.mediaDevices) return 'insecure';
  if (kinds.length === 0) return 'unwanted';
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: kinds.includes('microphone') && constraints('microphone'),
      video: kinds.includes('camera') && constraints('camera'),
    });
  } catch (error) {
    const { name } = /** @type {Error} */ (error);
    const [kind, ...others] = kinds;
    // What was preferred is gone: any other will do. Of two, each has its own turn later.
    if (name === 'OverconstrainedError' && others.length === 0 && preferred[kind])
      return attempt(wanted, kinds, {}, quality);
    return REASONS[name] ?? 'failed';
  }
}
