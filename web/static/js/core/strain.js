import { growth, thousands, whole } from './numbers.js';

/** @typedef {import('./stats.js').Facts} Facts */
/** @typedef {import('./stats.js').Outbound} Outbound */

/**
 * What tells over a span whether a link is sent more than it bears. What the browser believes of it
 * comes late when hardly anything gets through, as the news of what was lost is lost too.
 *
 * @typedef {object} Strain
 * @property {number | null} room kbit/s that the browser believes get through; null: not known
 * @property {boolean} isStale whether it has heard nothing in the span that it could learn this from
 * @property {number | null} delay ms, the longest round trip measured in the span; null: none was
 * @property {number} sent kbit/s of sound and picture
 * @property {number} again ‰ of the picture that was sent once more, as it had not arrived
 */

/** Milliseconds. */
const MOST_DELAY = 60_000;

/**
 * @param {Facts} before
 * @param {Facts} after of the same connection, later
 * @returns {Strain}
 */
export function strainOf(before, after) {
  const span = Math.max(1, after.at - before.at);
  const sound = grown(before.sent.audio, after.sent.audio);
  const picture = grown(before.sent.video, after.sent.video);
  const room = after.path?.room;
  return {
    room: room === undefined ? null : room / 1000,
    isStale: room === before.path?.room,
    delay: delayOf(before, after),
    sent: ((sound.bytes + picture.bytes) * 8) / span,
    again: picture.bytes > 0 ? (thousands(picture.again / picture.bytes, 1000) ?? 0) : 0,
  };
}

/** @param {Facts} before @param {Facts} after */
function delayOf(before, after) {
  const asked = growth(before.path?.asked, after.path?.asked);
  const waited = growth(before.path?.waited, after.path?.waited);
  const found = asked && waited ? [waited / asked] : [];
  for (const kind of /** @type {const} */ (['audio', 'video'])) {
    const [old, remote] = [before.sent[kind]?.remote, after.sent[kind]?.remote];
    if (remote?.rtt !== undefined && remote.at !== old?.at) found.push(remote.rtt);
  }
  return found.length > 0 ? whole(Math.max(...found) * 1000, MOST_DELAY) : null;
}

/** @param {Outbound | null} before @param {Outbound | null} after */
function grown(before, after) {
  const known = before?.id === after?.id ? before : null;
  return {
    bytes: growth(known?.bytes ?? 0, after?.bytes) ?? 0,
    again: growth(known?.again ?? 0, after?.again) ?? 0,
  };
}
