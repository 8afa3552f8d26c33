/** The longest a live server takes to answer a ping, milliseconds. */
const PATIENCE = 5000;

/** Says regularly that the page lives, and notices when nobody answers. */
export class Heartbeat {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #beat;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #verdict;

  /**
   * @param {() => void} ping sends a ping
   * @param {() => void} dead called when a ping stayed without an answer
   */
  constructor(ping, dead) {
    this.ping = ping;
    this.dead = dead;
    this.period = 0;
  }

  /** @param {number} period seconds between pings */
  start(period) {
    this.stop();
    this.period = period * 1000;
    this.#beat = setTimeout(() => this.check(), this.period);
  }

  /** Asks now whether the server is there. */
  check() {
    if (this.period === 0 || this.#verdict !== undefined) return;
    clearTimeout(this.#beat);
    this.ping();
    this.#verdict = setTimeout(() => {
      this.stop();
      this.dead();
    }, Math.min(PATIENCE, this.period));
  }

  /** The server has answered to somebody who asked later: whoever asked before it is not heard. */
  overtaken() {
    if (this.#verdict === undefined) return;
    this.stop();
    this.dead();
  }

  /** The server has answered. */
  answered() {
    if (this.period === 0) return;
    clearTimeout(this.#verdict);
    this.#verdict = undefined;
    clearTimeout(this.#beat);
    this.#beat = setTimeout(() => this.check(), this.period);
  }

  stop() {
    clearTimeout(this.#beat);
    clearTimeout(this.#verdict);
    this.#verdict = undefined;
    this.period = 0;
  }
}
