/** So much at once, and so much in time: what comes too fast waits, or is not taken. */
export class Allowance {
  #most;
  #perSecond;
  #left;
  #at = -Infinity;

  /** @param {{ most: number, perSecond: number }} bounds */
  constructor({ most, perSecond }) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
  }

  /**
   * @param {number} wanted
   * @param {number} now milliseconds
   * @returns {number} how much of it is granted, and used up
   */
  take(wanted, now) {
    const gained = ((now - this.#at) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#most, this.#left + gained);
    this.#at = now;
    const granted = Math.min(wanted, Math.floor(this.#left));
    this.#left -= granted;
    return granted;
  }
}
