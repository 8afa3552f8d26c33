import { Emitter } from '../core/events.js';
import { ShowingReports } from './showing_reports.js';

/** @typedef {'document' | 'screen'} Exhibit */

/**
 * What this person shows besides their face: one thing at most, and nothing when the talk is over.
 *
 * `lost`: its camera was pulled out, or the browser has stopped showing the window.
 *
 * @extends {Emitter<{ change: null, lost: null }>}
 */
export class Showing extends Emitter {
  #talk;
  #exhibit;
  #reports;
  /** @type {string | null} the main link of the talk */
  #link = null;
  /** @type {MediaStream | null} what is shown, for showing it to this person too */
  stream = null;

  /**
   * @param {object} parts
   * @param {import('./talk.js').Talk} parts.talk
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {Exhibit} parts.exhibit what it is that this page may show
   */
  constructor({ talk, wire, exhibit }) {
    super();
    this.#talk = talk;
    this.#exhibit = exhibit;
    this.#reports = new ShowingReports(wire, (link) => link === this.#link);
    talk.on('change', () => talk.isOn || this.#end());
  }

  /** @returns {MediaStreamTrack | null} */
  get track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }

  /**
   * @param {boolean} isUnderWay whether the talk had begun already when this page first heard of it:
   *   then another page of the same person may have shown something, which is over
   */
  follow(isUnderWay) {
    const link = this.#talk.isOn ? this.#talk.links[0] : null;
    if (link === this.#link) return;
    this.#end();
    this.#link = link;
    if (link && isUnderWay) this.#reports.tell({ link, what: this.#exhibit, on: false });
  }

  /** @param {MediaStreamTrack} track of the camera or the window, this one's from now on */
  start(track) {
    const link = this.#link;
    if (!link || !this.#talk.isOn) {
      track.stop();
      return;
    }
    this.#release();
    track.contentHint = 'detail';
    track.onended = () => {
      this.stop();
      this.emit('lost', null);
    };
    this.stream = new MediaStream([track]);
    this.#talk.show(this.#exhibit, track);
    this.#reports.tell({ link, what: this.#exhibit, on: true });
    this.emit('change', null);
  }

  /** Whatever is shown is not shown any more, and its light goes out. */
  stop() {
    if (!this.stream) return;
    this.#release();
    this.#talk.show('none', null);
    if (this.#link) this.#reports.tell({ link: this.#link, what: this.#exhibit, on: false });
    this.emit('change', null);
  }

  /**
   * Holds the picture that the others see while something is done to the camera.
   *
   * @template T
   * @param {() => Promise<T>} work
   */
  async hold(work) {
    const { track } = this;
    if (track) this.#talk.show(this.#exhibit, null);
    try {
      return await work();
    } finally {
      if (track && track === this.track) this.#talk.show(this.#exhibit, track);
    }
  }

  /** @param {{ id: string, bytes: number }} photo that the others have now */
  reportPhoto({ id, bytes }) {
    const kib = Math.ceil(bytes / 1024);
    if (this.#link)
      this.#reports.tell({ link: this.#link, what: 'photo', on: true, photo: id, kib });
  }

  /** With the talk it is over; the server knows that. */
  #end() {
    this.#link = null;
    this.stop();
  }

  #release() {
    const { track } = this;
    this.stream = null;
    if (!track) return;
    track.onended = null;
    track.stop();
  }
}
