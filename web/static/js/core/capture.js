/** @typedef {import('./devices.js').Kind} Kind */
/** @typedef {import('./types').DeviceResult} DeviceResult */
/** @typedef {import('./types').Missing} Missing */
/** @typedef {Record<Kind, DeviceResult> & { tracks: MediaStreamTrack[] }} Captured */

/** @type {Record<string, Missing>} reasons by the names getUserMedia gives its errors */
const REASONS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** @type {Record<Kind, MediaTrackConstraints>} */
const QUALITY = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

/**
 * Opens the devices together, and one by one if that fails, so that what works is had and what does
 * not has its own reason.
 *
 * @param {Record<Kind, boolean | string>} wanted any device, the one with that id, or none
 * @returns {Promise<Captured>} never rejected
 */
export async function capture(wanted) {
  const kinds = /** @type {Kind[]} */ (['microphone', 'camera']).filter((kind) => wanted[kind]);
  const nothing = { on: false, reason: /** @type {Missing} */ ('unwanted') };
  /** @type {Captured} */
  const captured = { microphone: nothing, camera: nothing, tracks: [] };
  const together = await attempt(wanted, kinds);
  if (together instanceof MediaStream || kinds.length < 2) keep(captured, kinds, together);
  else for (const kind of kinds) keep(captured, [kind], await attempt(wanted, [kind]));
  return captured;
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
 * @returns {Promise<MediaStream | Missing>}
 */
async function attempt(wanted, kinds) {
  // Browsers hide their devices from pages that came over plain http from another machine.
  if (!navigator.mediaDevices) return 'insecure';
  if (kinds.length === 0) return 'unwanted';
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: kinds.includes('microphone') && constraints('microphone', wanted.microphone),
      video: kinds.includes('camera') && constraints('camera', wanted.camera),
    });
  } catch (error) {
    return REASONS[/** @type {Error} */ (error).name] ?? 'failed';
  }
}

/**
 * @param {Kind} kind
 * @param {boolean | string} wanted
 * @returns {MediaTrackConstraints}
 */
function constraints(kind, wanted) {
  return typeof wanted === 'string'
    ? { ...QUALITY[kind], deviceId: { exact: wanted } }
    : QUALITY[kind];
}
