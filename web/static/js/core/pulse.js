import { arrivalsOf } from './flow.js';

/** Milliseconds. */
const EVERY = 250;
const DOUBT = 750;
const SILENCE = 1500;
/** A page that was not asked for so long has slept; one in the background is asked every second. */
const SLEEP = 5000;
/** So often in a row something must have arrived for it to be a flow, the end of which is news. */
const FLOW = 4;

/**
 * @typedef {object} PulseListener
 * @property {() => void} doubtful nothing arrives for a moment, which may be nothing
 * @property {() => void} silent nothing arrives any more of what was flowing
 * @property {() => void} heard something arrives again
 * @property {() => void} slept the machine or the page was stopped for a while
 */

/**
 * Notices within two seconds that nothing arrives, which takes the browser itself up to seven.
 *
 * Only a steady flow that stops is a sign: somebody who shows and says nothing sends a packet now
 * and then.
 */
export class Pulse {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #lookedAt = 0;
  #changedAt = 0;
  /** @type {import('./flow.js').Arrivals | null} by the last look; null: not looked yet */
  #known = null;
  /** Looks in a row that found more than the one before. */
  #beats = 0;
  #isDoubtful = false;
  #isSilent = false;

  /**
   * @param {() => Promise<{ report: RTCStatsReport } | undefined>} count
   * @param {PulseListener} listener
   */
  constructor(count, listener) {
    this.count = count;
    this.listener = listener;
  }

  start() {
    if (this.#timer !== undefined) return;
    this.forget();
    this.#lookedAt = performance.now();
    this.#timer = setInterval(() => void this.#look(), EVERY);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Another connection counts from now on. */
  forget() {
    this.#known = null;
    this.#beats = 0;
    this.#isDoubtful = this.#isSilent = false;
  }

  async #look() {
    const now = performance.now();
    if (now - this.#lookedAt > SLEEP) this.listener.slept();
    this.#lookedAt = now;
    const arrived = await this.#arrived();
    if (this.#timer === undefined) return;
    const known = this.#known;
    this.#known = arrived ?? known;
    if (arrived === null || (known && arrived.packets === known.packets && !this.#answers(arrived, known)))
      this.#miss(now);
    else if (known && arrived.packets >= known.packets) this.#beat(now);
    else this.#changedAt = now;
  }

  /**
   * Whether an end that was silent can be reached again: without a microphone it sends nothing else
   * while its picture is held back.
   *
   * @param {import('./flow.js').Arrivals} arrived
   * @param {import('./flow.js').Arrivals} known
   */
  #answers({ answers }, known) {
    return this.#isSilent && answers > known.answers;
  }

  /** @returns {Promise<import('./flow.js').Arrivals | null>} null: there is no connection to ask, or no more */
  async #arrived() {
    try {
      const counted = await this.count();
      return counted ? arrivalsOf(counted.report) : null;
    } catch (error) {
      console.debug('Not counted:', error);
      return null;
    }
  }

  /** @param {number} now */
  #beat(now) {
    this.#changedAt = now;
    this.#isDoubtful = false;
    this.#beats += 1;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.listener.heard();
  }

  /** @param {number} now */
  #miss(now) {
    const quiet = now - this.#changedAt;
    if (this.#beats < FLOW) this.#beats = 0;
    else if (quiet >= SILENCE) {
      this.#isSilent = true;
      this.#beats = 0;
      this.listener.silent();
    } else if (quiet >= DOUBT && !this.#isDoubtful) {
      this.#isDoubtful = true;
      this.listener.doubtful();
    }
  }
}
