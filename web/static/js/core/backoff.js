/** Growing pauses between attempts, spread so that many pages do not come back as one wave. */
export class Backoff {
  #attempt = 0;

  /**
   * @param {number} first milliseconds
   * @param {number} longest milliseconds
   */
  constructor(first, longest) {
    this.first = first;
    this.longest = longest;
  }

  /** @returns {number} milliseconds to wait before the next attempt */
  next() {
    const full = Math.min(this.first * 2 ** this.#attempt, this.longest);
    this.#attempt += 1;
    return full * (0.5 + Math.random() / 2);
  }

  reset() {
    this.#attempt = 0;
  }
}
