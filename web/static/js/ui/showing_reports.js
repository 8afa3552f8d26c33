/**
 * @typedef {object} Report
 * @property {string} link
 * @property {'document' | 'screen' | 'photo'} what
 * @property {boolean} on
 * @property {string} [photo]
 * @property {number} [kib]
 */

/** Tells the server what is shown, in the order in which it happened, however long it is away. */
export class ShowingReports {
  #wire;
  #isDue;
  #told = Promise.resolve();

  /**
   * @param {import('../core/wire.js').Wire} wire
   * @param {(link: string) => boolean} isDue false: that talk is over, and with it what was shown
   */
  constructor(wire, isDue) {
    this.#wire = wire;
    this.#isDue = isDue;
  }

  /** @param {Report} report */
  tell(report) {
    this.#told = this.#told.then(() => this.#ask(report));
  }

  /** @param {Report} report */
  async #ask(report) {
    while (this.#isDue(report.link)) {
      try {
        await this.#wire.request('showing.report', report);
        return;
      } catch (error) {
        const { code } = /** @type {import('../core/wire.js').WireError} */ (error);
        // Refused for good: the talk has ended there, or it changed too often to be written down.
        if (code !== 'unavailable') return;
      }
    }
  }
}
