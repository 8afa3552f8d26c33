import { hardwareFirst } from './codecs.js';
import { change } from './parameters.js';
import { letPass, shape } from './shaping.js';

/**
 * What one person sends over a link; null sends nothing of that kind.
 *
 * @typedef {object} Tracks
 * @property {MediaStreamTrack | null} audio
 * @property {MediaStreamTrack | null} video
 * @property {MediaStreamTrack | null} shown a document or a window, shown besides
 * @property {import('./shaping.js').Ration | null} [ration] how much of it; null: as the browser sees fit
 */

/** The lines of every description, in this order; one for photos and text follows them. */
const KINDS = ['audio', 'video', 'video'];
const SHOWN = 2;
/** Whoever reads wants every letter, and hardly minds how often it comes. */
const MOST_FRAMES = 15;
/** Bits a second; the rest is left to sound and faces. */
const MOST_BITRATE = 2_500_000;

/**
 * The owner's lines, both ways and without tracks: putting one on later needs no negotiation.
 *
 * @param {RTCPeerConnection} connection
 * @param {MediaStream} together names sound and picture as belonging together
 */
export function addLines(connection, together) {
  for (const [line, kind] of KINDS.entries()) {
    const streams = line === SHOWN ? [] : [together];
    connection.addTransceiver(kind, { direction: 'sendrecv', streams });
  }
}

/**
 * Lets the lines for pictures be offered in codecs that both machines handle in hardware, if there are any.
 *
 * @param {RTCPeerConnection} connection
 * @param {string[]} ours
 * @param {string[]} theirs
 */
export function preferHardware(connection, ours, theirs) {
  const known = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const codecs = hardwareFirst(ours, theirs, known);
  if (codecs.every((codec, index) => codec === known[index])) return;
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences(codecs);
  }
}

/**
 * The other side's: as offered. Machines may offer fewer.
 *
 * @param {RTCPeerConnection} connection that has taken the offer
 * @param {MediaStream} together
 */
export function takeLines(connection, together) {
  for (const [line, transceiver] of connection.getTransceivers().entries()) {
    transceiver.direction = 'sendrecv';
    if (line !== SHOWN) transceiver.sender.setStreams(together);
  }
}

/**
 * @param {RTCPeerConnection} connection
 * @param {RTCRtpTransceiver} transceiver
 */
export function isOfShown(connection, transceiver) {
  return connection.getTransceivers().indexOf(transceiver) === SHOWN;
}

/**
 * Sends these tracks from now on. How much is told first: a browser that begins with a picture too
 * large for what it believes in throws the first ones away.
 *
 * @param {RTCPeerConnection} connection
 * @param {Tracks} tracks
 */
export async function putOn(connection, { audio, video, shown, ration }) {
  const tracks = [audio, video, shown];
  const senders = connection.getTransceivers().map(({ sender }) => sender);
  const changes = ration ? [shape(senders, ration, video)] : [];
  for (const [line, sender] of senders.entries()) {
    const track = tracks[line] ?? null;
    if (sender.track !== track) changes.push(sender.replaceTrack(track));
  }
  await Promise.all(changes);
  // Where there is no room for a picture there is none for two.
  if (shown && senders[SHOWN]) await keepSharp(senders[SHOWN], ration?.lines !== 0);
}

/**
 * Lines for photos and for real-time text (RFC 8865), which are the same on both sides without a word
 * about them.
 *
 * @param {RTCPeerConnection} connection
 */
export function addDataLines(connection) {
  const photos = connection.createDataChannel('photos', { negotiated: true, id: 0 });
  photos.binaryType = 'arraybuffer';
  const text = connection.createDataChannel('text', { negotiated: true, id: 2, protocol: 't140' });
  return { photos, text };
}

/** @param {RTCRtpSender} sender @param {boolean} isSent */
function keepSharp(sender, isSent) {
  return change(sender, (parameters) => {
    parameters.degradationPreference = 'maintain-resolution';
    letPass(parameters, isSent);
    for (const encoding of parameters.encodings) {
      encoding.maxFramerate = MOST_FRAMES;
      encoding.maxBitrate = MOST_BITRATE;
    }
  });
}
