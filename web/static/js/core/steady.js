/**
 * Something that is believed only once it has lasted, so that what comes and goes is not told.
 */
export class Steady {
  #isOn = false;
  /** @type {number | null} since when the opposite is seen */
  #since = null;

  /**
   * @param {object} patience milliseconds
   * @param {number} patience.after seen for so long, it is on
   * @param {number} patience.until not seen for so long, it is off
   */
  constructor({ after, until }) {
    this.after = after;
    this.until = until;
  }

  get isOn() {
    return this.#isOn;
  }

  /**
   * @param {boolean} isSeen
   * @param {number} now milliseconds
   * @returns {boolean} whether it is on
   */
  feed(isSeen, now) {
    if (isSeen === this.#isOn) this.#since = null;
    else {
      this.#since ??= now;
      if (now - this.#since >= (isSeen ? this.after : this.until)) {
        this.#isOn = isSeen;
        this.#since = null;
      }
    }
    return this.#isOn;
  }

  /** It is off, whatever was seen. */
  forget() {
    this.#isOn = false;
    this.#since = null;
  }
}
