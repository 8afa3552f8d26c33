/**
 * Which screen a visitor sees: a function of what the server says and of what was done here.
 *
 * @typedef {'topic' | 'shut' | 'unfit' | 'ticket' | 'way' | 'interpreter' | 'priority' | 'ready'} Step of a
 *   visitor without a place
 *
 * @typedef {Step | 'loading' | 'waiting' | 'later' | 'conversation' | 'rating' | 'done' | 'agreed'
 *   | 'ended' | 'evicted'} Screen
 *
 * @typedef {object} Visit what this page remembers of the visitor's consultation
 * @property {string} id
 * @property {boolean} hasTalked they saw or heard each other to the end
 * @property {boolean} hasFinished the visitor ended it
 * @property {boolean} isRated or the question was skipped
 * @property {string | null} outcome how it was closed
 * @property {string} ticket
 * @property {string} topic
 * @property {number | null} returnAt when the visitor has agreed to come back
 *
 * @typedef {object} Facts
 * @property {boolean} isKnown the server has told its state at least once
 * @property {boolean} isEvicted another window has taken over
 * @property {import('../core/types').BoothConsultation | null} consultation
 * @property {Visit | null} visit
 * @property {Step} step
 * @property {boolean} isLookingForTime the visitor looks when they could come back
 */

/** @type {ReadonlySet<string>} */
const LIVE = new Set(['waiting', 'offered', 'connecting', 'active']);

/**
 * @param {import('../core/types').BoothConsultation | null} consultation
 * @returns {consultation is import('../core/types').BoothConsultation} whether somebody waits or talks
 */
export function isLive(consultation) {
  return consultation !== null && LIVE.has(consultation.state);
}

/**
 * @param {Facts} facts
 * @returns {Screen}
 */
export function screenOf({ isKnown, isEvicted, consultation, visit, step, isLookingForTime }) {
  if (isEvicted) return 'evicted';
  if (!isKnown) return 'loading';
  if (isLive(consultation)) {
    // Whoever has finished is not shown the rest, which the server may still have to be told.
    if (visit?.hasFinished) return 'loading';
    if (consultation.state === 'waiting' && isLookingForTime) return 'later';
    // Who brings a ticket has a place at once, and tries sound and picture while waiting.
    if (consultation.state === 'waiting' && step === 'ticket') return 'ready';
    return ['waiting', 'offered'].includes(consultation.state) ? 'waiting' : 'conversation';
  }
  // What a page finds over when it comes up belonged to somebody who has gone.
  if (!visit) return step;
  if (visit.outcome === 'callback') return 'agreed';
  // The consultant met nobody; somebody who is here after all must know.
  if (visit.outcome === 'no_show' && !visit.isRated) return 'ended';
  if (visit.hasTalked) return visit.isRated ? 'done' : 'rating';
  return visit.hasFinished ? 'done' : 'ended';
}

/**
 * @param {Visit | null} visit as remembered so far
 * @param {import('../core/types').BoothConsultation | null} consultation as the server now says
 * @returns {Visit | null}
 */
export function remember(visit, consultation) {
  if (!consultation) return visit;
  const { id, state, connected_at: connectedAt, rated, outcome, ticket, topic } = consultation;
  const returnAt = consultation.return_at;
  const hasTalked = connectedAt !== null;
  if (visit?.id !== id) {
    return LIVE.has(state)
      ? { id, hasTalked, hasFinished: false, isRated: false, outcome, ticket, topic, returnAt }
      : visit;
  }
  return {
    ...visit,
    hasTalked,
    outcome,
    topic,
    returnAt,
    // The consultant may hang up before there was a picture; the visitor is not at fault either.
    hasFinished: visit.hasFinished || state === 'wrapping_up',
    isRated: visit.isRated || rated,
  };
}
