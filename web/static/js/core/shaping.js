/**
 * What a link is told to send, in the browser's own terms. Browsers that know less of them keep what
 * they do by themselves.
 */

import { change } from './parameters.js';

/** @typedef {import('./ladder.js').Care} Care */

/**
 * A rung, whether movement matters more than size, and how sound is sent now. `doubled`: each packet
 * holds the one before it once more (RFC 2198); `spare`: wideband speech with as few bits as it
 * needs; `none`: given up for the picture.
 *
 * @typedef {import('./ladder.js').Rung & { isMotion: boolean }} Ration
 */

/** Bits a second of Opus: speech of 7 kHz and more, and what browsers take by themselves. */
const SPARE = 16_000;
const USUAL = 32_000;

/** @typedef {RTCRtpEncodingParameters & { codec?: RTCRtpCodec }} Encoding */
/** @typedef {import('./parameters.js').Parameters} Parameters */

/**
 * @param {RTCRtpSender[]} senders the first two are of sound and picture
 * @param {Ration} ration
 * @param {MediaStreamTrack | null} track the picture
 */
export async function shape([sound, picture], ration, track) {
  await Promise.all([
    picture && change(picture, (parameters) => shapePicture(parameters, ration, track)),
    sound && change(sound, (parameters) => shapeSound(parameters, ration.sound)),
  ]);
}

/** @param {Parameters} parameters @param {Care} care */
function shapeSound({ codecs, encodings }, care) {
  for (const encoding of /** @type {Encoding[]} */ (encodings)) {
    // Without a codec of its own it is sent by the first that was negotiated, which is Opus.
    delete encoding.codec;
    const doubled = codecs.find(({ mimeType }) => mimeType.toLowerCase() === 'audio/red');
    if (care === 'doubled' && doubled) encoding.codec = doubled;
    encoding.active = care !== 'none';
    encoding.maxBitrate = care === 'spare' ? SPARE : USUAL;
    encoding.priority = encoding.networkPriority = 'high';
  }
}

/**
 * @param {Parameters} parameters
 * @param {Ration} ration
 * @param {MediaStreamTrack | null} track
 */
function shapePicture(parameters, { lines, kbps, fps, isMotion }, track) {
  const { width = 0, height = 0 } = track?.getSettings() ?? {};
  parameters.degradationPreference = isMotion ? 'maintain-framerate' : 'balanced';
  letPass(parameters, lines > 0);
  if (lines === 0) return;
  for (const encoding of parameters.encodings) {
    encoding.scaleResolutionDownBy = Math.max(1, Math.min(width, height) / lines);
    encoding.maxBitrate = kbps * 1000;
    encoding.maxFramerate = fps;
  }
}

/**
 * Sends a picture, or holds it back; when it goes on, it begins with one that can be shown without those before.
 *
 * @param {Parameters} parameters
 * @param {boolean} isSent
 */
export function letPass({ codecs: [used, ...others], encodings }, isSent) {
  // What was lost of it is asked for again for ten seconds, and given, which leaves the sound no room.
  // Chromium forgets what it has sent when it is to go on in another codec.
  const unused = others.find(({ mimeType }) => isPicture(mimeType, used));
  for (const encoding of /** @type {Encoding[]} */ (encodings)) {
    encoding.active = isSent;
    delete encoding.codec;
    if (!isSent && unused) encoding.codec = unused;
  }
}

const REPAIRS = ['rtx', 'red', 'ulpfec', 'flexfec-03'];

/** @param {string} mimeType @param {RTCRtpCodec} used */
function isPicture(mimeType, used) {
  return mimeType !== used.mimeType && !REPAIRS.includes(mimeType.split('/')[1]);
}
