/**
 * How good sound or picture is, from 0 to 100, as `signaling/quality.py` computes it too;
 * `tests/quality_scores.json` holds the two to each other.
 */

/** @typedef {import('./sample.js').Sound} Sound */
/** @typedef {import('./sample.js').Picture} Picture */
/** @typedef {'excellent' | 'good' | 'poor' | 'lost'} Grade */

/**
 * Points that one percent of lost packets costs. They are those of LiveKit's scorer: a picture has
 * nothing that helps over a loss; Opus conceals; with its own error correction it bears half as much
 * more; RED sends everything twice.
 */
const PICTURE = 10;
const OPUS = 8;
const OPUS_WITH_FEC = OPUS / 1.5;
const RED = 4;

/** Milliseconds above which a delay is felt in a conversation, and costs more. */
const FELT = 160;
const FALL = 0.8;
const RISE = 0.4;

/**
 * @param {Sound | Picture} flow
 * @param {number | null} rtt ms
 * @returns {number | null} whole; null: nobody knows yet how much is lost
 */
export function scoreOf(flow, rtt) {
  if (flow.loss === null) return null;
  const delay = (rtt ?? 0) / 2 + 2 * (flow.jitter ?? 0);
  const penalty = delay > FELT ? (delay - 120) / 10 : delay / 40;
  const score = 100 - penalty - (flow.loss / 10) * weightOf(flow);
  return Math.floor(Math.min(100, Math.max(0, score)) + 0.5);
}

/** @param {number} score @returns {Grade} */
export function gradeOf(score) {
  if (score > 80) return 'excellent';
  if (score > 40) return 'good';
  return score > 20 ? 'poor' : 'lost';
}

/**
 * The next of a row of scores, so that one bad span shows at once and one good span is not believed.
 *
 * @param {number | null} before the smoothed score before; null: this is the first
 * @param {number} score of the span of 5 s that has passed
 * @returns {number} not rounded, to go on from
 */
export function smoothed(before, score) {
  if (before === null) return score;
  return before + (score - before) * (score < before ? FALL : RISE);
}

/** @param {Sound | Picture} flow */
function weightOf(flow) {
  if (!('fec' in flow)) return PICTURE;
  if (flow.codec.toLowerCase() === 'red') return RED;
  return flow.fec ? OPUS_WITH_FEC : OPUS;
}
