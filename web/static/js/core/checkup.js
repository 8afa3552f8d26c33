import { ProbeCall } from './probe_call.js';
import { echo, overNetwork, without } from './probe_measures.js';
import { CameraWatch, MicrophoneWatch } from './senses.js';
import { pause } from './waiting.js';

/** @typedef {import('./types').DeviceResult} DeviceResult */

/**
 * What is at hand to be checked.
 *
 * @typedef {object} Subject
 * @property {MediaStream} stream of the microphone and the camera, as far as there are any
 * @property {{ microphone: DeviceResult, camera: DeviceResult }} devices what became of opening them
 * @property {boolean} withSound whether the tone is to be played aloud
 */

/** Milliseconds that a camera is looked at, at least. */
const LOOK = 1_800;

/**
 * Checks devices and network by a call to the probe. Measures only; the server judges.
 *
 * @param {Subject} subject
 * @param {object} options
 * @param {string} options.surface
 * @param {RTCConfiguration} options.configuration
 * @param {AbortSignal} options.signal
 * @param {(place: number) => void} [options.onPlace]
 * @returns {Promise<object | null>} `Facts` of signaling/facts.py; null when it was broken off
 */
export async function checkUp(subject, options) {
  const { stream, devices } = subject;
  const [audio] = stream.getAudioTracks();
  const [video] = stream.getVideoTracks();
  const camera = video ? new CameraWatch(video) : null;
  const microphone = audio ? new MicrophoneWatch(audio) : null;
  const call = new ProbeCall({ ...options, stream });
  try {
    const looked = pause(LOOK);
    const network = await overNetwork(call, subject.withSound ? microphone : null);
    await looked;
    const turn = await overRelay(options, network.facts.outcome);
    if (options.signal.aborted) return null;
    const size = video?.getSettings() ?? {};
    return without({
      camera: camera
        ? without({ ...camera.seen, width: size.width, height: size.height })
        : { missing: devices.camera.reason ?? 'failed' },
      microphone: microphone
        ? without({ loudest: microphone.isOn ? microphone.ear.loudest : undefined })
        : { missing: devices.microphone.reason ?? 'failed' },
      speaker: network.speaker,
      network: network.facts,
      turn,
    });
  } finally {
    camera?.close();
    microphone?.close();
    void call.close();
  }
}

/**
 * Whether there is a way through the TURN servers, for when there is no other.
 *
 * @param {{ surface: string, configuration: RTCConfiguration, signal: AbortSignal }} options
 * @param {import('./probe_call.js').Outcome} outcome of the call before
 */
async function overRelay(options, outcome) {
  const { configuration, signal } = options;
  const urls = (configuration.iceServers ?? []).flatMap((server) => server.urls);
  if (signal.aborted || outcome === 'no_probe' || !urls.some((url) => url.startsWith('turn')))
    return undefined;
  const relayed = { ...configuration, iceTransportPolicy: /** @type {const} */ ('relay') };
  const call = new ProbeCall({ ...options, configuration: relayed, stream: null });
  try {
    const reached = await call.connect();
    if (reached === 'connected') return without({ outcome: reached, rtt: await echo(call) });
    return { outcome: call.hasWays ? reached : 'no_relay' };
  } finally {
    void call.close();
  }
}
