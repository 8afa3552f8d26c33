/**
 * How a link was over a span of time: two looks at its counters become one plain sample.
 *
 * All numbers are whole, so that they are the same wherever they go; null is "not known". The server
 * keeps them as they are (`signaling/measures.py`); scores are made of them when they are shown.
 */

import { growth, thousands, whole } from './numbers.js';

/** @typedef {import('./stats.js').Facts} Facts */
/** @typedef {import('./stats.js').Inbound} Inbound */
/** @typedef {import('./stats.js').Outbound} Outbound */

/**
 * Sound one way. Of what is sent, loss and jitter are what the receiver last reported.
 *
 * @typedef {object} Sound
 * @property {string} codec such as `opus`; empty: not known
 * @property {boolean} fec whether packets carry what helps over a lost one
 * @property {number} kbps kbit/s
 * @property {number | null} loss packets lost, ‰
 * @property {number | null} jitter ms
 * @property {number | null} level how loud, in dB under the loudest possible: 0 to 127, 127 being
 *   digital silence (the scale of RFC 6464); of what is sent: the microphone
 * @property {number} concealed sound made up for what did not come in time, ‰; of what is sent: 0
 */

/**
 * Picture one way.
 *
 * @typedef {object} Picture
 * @property {string} codec such as `VP8`; empty: not known
 * @property {number} kbps kbit/s
 * @property {number | null} loss packets lost, ‰
 * @property {number | null} jitter ms
 * @property {number} fps pictures a second
 * @property {number} width pixels; 0: not known
 * @property {number} height
 * @property {number} freeze ms in which the picture stood still longer than it should; counted when
 *   it goes on
 */

/** @typedef {{ audio: Sound | null, video: Picture | null }} Way null: nothing is sent this way */

/**
 * @typedef {object} Sample
 * @property {number} span ms
 * @property {number | null} rtt ms
 * @property {{ local: string, remote: string, protocol: string } | null} path types of both ends
 *   (`host`, `srflx`, `prflx`, `relay`), and `udp`, `tcp` or `tls`
 * @property {number | null} offset ms that the picture is played behind the sound
 * @property {Way} received from the other person
 * @property {Way} sent to them
 */

/** The most of each unit that is told: far from anything real, so that the server refuses none. */
const MOST = { ms: 60_000, kbps: 1_000_000, pixels: 16_384, fps: 240, share: 1000 };
const SILENCE = 127;
/** Further apart than this they do not belong together. */
const MOST_OFFSET = 10_000;

/**
 * @param {Facts} before
 * @param {Facts} after of the same connection, later
 * @returns {Sample}
 */
export function sampleOf(before, after) {
  const span = Math.max(1, after.at - before.at);
  const { path } = after;
  const isCut = path !== null && path.signs === before.path?.signs;
  return {
    span: whole(span, MOST.ms) ?? 0,
    rtt: rttOf(before, after),
    path: path && { local: path.local, remote: path.remote, protocol: path.protocol },
    offset: offsetOf(after),
    received: {
      audio: received(before.received.audio, after.received.audio, { span, isCut }, soundIn),
      video: received(before.received.video, after.received.video, { span, isCut }, pictureIn),
    },
    sent: {
      audio: sent(before.sent.audio, after.sent.audio, span, soundOut),
      video: sent(before.sent.video, after.sent.video, span, pictureOut),
    },
  };
}

/** @param {Facts} before @param {Facts} after */
function rttOf(before, after) {
  const { path } = after;
  const asked = growth(before.path?.asked, path?.asked);
  const waited = growth(before.path?.waited, path?.waited);
  const { audio, video } = after.sent;
  const last = path?.rtt ?? video?.remote?.rtt ?? audio?.remote?.rtt;
  return thousands(asked && waited ? waited / asked : last, MOST.ms);
}

/** @param {Facts} after */
function offsetOf({ received: { audio, video } }) {
  if (!audio?.playing || !video?.playing) return null;
  const offset = Math.round(audio.playing - video.playing);
  return Math.abs(offset) > MOST_OFFSET ? null : offset;
}

