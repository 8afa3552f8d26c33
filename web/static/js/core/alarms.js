import { scoreOf, smoothed } from './score.js';
import { Steady } from './steady.js';

/** @typedef {import('./sample.js').Sample} Sample */
/** @typedef {import('./sample.js').Way} Way */
/** @typedef {import('./types').Theirs} Theirs */

/**
 * Something about a link that a person should know, as the journal calls it.
 *
 * @typedef {'other_silent' | 'picture_frozen' | 'weak_receiving' | 'weak_sending'} Alarm
 */

/** On the scale of RFC 6464: nothing at all, not even the noise of a room. */
const SILENCE = 127;
/** Scores: it becomes weak at the one and is weak no more above the other. */
const WEAK = 40;
const SOUND_AGAIN = 55;

/**
 * What is wrong with one link, said only once it has lasted: pauses in speech, a frame that comes late
 * and a bad second are nothing anybody should hear of.
 *
 * Pure: fed with what was measured, and with the time.
 */
export class Alarms {
  /** @type {Record<Alarm, Steady>} */
  #steady = {
    other_silent: new Steady({ after: 10_000, until: 0 }),
    picture_frozen: new Steady({ after: 5000, until: 2000 }),
    weak_receiving: new Steady({ after: 5000, until: 10_000 }),
    weak_sending: new Steady({ after: 5000, until: 10_000 }),
  };
  /** Smoothed scores of the worse of sound and picture; null: not known. */
  /** @type {{ received: number | null, sent: number | null }} */
  scores = { received: null, sent: null };

  /** @returns {Alarm[]} */
  get all() {
    const names = /** @type {Alarm[]} */ (Object.keys(this.#steady));
    return names.filter((name) => this.#steady[name].isOn);
  }

  /**
   * @param {Sample} sample over about a second
   * @param {object} known
   * @param {Theirs} known.theirs what the other person has switched on
   * @param {boolean} known.isPlayed whether their sound is played here: what is not, measures as silence
   * @param {number} now milliseconds
   */
  look({ received: { audio, video } }, { theirs, isPlayed }, now) {
    // Who holds something back says so, and sends pauses instead of silence.
    const isWhole = theirs.holds === 'nothing';
    const isSilent = audio === null || audio.level === SILENCE;
    const isStill = video === null || video.fps === 0;
    this.#steady.other_silent.feed(isWhole && theirs.microphone && isPlayed && isSilent, now);
    this.#steady.picture_frozen.feed(isWhole && theirs.camera && isStill, now);
  }

  /**
   * @param {Sample} sample over about five seconds
   * @param {number} now milliseconds
   */
  rate(sample, now) {
    this.scores = {
      received: next(this.scores.received, worst(sample.received, sample.rtt)),
      sent: next(this.scores.sent, worst(sample.sent, sample.rtt)),
    };
    this.#weigh('weak_receiving', this.scores.received, now);
    this.#weigh('weak_sending', this.scores.sent, now);
  }

  /** Nothing is known, and nothing is wrong. */
  forget() {
    for (const each of Object.values(this.#steady)) each.forget();
    this.scores = { received: null, sent: null };
  }

  /** @param {'weak_receiving' | 'weak_sending'} alarm @param {number | null} score @param {number} now */
  #weigh(alarm, score, now) {
    const steady = this.#steady[alarm];
    if (score !== null) steady.feed(score <= (steady.isOn ? SOUND_AGAIN : WEAK), now);
  }
}

/** @param {number | null} before @param {number | null} score */
function next(before, score) {
  return score === null ? before : smoothed(before, score);
}

/** @param {Way} way @param {number | null} rtt @returns {number | null} */
function worst({ audio, video }, rtt) {
  const flows = [audio, video].filter((flow) => flow !== null);
  const known = flows.map((flow) => scoreOf(flow, rtt)).filter((score) => score !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
