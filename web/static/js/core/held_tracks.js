import { Emitter } from './events.js';
import { Level } from './level.js';

/** @typedef {import('./devices.js').Kind} Kind */

/**
 * What is captured now: at most one track of each kind, switched on or off by the person.
 *
 * @extends {Emitter<import('./types').DeviceEvents>}
 */
export class HeldTracks extends Emitter {
  /** All of it, for showing people to themselves. */
  stream = new MediaStream();
  #on = { microphone: true, camera: true };
  /** @type {Level | null} */
  #level = null;

  /** Whether each is switched on by the person. */
  get switched() {
    return { ...this.#on };
  }

  /** @returns {MediaStreamTrack | null} */
  get audio() {
    return this.stream.getAudioTracks()[0] ?? null;
  }

  /** @returns {MediaStreamTrack | null} */
  get video() {
    return this.stream.getVideoTracks()[0] ?? null;
  }

  /** @param {Kind} kind */
  track(kind) {
    return kind === 'microphone' ? this.audio : this.video;
  }

  /**
   * @param {Kind} kind
   * @param {boolean} on false: silence or darkness is sent
   */
  switch(kind, on) {
    this.#on[kind] = on;
    const track = this.track(kind);
    if (track) track.enabled = on;
    this.emit('change', null);
  }

  /**
   * @param {MediaStreamTrack} track takes the place of the one of its kind
   * @param {(kind: Kind) => void} ended it is gone, and nobody here has let go of it
   */
  put(track, ended) {
    const kind = track.kind === 'audio' ? 'microphone' : 'camera';
    this.drop(kind);
    track.enabled = this.#on[kind];
    track.onended = () => ended(kind);
    track.onmute = track.onunmute = () => this.emit('change', null);
    this.stream.addTrack(track);
    if (kind === 'microphone') this.#level = new Level(track);
  }

  /** @param {Kind} kind */
  drop(kind) {
    if (kind === 'microphone') {
      this.#level?.close();
      this.#level = null;
    }
    const track = this.track(kind);
    if (!track) return;
    track.onended = track.onmute = track.onunmute = null;
    track.stop();
    this.stream.removeTrack(track);
  }

  /** @returns {number} how loud the microphone is, 0 to 1 */
  level() {
    return this.#level?.read() ?? 0;
  }

  /** @returns {boolean} whether the microphone gives nothing at all */
  isSilent() {
    return this.#level?.isSilent() ?? false;
  }
}