/**
 * @template Kind
 * @param {Inbound | null} before
 * @param {Inbound | null} after
 * @param {{ span: number, isCut: boolean }} during whether nothing at all came from the other side
 * @param {(before: Inbound | null, after: Inbound, span: number) => Kind} special
 */
function received(before, after, { span, isCut }, special) {
  if (!after) return null;
  const known = before?.id === after.id ? before : null;
  const packets = growth(known?.packets ?? 0, after.packets) ?? 0;
  const lost = growth(known?.lost ?? 0, after.lost) ?? 0;
  // Nobody sends anything; unless they do, and all of it is lost.
  if (packets === 0 && !(isCut && after.packets > 0)) return null;
  return {
    codec: after.codec,
    kbps: rate(known, after, span),
    loss: packets === 0 ? MOST.share : thousands(lost / (packets + lost), MOST.share),
    jitter: thousands(after.jitter, MOST.ms),
    ...special(known, after, span),
  };
}

/**
 * @template Kind
 * @param {Outbound | null} before
 * @param {Outbound | null} after
 * @param {number} span
 * @param {(before: Outbound | null, after: Outbound, span: number) => Kind} special
 */
function sent(before, after, span, special) {
  if (!after) return null;
  const known = before?.id === after.id ? before : null;
  if (after.packets === (known?.packets ?? 0)) return null;
  const { remote } = after;
  const isNew = remote !== null && remote.at !== known?.remote?.at;
  return {
    codec: after.codec,
    kbps: rate(known, after, span),
    loss: isNew ? thousands(remote.loss, MOST.share) : null,
    jitter: thousands(remote?.jitter, MOST.ms),
    ...special(known, after, span),
  };
}

/** @param {Inbound | null} before @param {Inbound} after */
function soundIn(before, after) {
  const samples = growth(before?.samples ?? 0, after.samples);
  const concealed = growth(before?.concealed ?? 0, after.concealed) ?? 0;
  const share = samples ? thousands(concealed / samples, MOST.share) : 0;
  return { fec: after.fec, level: levelOf(before, after), concealed: share ?? 0 };
}

/** @param {Outbound | null} before @param {Outbound} after */
function soundOut(before, after) {
  return { fec: after.fec, level: levelOf(before, after), concealed: 0 };
}

/** @param {Inbound | null} before @param {Inbound} after @param {number} span */
function pictureIn(before, after, span) {
  const frozen = growth(before?.frozen ?? 0, after.frozen);
  return { ...size(before, after, span), freeze: thousands(frozen, MOST.ms) ?? 0 };
}

/** @param {Outbound | null} before @param {Outbound} after @param {number} span */
function pictureOut(before, after, span) {
  return { ...size(before, after, span), freeze: 0 };
}

/** @typedef {Pick<Inbound, 'bytes' | 'frames' | 'width' | 'height'>} Seen */

/** @param {Seen | null} before @param {Seen} after @param {number} span */
function size(before, after, span) {
  const frames = growth(before?.frames ?? 0, after.frames) ?? 0;
  return {
    fps: whole((frames * 1000) / span, MOST.fps) ?? 0,
    width: whole(after.width, MOST.pixels) ?? 0,
    height: whole(after.height, MOST.pixels) ?? 0,
  };
}

/** @param {Seen | null} before @param {Seen} after @param {number} span */
function rate(before, after, span) {
  return whole(((after.bytes - (before?.bytes ?? 0)) * 8) / span, MOST.kbps) ?? 0;
}

/** @typedef {Pick<Inbound, 'energy' | 'heard'>} Heard */

/** @param {Heard | null} before @param {Heard} after */
function levelOf(before, after) {
  const heard = growth(before?.heard ?? 0, after.heard);
  const energy = growth(before?.energy ?? 0, after.energy);
  if (!heard || energy === null) return null;
  return energy === 0 ? SILENCE : whole(-10 * Math.log10(energy / heard), SILENCE);
}
