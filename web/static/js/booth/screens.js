/**
 * Which screen a visitor sees: a function of what the server says and of what was done here.
 *
 * @typedef {'loading' | 'topic' | 'ready' | 'waiting' | 'conversation' | 'rating' | 'done'
 *   | 'ended' | 'evicted'} Screen
 *
 * @typedef {object} Visit what this page remembers of the visitor's consultation
 * @property {string} id
 * @property {boolean} hasTalked they saw or heard each other to the end
 * @property {boolean} hasFinished the visitor ended it
 * @property {boolean} isRated or the question was skipped
 * @property {string | null} outcome how it was closed
 *
 * @typedef {object} Facts
 * @property {boolean} isKnown the server has told its state at least once
 * @property {boolean} isEvicted another window has taken over
 * @property {import('../core/types').BoothConsultation | null} consultation
 * @property {Visit | null} visit
 * @property {'topic' | 'ready'} step of a visitor without a ticket
 */

/** @type {ReadonlySet<string>} */
const LIVE = new Set(['waiting', 'offered', 'connecting', 'active']);

/**
 * @param {Facts} facts
 * @returns {Screen}
 */
export function screenOf({ isKnown, isEvicted, consultation, visit, step }) {
  if (isEvicted) return 'evicted';
  if (!isKnown) return 'loading';
  if (consultation && LIVE.has(consultation.state)) {
    // Whoever has finished is not shown the rest, which the server may still have to be told.
    if (visit?.hasFinished) return 'loading';
    return ['waiting', 'offered'].includes(consultation.state) ? 'waiting' : 'conversation';
  }
  // What a page finds over when it comes up belonged to somebody who has gone.
  if (!visit) return step;
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
  const { id, state, connected_at: connectedAt, rated, outcome } = consultation;
  const hasTalked = connectedAt !== null;
  if (visit?.id !== id) {
    return LIVE.has(state)
      ? { id, hasTalked, hasFinished: false, isRated: false, outcome }
      : visit;
  }
  return {
    ...visit,
    hasTalked,
    outcome,
    // The consultant may hang up before there was a picture; the visitor is not at fault either.
    hasFinished: visit.hasFinished || state === 'wrapping_up',
    isRated: visit.isRated || rated,
  };
}
