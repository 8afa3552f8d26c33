import { pause } from './waiting.js';

/**
 * Browsers open six connections to a server and go on with those that are given up, at the ever longer
 * intervals of TCP: with more, a page could ask for nothing until one of them comes about.
 */
const ASKS = 4;
/** Milliseconds. */
const EVERY = 600;
const PATIENCE = 5000;
const SERVER_FAULTS = 500;

/**
 * Finds out within a second whether a server can be reached by another way than that of the present
 * socket, by small requests of which each takes a way of its own.
 */
export class Reach {
  /** @type {AbortController | null} */
  #asking = null;

  /**
   * @param {string} url any that the server answers, whatever it says
   * @param {() => void} reached called once for each `start`, if it was
   */
  constructor(url, reached) {
    this.url = url;
    this.reached = reached;
  }

  async start() {
    if (this.#asking) return;
    const asking = new AbortController();
    this.#asking = asking;
    const end = setTimeout(() => asking.abort(), PATIENCE);
    const asks = Array.from({ length: ASKS }, (_, index) => this.#ask(index * EVERY, asking.signal));
    const isReached = await Promise.any(asks).catch(() => false);
    clearTimeout(end);
    if (asking !== this.#asking) return;
    this.stop();
    if (isReached) this.reached();
  }

  stop() {
    this.#asking?.abort();
    this.#asking = null;
  }

  /** @param {number} delay @param {AbortSignal} signal @returns {Promise<true>} rejected: it was not reached */
  async #ask(delay, signal) {
    await pause(delay);
    const { status } = await fetch(this.url, { method: 'HEAD', cache: 'no-store', signal });
    if (status >= SERVER_FAULTS) throw new Error(`The server says ${status}`);
    return true;
  }
}
