/** Milliseconds after which somebody who tries to mend a link has been heard, if they are there. */
const PRESENT = 7000;

/** The page at the other end of a link, as far as it is known by what it says. */
export class OtherPage {
  /** Stands for one load of it; null: it has not begun yet. @type {string | null} */
  instance = null;
  /** What it has switched on. @type {import('./types').MediaOn} */
  media = { microphone: true, camera: true };
  /** When it was heard last, and since when what is said arrives, by `performance.now()`. */
  #heardAt = -Infinity;
  #reachedSince = 0;

  get isThere() {
    return performance.now() - this.#heardAt < PRESENT;
  }

  /** Whether sound or pictures are to be expected of it. */
  get sends() {
    return this.media.microphone || this.media.camera;
  }

  /** Since when what is said arrives; Infinity: it does not. */
  get reachedSince() {
    return this.isThere ? this.#reachedSince : Infinity;
  }

  /** It has said something. */
  heard() {
    this.#heardAt = performance.now();
  }

  /** What is said arrives again, or for the first time. */
  reached() {
    this.#reachedSince = performance.now();
  }
}
