/**
 * Decides how much a link carries when the network is bad, so that people understand each other.
 *
 * The browser fits the picture to what it believes the network bears, but starves the sound when there
 * is hardly anything. So a ladder stands over it: down after a short while of too little, up after a
 * longer one of calm. How much more would get through nobody knows before it is sent; so going up is
 * a trial, and after a trial that failed the next one comes later.
 *
 * Pure: a standing and a look make the next standing.
 */

/** @typedef {'doubled' | 'plain' | 'spare' | 'none'} Care how the sound is sent; see `shaping.js` */

/**
 * What may be sent on one rung.
 *
 * @typedef {object} Rung
 * @property {import('./types').Held} holds what is held back on it
 * @property {number} lines most lines of the picture; 0: it is paused
 * @property {number} kbps most of the picture
 * @property {number} fps most pictures a second
 * @property {number} room kbit/s below which it is left
 * @property {Care} sound
 */

/**
 * What was seen of one link, of what it sends.
 *
 * @typedef {object} Look
 * @property {number | null} room kbit/s that the browser believes get through; null: not known
 * @property {number | null} loss of sound or picture, ‰, as the other side says; null: not known
 * @property {boolean} queues whether packets wait somewhere, and not only get lost
 * @property {boolean} floods whether so little arrives that the browser cannot know the room yet
 */

/**
 * @typedef {object} Standing
 * @property {number} rung index
 * @property {number} since when it was taken, ms
 * @property {boolean} isTrial whether it was taken from below
 * @property {number | null} short since when there is too little for it
 * @property {number | null} calm since when nothing is wrong
 * @property {number} patience ms of calm before the next trial
 */

/** Speech: a face may go, words may not. @type {Rung[]} */
export const SPEECH = [
  { holds: 'nothing', lines: 720, kbps: 2500, fps: 30, room: 150, sound: 'doubled' },
  { holds: 'size', lines: 180, kbps: 100, fps: 15, room: 110, sound: 'plain' },
  { holds: 'picture', lines: 0, kbps: 0, fps: 0, room: 0, sound: 'spare' },
];

/**
 * Sign language: the picture is the speech. It becomes small, but keeps the 20 pictures a second of
 * EN 301 549, 6.5, for which some more have to be asked for; at the end the sound makes room for it.
 *
 * @type {Rung[]}
 */
export const SIGN = [
  { holds: 'nothing', lines: 720, kbps: 2500, fps: 30, room: 300, sound: 'plain' },
  { holds: 'size', lines: 240, kbps: 300, fps: 25, room: 130, sound: 'spare' },
  { holds: 'sound', lines: 180, kbps: 100, fps: 25, room: 0, sound: 'none' },
];

/**
 * With an interpreter some sign and some speak: neither is given up.
 *
 * @type {Rung[]}
 */
export const INTERPRETED = SIGN.slice(0, 2);

/** Milliseconds. */
const SHORT_ENOUGH = 2000;
/** Two looks: while packets wait somewhere, the sound of each further second is lost. */
const QUEUE_ENOUGH = 900;
const FIRST_PATIENCE = 6000;
const MOST_PATIENCE = 30_000;
/** A trial that holds for so long has succeeded. */
const TRIAL = 20_000;
/** ‰ lost with which nothing is wrong. */
const CALM_LOSS = 30;
/** ‰ lost from which on sound is sent twice where there is room. */
const DOUBLING_LOSS = 50;

/** @param {number} now ms @returns {Standing} at the top */
export function atTop(now) {
  return { rung: 0, since: now, isTrial: false, short: null, calm: null, patience: FIRST_PATIENCE };
}

/**
 * @param {Rung[]} rungs
 * @param {Standing} standing
 * @param {Look} look
 * @param {number} now ms
 * @returns {Standing}
 */
export function climb(rungs, standing, look, now) {
  const hasFailed = standing.isTrial && now - standing.since < TRIAL;
  const short = lower(rungs, standing.rung, look) === null ? null : (standing.short ?? now);
  const calm = standing.rung > 0 && isWell(look) ? (standing.calm ?? now) : null;
  const taken = { since: now, short: null, calm: null };
  if (short !== null && now - short >= (look.queues ? QUEUE_ENOUGH : SHORT_ENOUGH)) {
    const rung = lower(rungs, standing.rung, look) ?? standing.rung;
    const patience = hasFailed ? Math.min(standing.patience * 2, MOST_PATIENCE) : FIRST_PATIENCE;
    return { ...taken, rung, isTrial: false, patience };
  }
  if (calm !== null && now - calm >= standing.patience) {
    const patience = hasFailed ? standing.patience : FIRST_PATIENCE;
    return { ...taken, rung: standing.rung - 1, isTrial: true, patience: standing.isTrial ? patience : standing.patience };
  }
  return { ...standing, short, calm };
}

/**
 * How sound is sent: twice when much is lost and there is room for it.
 *
 * @param {Rung} rung
 * @param {Look} look
 * @returns {Care}
 */
export function careOf({ sound }, { loss, queues }) {
  if (sound !== 'plain') return sound;
  return (loss ?? 0) >= DOUBLING_LOSS && !queues ? 'doubled' : 'plain';
}

/**
 * The rung to go down to, or null when this one can be held. A browser that has sent little believes
 * in little: that alone is no reason. Where packets are lost and do not queue, sending less loses as
 * much: then a small picture takes nothing from the sound, and stays. In a flood nobody knows the room,
 * least of all the browser, and the way is straight down.
 *
 * @param {Rung[]} rungs
 * @param {number} rung
 * @param {Look} look
 */
function lower(rungs, rung, look) {
  const { room, queues, floods } = look;
  const last = rungs.length - 1;
  if (floods) return rung < last ? last : null;
  if (room === null || room >= rungs[rung].room || isWell(look)) return null;
  const most = queues ? last : Math.max(last - 1, 0);
  const fits = rungs.findIndex((each, index) => index > rung && room >= each.room);
  const found = Math.min(fits < 0 ? last : fits, most);
  return found > rung ? found : null;
}

/** @param {Look} look */
function isWell({ loss, queues }) {
  return !queues && (loss ?? 0) <= CALM_LOSS;
}
