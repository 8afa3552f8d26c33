import { Emitter } from './events.js';
import { capture, choices } from './capture.js';
import { Level } from './level.js';

/** @typedef {'microphone' | 'camera'} Kind */
/** @typedef {import('./types').DeviceResult} DeviceResult */
/** @typedef {import('./types').DeviceChoice} DeviceChoice */

/** @type {Kind[]} */
const KINDS = ['microphone', 'camera'];

/**
 * The microphone and the camera of this page.
 *
 * @extends {Emitter<import('./types').DeviceEvents>}
 */
export class Devices extends Emitter {
  /** Everything captured, for showing people to themselves. */
  stream = new MediaStream();
  #on = { microphone: true, camera: true };
  /** What the person wants of each: any device, a certain one, or none. */
  /** @type {Record<Kind, boolean | string>} */
  #wanted = { microphone: false, camera: false };
  /** The devices the person chose last, which are taken again where any would do. */
  /** @type {Partial<Record<Kind, string>>} */
  #chosen = {};
  /** @type {Level | null} */
  #level = null;
  /** @type {AbortController | null} */
  #watching = null;
  /** Grows with each opening and closing, so that a capture knows when it was overtaken. */
  #turn = 0;
  #isOpen = false;
  /** Whether devices are being asked for: until then nobody knows what there is. */
  isOpening = false;

  /** @returns {MediaStreamTrack | null} */
  get audio() {
    return this.stream.getAudioTracks()[0] ?? null;
  }

  /** @returns {MediaStreamTrack | null} */
  get video() {
    return this.stream.getVideoTracks()[0] ?? null;
  }

  /** Whether each is switched on by the person. */
  get switched() {
    return { ...this.#on };
  }

  /**
   * Captures what there is. Whatever is missing, the rest is captured all the same.
   *
   * @param {Partial<Record<Kind, boolean | string>>} [wanted] any device, best the one chosen last;
   *   the one with that id; or none
   * @returns {Promise<Record<Kind, DeviceResult>>} never rejected
   */
  async open({ microphone = true, camera = true } = {}) {
    this.close();
    this.#wanted = { microphone, camera };
    const turn = this.#turn;
    this.#isOpen = true;
    this.isOpening = true;
    this.emit('change', null);
    const { tracks, ...result } = await capture(this.#wanted, this.#chosen);
    if (this.#isOvertaken(turn, tracks)) return result;
    this.isOpening = false;
    for (const track of tracks) this.#put(track);
    if (navigator.mediaDevices) {
      this.#watching = new AbortController();
      const { signal } = this.#watching;
      navigator.mediaDevices.addEventListener('devicechange', () => this.#regain(), { signal });
    }
    this.emit('change', null);
    return result;
  }

  /** @returns {Promise<Record<'microphones' | 'cameras', DeviceChoice[]>>} what can be chosen */
  list() {
    return choices();
  }

  /**
   * Takes another device; the present one stays when that fails. While they are closed, it is taken
   * with the next opening.
   *
   * @param {Kind} kind
   * @param {string} id from `list`
   * @returns {Promise<DeviceResult>} never rejected; `unwanted` while they are closed
   */
  async choose(kind, id) {
    const turn = this.#turn;
    const wanted = { microphone: false, camera: false, [kind]: this.#isOpen && id };
    const { tracks, ...result } = await capture(wanted);
    if (tracks.length > 0 || !this.#isOpen) this.#chosen[kind] = id;
    if (this.#isOvertaken(turn, tracks)) return { on: false, reason: 'unwanted' };
    if (tracks.length > 0) {
      this.#wanted[kind] = true;
      this.#put(tracks[0]);
      this.emit('change', null);
    }
    return result[kind];
  }

  /** @param {boolean} on false: silence is sent */
  setMicrophone(on) {
    this.#switch('microphone', on);
  }

  /** @param {boolean} on false: darkness is sent */
  setCamera(on) {
    this.#switch('camera', on);
  }

  /** @returns {number} how loud the microphone is, 0 to 1 */
  level() {
    return this.#level?.read() ?? 0;
  }

  /** Gives all devices back. */
  close() {
    this.#turn += 1;
    this.#isOpen = false;
    this.isOpening = false;
    this.#watching?.abort();
    this.#watching = null;
    for (const kind of KINDS) this.#drop(kind);
  }

  /**
   * @param {number} turn in which the tracks were asked for
   * @param {MediaStreamTrack[]} tracks given back when they come too late
   */
  #isOvertaken(turn, tracks) {
    if (turn === this.#turn) return false;
    for (const track of tracks) track.stop();
    return true;
  }

  /**
   * @param {Kind} kind
   * @param {boolean} on
   */
  #switch(kind, on) {
    this.#on[kind] = on;
    const track = this.#track(kind);
    if (track) track.enabled = on;
    this.emit('change', null);
  }

  /** @param {Kind} kind */
  #track(kind) {
    return kind === 'microphone' ? this.audio : this.video;
  }

  /** @param {MediaStreamTrack} track */
  #put(track) {
    const kind = track.kind === 'audio' ? 'microphone' : 'camera';
    this.#drop(kind);
    track.enabled = this.#on[kind];
    track.onended = () => {
      this.#drop(kind);
      this.emit('lost', { kind });
      this.emit('change', null);
    };
    this.stream.addTrack(track);
    if (kind === 'microphone') this.#level = new Level(track);
  }

  /** @param {Kind} kind */
  #drop(kind) {
    if (kind === 'microphone') {
      this.#level?.close();
      this.#level = null;
    }
    const track = this.#track(kind);
    if (!track) return;
    track.onended = null;
    track.stop();
    this.stream.removeTrack(track);
  }

  /** A device was plugged in: it may be what is missing. */
  async #regain() {
    const turn = this.#turn;
    const missing = KINDS.filter((kind) => this.#wanted[kind] !== false && !this.#track(kind));
    for (const kind of missing) {
      const wanted = { microphone: false, camera: false, [kind]: true };
      const { tracks } = await capture(wanted, this.#chosen);
      if (this.#isOvertaken(turn, tracks)) return;
      if (tracks.length > 0) {
        this.#put(tracks[0]);
        this.emit('change', null);
      }
    }
  }
}
