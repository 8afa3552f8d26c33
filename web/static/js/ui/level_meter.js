/** A bar that follows the microphone while its screen is shown. */
export class LevelMeter {
  #frame = 0;

  /**
   * @param {object} options
   * @param {HTMLElement} options.bar
   * @param {() => number} options.level 0 to 1
   * @param {(level: number) => void} options.heard called with each reading
   */
  constructor({ bar, level, heard }) {
    this.bar = bar;
    this.level = level;
    this.heard = heard;
  }

  start() {
    this.stop();
    this.#frame = requestAnimationFrame(() => this.#step());
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  #step() {
    const level = this.level();
    this.bar.style.setProperty('--fill', level.toFixed(2));
    this.heard(level);
    this.#frame = requestAnimationFrame(() => this.#step());
  }
}
