import { QUALITY, capture, choices } from './capture.js';
import { ChosenDevices } from './chosen_devices.js';
import { HeldTracks } from './held_tracks.js';
import { Looking } from './looking.js';
import { OnceMore } from './once_more.js';
import { isAllowed } from './permissions.js';

/** @typedef {'microphone' | 'camera'} Kind */
/** @typedef {import('./types').DeviceResult} DeviceResult */
/** @typedef {import('./types').Missing} Missing */

/** @type {Kind[]} */
const KINDS = ['microphone', 'camera'];
/** A device that was pulled out may still be listed for so long. */
const SETTLING_MS = 500;

/** The microphone and the camera of this page: what is asked of the browser, and what came of it. */
export class Devices extends HeldTracks {
  /** The devices the person chose last, which are taken again where any would do. */
  chosen = new ChosenDevices();
  /** What the person wants of each: any device, a certain one, or none. */
  /** @type {Record<Kind, boolean | string>} */
  #wanted = { microphone: false, camera: false };
  /** @type {Record<Kind, Missing | null>} */
  #missing = { microphone: null, camera: null };
  /** What has just ended, until it is known why. @type {Set<Kind>} */
  #ending = new Set();
  #quality;
  #looking = new Looking({
    regain: () => this.regain(),
    withdraw: (kind) => this.#lose(kind, 'denied'),
    isBusy: () => KINDS.some((kind) => this.#missing[kind] === 'busy'),
  });
  /** Grows with each opening and closing, so that a capture knows when it was overtaken. */
  #turn = 0;
  #regaining = new OnceMore(() => this.#askForMissing());
  isOpen = false;
  /** Whether devices are being asked for: until then nobody knows what there is. */
  isOpening = false;

  /** @param {MediaTrackConstraints} [sound] how the browser treats what the microphone hears */
  constructor(sound = {}) {
    super();
    this.#quality = { ...QUALITY, microphone: { ...QUALITY.microphone, ...sound } };
  }

  /** Why each is not here that should be. */
  get missing() {
    return { ...this.#missing };
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
    this.isOpen = true;
    this.isOpening = true;
    this.emit('change', null);
    const { tracks, ...result } = await this.#capture(this.#wanted);
    if (this.#isOvertaken(turn, tracks)) return result;
    this.isOpening = false;
    for (const kind of KINDS) if (this.#wanted[kind]) this.#missing[kind] = result[kind].reason;
    for (const track of tracks) this.#put(track);
    this.#looking.begin();
    this.emit('change', null);
    return result;
  }

  /** @returns what can be chosen */
  list() {
    return choices();
  }

  /**
   * Takes another device; the present one stays when that fails. While they are closed, it is taken
   * with the next opening.
   *
   * @param {Kind} kind
   * @param {import('./types').DeviceChoice} choice from `list`
   * @returns {Promise<DeviceResult>} never rejected; `unwanted` while they are closed
   */
  async choose(kind, choice) {
    const { isOpen } = this;
    const result = await this.use(kind, choice.id);
    if (result.on || !isOpen) this.chosen.set(kind, choice);
    return result;
  }

  /**
   * Takes another device without remembering it.
   *
   * @param {Kind} kind
   * @param {string} id
   * @returns {Promise<DeviceResult>} never rejected
   */
  async use(kind, id) {
    const turn = this.#turn;
    const wanted = { microphone: false, camera: false, [kind]: this.isOpen && id };
    const { tracks, ...result } = await capture(wanted, {}, this.#quality);
    if (this.#isOvertaken(turn, tracks)) return { on: false, reason: 'unwanted' };
    if (tracks.length > 0) {
      this.#wanted[kind] = true;
      this.#put(tracks[0]);
      this.emit('change', null);
    }
    return result[kind];
  }

  /** Gives all devices back. */
  close() {
    this.#turn += 1;
    this.isOpen = false;
    this.isOpening = false;
    this.#looking.end();
    this.#missing = { microphone: null, camera: null };
    for (const kind of KINDS) this.drop(kind);
  }

  /** Asks once more for what is missing: it may have been plugged in, allowed or let go of. */
  regain() {
    return this.#regaining.run();
  }

  async #askForMissing() {
    for (const kind of KINDS)
      if (this.isOpen && this.#wanted[kind] !== false && !this.track(kind)) await this.#ask(kind);
  }

  /** @param {Kind} kind */
  async #ask(kind) {
    const turn = this.#turn;
    const wanted = { microphone: false, camera: false, [kind]: true };
    const { tracks, [kind]: result } = await this.#capture(wanted);
    if (this.#isOvertaken(turn, tracks)) return;
    if (tracks.length > 0) this.#put(tracks[0]);
    // That it was pulled out says more than that there is none.
    else if (result.reason !== 'missing' || !this.#isLost(kind))
      this.#missing[kind] = result.reason;
    this.emit('change', null);
  }

  /** @param {Kind} kind */
  #isLost(kind) {
    return this.#missing[kind] === 'lost' || this.#ending.has(kind);
  }

  /** @param {Record<Kind, boolean | string>} wanted */
  async #capture(wanted) {
    const preferred = await this.chosen.among(choices);
    return capture(wanted, preferred, this.#quality);
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

  /** @param {MediaStreamTrack} track */
  #put(track) {
    this.#missing[track.kind === 'audio' ? 'microphone' : 'camera'] = null;
    this.put(track, (kind) => this.#ended(kind));
  }

  /** @param {Kind} kind */
  async #ended(kind) {
    const turn = this.#turn;
    this.drop(kind);
    this.#ending.add(kind);
    const reason = (await isAllowed(kind)) ? 'lost' : 'denied';
    this.#ending.delete(kind);
    // Something may have taken its place already.
    if (turn !== this.#turn || this.track(kind)) return;
    this.#lose(kind, reason);
    if (reason === 'lost') setTimeout(() => this.regain(), SETTLING_MS);
  }

  /**
   * @param {Kind} kind
   * @param {Missing} reason
   */
  #lose(kind, reason) {
    this.drop(kind);
    if (this.#wanted[kind] !== false) this.#missing[kind] = reason;
    this.emit('change', null);
  }
}
