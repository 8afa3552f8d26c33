import { SPEECH, atTop, careOf, climb } from './ladder.js';

/** @typedef {import('./ladder.js').Rung} Rung */
/** @typedef {import('./sampler.js').Measured} Measured */
/** @typedef {import('./ladder.js').Look} Look */

/** Milliseconds by which a round trip is longer than the shortest when packets wait somewhere. */
const QUEUE = 100;
/** ‰ lost that no bad radio explains: there is no room. */
const FLOOD = 500;
/** Milliseconds for which a report of what was lost counts: the next may be lost itself. */
const NEWS = 5000;
/** Lines of the first pictures: so few that a browser sends them at once, whatever it believes in. */
const FIRST_LINES = 180;

/**
 * @typedef {object} Known
 * @property {number} connections
 * @property {number} shortest round trip, ms
 * @property {{ loss: number | null, at: number }} told by the other side last
 * @property {import('./ladder.js').Standing} standing
 */

/**
 * Holds each link of a call to what its network bears; see `ladder.js`. It looks only at what was
 * sent and at what the other side said of it, so each page does it for itself.
 */
export class Rationing {
  #call;
  #rungs = SPEECH;
  #isMotion = false;
  /** @type {string | null} the link to the recorder, which takes its room from the same network */
  #recorder = null;
  /** @type {Map<string, Known>} */
  #links = new Map();

  /**
   * @param {import('./call.js').Call} call
   * @param {import('./sampler.js').Sampler} sampler
   */
  constructor(call, sampler) {
    this.#call = call;
    sampler.on('sample', (measured) => this.#look(measured));
  }

  /**
   * @param {Set<string>} links of the present conversation
   * @param {Rung[]} rungs how they give way
   * @param {boolean} isMotion whether movement matters more than size, as where people sign
   * @param {string | null} recorder the link to it, which gives way with that to the other person
   */
  follow(links, rungs, isMotion, recorder) {
    this.#recorder = recorder;
    this.#rungs = rungs;
    this.#isMotion = isMotion;
    for (const link of this.#links.keys()) if (!links.has(link)) this.#links.delete(link);
    const first = { ...rungs[0], lines: FIRST_LINES, sound: /** @type {const} */ ('plain'), isMotion };
    const now = performance.now();
    for (const link of links) {
      if (this.#links.has(link)) continue;
      this.#links.set(link, begun(0, atTop(now), now));
      this.#call.ration(link, first);
    }
  }

  /** @param {Measured} measured */
  #look({ link, connections, sample, room }) {
    const now = performance.now();
    let known = this.#links.get(link);
    if (!known) return;
    // Another connection takes another way: how long that is has to be found out anew.
    if (known.connections !== connections) {
      known = begun(connections, known.standing, now);
      this.#links.set(link, known);
    }
    const look = lookAt(sample, room, known, now);
    known.standing = climb(this.#rungs, known.standing, look, now);
    const rung = this.#rungs[known.standing.rung];
    const ration = { ...rung, sound: careOf(rung, look), isMotion: this.#isMotion };
    for (const each of [link, this.#recorder]) if (each) this.#call.ration(each, ration);
  }
}

/**
 * @param {number} connections that the link has had
 * @param {import('./ladder.js').Standing} standing
 * @param {number} now
 * @returns {Known}
 */
function begun(connections, standing, now) {
  return { connections, shortest: Infinity, told: { loss: null, at: now }, standing };
}

/**
 * @param {import('./sample.js').Sample} sample
 * @param {number | null} room
 * @param {Known} known brought up to date
 * @param {number} now
 * @returns {Look}
 */
function lookAt({ rtt, sent }, room, known, now) {
  if (rtt !== null) known.shortest = Math.min(known.shortest, rtt);
  const reported = sent.video?.loss ?? sent.audio?.loss ?? null;
  if (reported !== null || now - known.told.at > NEWS) known.told = { loss: reported, at: now };
  const { loss } = known.told;
  const isLate = rtt !== null && rtt > known.shortest + QUEUE;
  return { room, loss, queues: isLate || (loss ?? 0) > FLOOD };
}
