/** Works through steps one by one; one that fails does not hold up those after it. */
export class InTurn {
  #work = Promise.resolve();
  #isClosed = false;

  /** @param {(error: unknown) => void} failed hears of steps that went wrong */
  constructor(failed) {
    this.failed = failed;
  }

  /** @param {() => Promise<void> | undefined} step */
  add(step) {
    this.#work = this.#work.then(async () => {
      if (this.#isClosed) return;
      try {
        await step();
      } catch (error) {
        if (!this.#isClosed) this.failed(error);
      }
    });
  }

  /** What has not begun is left undone. */
  close() {
    this.#isClosed = true;
  }
}
