import { Sameness } from './sameness.js';

/** @typedef {import('../core/types').Seen} Seen */

const WIDTH = 32;
const HEIGHT = 18;
/** How often a frame is looked at. */
const EVERY_MS = 2_000;
/** Of 255. A covered lens gives noise of a few steps; a dim room has something brighter somewhere. */
const DARK_ON_AVERAGE = 12;
const DARK_AT_MOST = 40;

/** Looks now and then at a few points of what a camera gives; nothing of it is kept. */
export class PictureSampler {
  #video = document.createElement('video');
  #context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', { willReadFrequently: true });
  /** @type {MediaStreamTrack | null} */
  #track = null;
  #lookedAt = 0;
  #sameness = new Sameness();
  /** @type {Seen | null} */
  #seen = null;

  constructor() {
    this.#video.muted = true;
    this.#video.playsInline = true;
  }

  /**
   * @param {MediaStreamTrack | null} track null: nothing is to be looked at
   * @returns {Seen | null} null: not known now
   */
  see(track) {
    if (track !== this.#track) this.#follow(track);
    // A page that is not seen gets no new frames.
    if (document.hidden || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    if (performance.now() - this.#lookedAt > EVERY_MS) {
      this.#lookedAt = performance.now();
      this.#seen = { isDark: this.#isDark(), isStill: this.#sameness.look(this.#video) };
    }
    return this.#seen;
  }

  /** @param {MediaStreamTrack | null} track */
  #follow(track) {
    this.#track = track;
    this.#seen = null;
    this.#sameness.forget();
    this.#video.srcObject = track && new MediaStream([track]);
    // Rejected when the track changes again before it plays.
    if (track) this.#video.play().catch((error) => console.debug('Picture not sampled:', error));
  }

  #isDark() {
    if (!this.#context) return false;
    this.#context.drawImage(this.#video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#context.getImageData(0, 0, WIDTH, HEIGHT);
    let [sum, most] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      const light = 0.3 * data[at] + 0.59 * data[at + 1] + 0.11 * data[at + 2];
      sum += light;
      most = Math.max(most, light);
    }
    return sum / (WIDTH * HEIGHT) < DARK_ON_AVERAGE && most < DARK_AT_MOST;
  }
}
