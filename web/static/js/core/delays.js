const STEP = 10;
const STEPS = 1000;

/** Delays, counted in steps, so that any number of them takes the same room. */
export class Delays {
  #counts = new Uint32Array(STEPS);
  #count = 0;

  /** @param {number} delay milliseconds; what is longer than ten seconds counts as that */
  add(delay) {
    const step = Math.min(Math.max(Math.ceil(delay / STEP), 1), STEPS);
    this.#counts[step - 1] += 1;
    this.#count += 1;
  }

  /**
   * @param {number} share of all delays, 0 to 1
   * @returns {number | null} milliseconds that this share of them did not exceed; null: there are none
   */
  percentile(share) {
    let left = Math.ceil(share * this.#count);
    if (left === 0) return null;
    const step = this.#counts.findIndex((count) => (left -= count) <= 0);
    return (step + 1) * STEP;
  }
}
