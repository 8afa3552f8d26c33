import { Emitter } from './events.js';
import { sampleOf } from './sample.js';
import { factsOf } from './stats.js';
import { strainOf } from './strain.js';

/** @typedef {import('./stats.js').Facts} Facts */
/** @typedef {import('./sample.js').Sample} Sample */
/** @typedef {import('./strain.js').Strain} Strain */

/** Milliseconds. The first look, from which the others count, leaves the first picture its time. */
const FIRST_LOOK = 300;
const LOOK_EVERY = 1000;
const REPORT_EVERY = 5000;
/** A look that comes a little early is in time. */
const EARLY = 200;

/**
 * One link over a span: what was measured, how many connections it has had, and how often one of them
 * was seen to take another way after an ICE restart.
 *
 * @typedef {{ link: string, sample: Sample, connections: number, restarts: number }} Measured
 */

/**
 * Measures every link of a call while people see and hear each other: a sample over each second, and
 * a report over each five.
 *
 * @extends {Emitter<{ sample: Measured & { strain: Strain }, report: Measured }>}
 */
export class Sampler extends Emitter {
  #call;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #isLooking = false;
  /** What was counted at the last look and at the last report, of which connection. */
  /** @type {Map<string, { connections: number, restarts: number, look: Facts, report: Facts }>} */
  #known = new Map();

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    super();
    this.#call = call;
    call.on('carrying', (isOn) => this.#follow(isOn));
  }

  /** @param {boolean} isOn whether people see and hear each other, so that there is what to measure */
  #follow(isOn) {
    if (isOn === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#known.clear();
    const look = () => void this.#look();
    if (isOn) setTimeout(look, FIRST_LOOK);
    this.#timer = isOn ? setInterval(look, LOOK_EVERY) : undefined;
  }

  async #look() {
    // A browser that is busy answers late; two looks at once would make spans of nothing.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const counted = await this.#call.count();
      if (this.#timer !== undefined) for (const each of counted) this.#measure(each);
    } finally {
      this.#isLooking = false;
    }
  }

  /** @param {import('./call.js').Counted} counted */
  #measure({ link, report, connections }) {
    const facts = factsOf(report);
    const known = this.#known.get(link);
    // A new connection counts from zero.
    if (known?.connections !== connections) {
      const restarts = known?.restarts ?? 0;
      this.#known.set(link, { connections, restarts, look: facts, report: facts });
      return;
    }
    if (isRestart(known.look, facts)) known.restarts += 1;
    const measured = { link, connections, restarts: known.restarts };
    const strain = strainOf(known.look, facts);
    this.emit('sample', { ...measured, sample: sampleOf(known.look, facts), strain });
    known.look = facts;
    if (facts.at - known.report.at < REPORT_EVERY - EARLY) return;
    this.emit('report', { ...measured, sample: sampleOf(known.report, facts) });
    known.report = facts;
  }
}

/** @param {Facts} before @param {Facts} after */
function isRestart({ path: before }, { path: after }) {
  return Boolean(before?.ufrag && after?.ufrag && before.ufrag !== after.ufrag);
}
