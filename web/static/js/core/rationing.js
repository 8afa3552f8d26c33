import { SPEECH, atTop, careOf, climb } from './ladder.js';

/** @typedef {import('./ladder.js').Rung} Rung */
/** @typedef {import('./sampler.js').Measured} Measured */
/** @typedef {import('./strain.js').Strain} Strain */
/** @typedef {import('./ladder.js').Look} Look */

/** Milliseconds by which a round trip is longer than the shortest when packets wait somewhere. */
const QUEUE = 100;
/** Round trips, one a second, among which that is looked for: a way may have become longer for good. */
const RECENT = 10;
/** ‰ lost, or sent once more, that no bad radio explains: there is no room. */
const FLOOD = 500;
/** So many times what the browser believes in is sent only while it has just lost its belief. */
const OVER = 2;
/** Milliseconds for which a report of what was lost counts: the next may be lost itself. */
const NEWS = 5000;
/** Milliseconds for which, at most, an interruption is reported after its end. */
const AFTERMATH = 2000;
/** Lines of the first pictures: so few that a browser sends them at once, whatever it believes in. */
const FIRST_LINES = 180;

/**
 * @typedef {object} Known
 * @property {number} connections
 * @property {number[]} delays of the last round trips, ms
 * @property {{ loss: number | null, at: number }} told by the other side last
 * @property {boolean} queues whether packets waited somewhere when something was heard last
 * @property {import('./ladder.js').Standing} standing
 * @property {number | null} brokeAt since when nothing gets through at all, which says nothing of the room
 * @property {number} restsUntil what is reported before is of that, too
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
    call.on('condition', ({ link, condition }) => this.#mark(link, condition));
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
    for (const [link, { standing }] of this.#links) {
      standing.rung = Math.min(standing.rung, rungs.length - 1);
      if (!links.has(link)) this.#links.delete(link);
    }
    const now = performance.now();
    for (const link of links) {
      if (this.#links.has(link)) continue;
      const known = begun(0, atTop(now), now);
      this.#links.set(link, known);
      this.#begin(link, known);
    }
  }

  /** @param {string} link @param {import('./types').Condition} condition */
  #mark(link, condition) {
    const known = this.#links.get(link);
    if (!known) return;
    const now = performance.now();
    if (condition !== 'good') {
      known.brokeAt ??= now;
      // Asked for later, and given, pictures of the interruption would hold up those that follow it.
      this.#call.ration(link, { ...this.#rungOf(known), lines: 0, isMotion: this.#isMotion });
    } else if (known.brokeAt !== null) {
      // A squeeze may look like a short interruption: it is not to be waited for again and again.
      known.restsUntil = now + Math.min(now - known.brokeAt, AFTERMATH);
      known.brokeAt = null;
      this.#begin(link, known);
    }
  }

  /**
   * Lets the first pictures through.
   *
   * @param {string} link
   * @param {Known} known
   */
  #begin(link, known) {
    const rung = this.#rungOf(known);
    const sound = rung.sound === 'doubled' ? 'plain' : rung.sound;
    const lines = Math.min(rung.lines, FIRST_LINES);
    this.#call.ration(link, { ...rung, lines, sound, isMotion: this.#isMotion });
  }

  /** @param {Known} known */
  #rungOf({ standing }) {
    return this.#rungs[standing.rung];
  }

  /** @param {Measured & { strain: Strain }} measured */
  #look({ link, connections, sample, strain }) {
    const now = performance.now();
    let known = this.#links.get(link);
    if (!known) return;
    // Another connection takes another way: how long that is has to be found out anew.
    if (known.connections !== connections) {
      const { standing, brokeAt, restsUntil } = known;
      known = { ...begun(connections, standing, now), brokeAt, restsUntil };
      this.#links.set(link, known);
    }
    if (known.brokeAt !== null || now < known.restsUntil) return;
    const look = lookAt(sample, strain, known, now);
    known.standing = climb(this.#rungs, known.standing, look, now);
    const rung = this.#rungOf(known);
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
  const told = { loss: null, at: now };
  return { connections, delays: [], told, queues: false, standing, brokeAt: null, restsUntil: 0 };
}

/**
 * @param {import('./sample.js').Sample} sample
 * @param {Strain} strain
 * @param {Known} known brought up to date
 * @param {number} now
 * @returns {Look}
 */
export function lookAt({ sent }, strain, known, now) {
  const { room, delay, again } = strain;
  if (delay !== null) known.delays = [...known.delays, delay].slice(-RECENT);
  // Reports of the sound are of a few packets: one of them lost looks like a flood.
  const reported = (sent.video ?? sent.audio)?.loss ?? null;
  if (reported !== null || now - known.told.at > NEWS) known.told = { loss: reported, at: now };
  const { loss } = known.told;
  const isLate = delay !== null && delay > Math.min(...known.delays) + QUEUE;
  const isCut = delay === null && room !== null && strain.sent > OVER * room;
  // Much is asked for again after an interruption too, but then answers come in time.
  const isPrompt = delay !== null && !isLate;
  const isFull = !isPrompt && (again > FLOOD || (reported ?? 0) > FLOOD);
  // Who hears nothing goes by what was heard last.
  const isUnheard = delay === null && reported === null;
  known.queues = isLate || isCut || isFull || (loss ?? 0) > FLOOD || (isUnheard && known.queues);
  return { room, loss, queues: known.queues, floods: isFull && strain.isStale };
}
