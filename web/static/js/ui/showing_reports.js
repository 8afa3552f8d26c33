import { insist } from '../core/insist.js';

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
    // Refused for good: the talk has ended there, or it changed too often to be written down.
    this.#told = this.#told.then(async () => {
      await insist(this.#wire, 'showing.report', report, () => this.#isDue(report.link));
    });
  }
}
