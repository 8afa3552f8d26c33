import { Emitter } from '../core/events.js';

/** Sound alone is enough when no picture has followed it for so long. */
const SOUND_ALONE_MS = 1_500;

/**
 * Sound and picture of the person at the other end.
 *
 * `arrived`: the first of them is here; `silenced`: the browser plays no sound until the page is
 * touched.
 *
 * @extends {Emitter<{ arrived: null, silenced: null }>}
 */
export class OtherPicture extends Emitter {
  #video;
  /** @type {AbortController | null} */
  #watching = null;
  #frame = 0;
  /** Whether a frame of this stream was drawn. */
  hasPicture = false;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.#video = video;
  }

  /** @param {MediaStream | null} stream */
  show(stream) {
    if (this.#video.srcObject === stream) return;
    this.#watching?.abort();
    this.#video.cancelVideoFrameCallback(this.#frame);
    this.hasPicture = false;
    this.#video.srcObject = stream;
    this.#video.muted = false;
    if (!stream) return;
    this.#watching = new AbortController();
    this.#frame = this.#video.requestVideoFrameCallback(() => {
      this.hasPicture = true;
      this.#arrive();
    });
    const { signal } = this.#watching;
    // The tracks of one description come one after the other, the stream with the first of them.
    setTimeout(() => !signal.aborted && this.#watchSound(stream, signal));
    void this.#play();
  }

  /** Call from a press: turns on the sound that the browser held back. */
  async unmute() {
    this.#video.muted = false;
    await this.#video.play();
  }

  async #play() {
    try {
      await this.#video.play();
    } catch (error) {
      if (/** @type {Error} */ (error).name !== 'NotAllowedError') return;
      this.#video.muted = true;
      await this.#video.play();
      this.emit('silenced', null);
    }
  }

  /**
   * @param {MediaStream} stream
   * @param {AbortSignal} signal
   */
  #watchSound(stream, signal) {
    for (const track of stream.getAudioTracks()) {
      const heard = () => setTimeout(() => !signal.aborted && this.#arrive(), SOUND_ALONE_MS);
      if (track.muted) track.addEventListener('unmute', heard, { signal, once: true });
      else heard();
    }
  }

  #arrive() {
    this.emit('arrived', null);
  }
}
