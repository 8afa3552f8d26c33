/** Milliseconds. At most five requests are under way: browsers open six connections to a server. */
const EVERY = 600;
const PATIENCE = 3000;
const SERVER_FAULTS = 500;

/**
 * Finds out within a second when a server can be reached (again), by small requests of which each
 * takes a way of its own. Browsers slow down WebSockets that fail often, and TCP itself waits ever
 * longer between its attempts.
 */
export class Reach {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {string} url any that the server answers, whatever it says
   * @param {() => void} reached called once for each `start`
   */
  constructor(url, reached) {
    this.url = url;
    this.reached = reached;
  }

  start() {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.#ask(), EVERY);
    void this.#ask();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #ask() {
    const timer = this.#timer;
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const { status } = await fetch(this.url, { method: 'HEAD', cache: 'no-store', signal });
      if (status >= SERVER_FAULTS || timer === undefined || timer !== this.#timer) return;
    } catch {
      return; // which is what is asked
    }
    this.stop();
    this.reached();
  }
}
