/** @typedef {import('../core/wire.js').WireError} WireError */

/** Tells the server that this person writes, and at the end how fast it left. Not a word of it. */
export class WritingReports {
  #wire;
  #isDue;

  /**
   * @param {import('../core/wire.js').Wire} wire
   * @param {(link: string) => boolean} isDue false: that talk is over
   */
  constructor(wire, isDue) {
    this.#wire = wire;
    this.#isDue = isDue;
  }

  /** @param {string} link the main one of the talk in which this person has begun to write */
  async begin(link) {
    while (this.#isDue(link)) {
      try {
        await this.#wire.request('text.report', { link });
        return;
      } catch (error) {
        // Refused for good: the talk has ended there.
        if (/** @type {WireError} */ (error).code !== 'unavailable') return;
      }
    }
  }

  /**
   * @param {string} link of the talk that is over
   * @param {number} delay milliseconds, see signaling/reports.py
   */
  async end(link, delay) {
    try {
      await this.#wire.request('text.report', { link, delay });
    } catch (error) {
      // The consultation is closed already, or goes on with somebody else.
      console.debug('text.report:', error);
    }
  }
}
