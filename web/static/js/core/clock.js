/** The server's clock, known from its answers; the answer that came fastest is the most exact. */
export class ServerClock {
  #offset = Date.now() - performance.now();
  #roundTrip = Infinity;

  /**
   * @param {number} sentAt when the question was sent, by `performance.now()`
   * @param {number} at the server's time in its answer, milliseconds
   */
  sample(sentAt, at) {
    const received = performance.now();
    const roundTrip = received - sentAt;
    if (roundTrip > this.#roundTrip) return;
    this.#roundTrip = roundTrip;
    this.#offset = at - (sentAt + received) / 2;
  }

  /** Believes the next sample whatever it took: after a sleep the old ones may be wrong. */
  forget() {
    this.#roundTrip = Infinity;
  }

  /** @returns {number} server time, milliseconds since 1970-01-01 UTC */
  now() {
    return performance.now() + this.#offset;
  }
}
