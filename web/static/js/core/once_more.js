/** Does something at most once at a time; asked for meanwhile, it is done once more after that. */
export class OnceMore {
  #work;
  #isUnderWay = false;
  #isDueAgain = false;

  /** @param {() => Promise<void>} work never rejected */
  constructor(work) {
    this.#work = work;
  }

  async run() {
    this.#isDueAgain = true;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    while (this.#isDueAgain) {
      this.#isDueAgain = false;
      await this.#work();
    }
    this.#isUnderWay = false;
  }
}
