/** Points of one row that are looked at. */
const COLUMNS = 8;

/**
 * Tells whether the frames of a camera differ at all. Those of a camera that lives do: its sensor has noise,
 * also where nothing moves.
 */
export class Sameness {
  #context = new OffscreenCanvas(COLUMNS, 1).getContext('2d', { willReadFrequently: true });
  /** @type {Uint8ClampedArray | null} */
  #last = null;
  #areSame = true;
  #hasNew = false;

  /** Another camera: nothing is known of its frames. */
  forget() {
    this.#last = null;
    this.#areSame = true;
    this.#hasNew = false;
  }

  /**
   * Looks at the present frame and, a moment later, at the one after it, so that a picture that moves in
   * step with our looks is not taken for a still one.
   *
   * @param {HTMLVideoElement} video
   * @returns {boolean} whether new frames have come since the last look, and all were the same
   */
  look(video) {
    this.#compare(video);
    const isStill = this.#hasNew && this.#areSame;
    this.#areSame = true;
    this.#hasNew = false;
    // A browser without this tells of no standstill.
    video.requestVideoFrameCallback?.(() => {
      this.#hasNew = true;
      this.#compare(video);
    });
    return isStill;
  }

  /** @param {HTMLVideoElement} video */
  #compare(video) {
    const [context, height] = [this.#context, video.videoHeight];
    if (!context || height === 0) return;
    // Every row as it is, not smoothed: what moves may be no more than a line.
    if (context.canvas.height !== height) context.canvas.height = height;
    context.imageSmoothingEnabled = false;
    context.drawImage(video, 0, 0, COLUMNS, height);
    const { data } = context.getImageData(0, 0, COLUMNS, height);
    const last = this.#last;
    const isSame = last?.length === data.length && last.every((value, at) => value === data[at]);
    this.#areSame &&= isSame;
    this.#last = data;
  }
}
