import { Emitter } from './events.js';
import { Steady } from './steady.js';

/** @typedef {import('./types').DeviceIssue} DeviceIssue */
/** @typedef {import('./types').DeviceKind} DeviceKind */
/** @typedef {import('./devices.js').Kind} Kind */
/** @typedef {import('./types').Seen} Seen */

/** In which they are told. @type {DeviceKind[]} */
const ORDER = ['microphone', 'speaker', 'camera'];
const LOOK_MS = 500;
/** A microphone that gives nothing at all for so long is not only in a quiet room. */
const SILENCE = { after: 8_000, until: 1_000 };
/** Somebody may lean forward, or the light go on. */
const DARKNESS = { after: 6_000, until: 2_000 };
/** A camera may take a moment to change its size; one that lives differs from frame to frame. */
const STANDSTILL = { after: 5_000, until: 2_000 };
const MUTED = { after: 1_500, until: 0 };

/**
 * What is wrong with the devices of this page, at most one thing with each.
 *
 * @extends {Emitter<{ change: null }>}
 */
export class Faults extends Emitter {
  #devices;
  #picture;
  #silence = new Steady(SILENCE);
  #darkness = new Steady(DARKNESS);
  #standstill = new Steady(STANDSTILL);
  #muted = { microphone: new Steady(MUTED), camera: new Steady(MUTED) };
  #hasSpeaker = true;
  /** Whether people here hear and are heard at all; who signs does not miss sound. */
  needsSound = true;
  /** Whether what there is was known when it was looked at last. */
  #wasOpen = false;
  /** @type {Record<DeviceKind, DeviceIssue | null>} */
  #found = { microphone: null, camera: null, speaker: null };

  /**
   * @param {import('./devices.js').Devices} devices
   * @param {{ see: (track: MediaStreamTrack | null) => Seen | null }} picture looks at what a camera
   *   gives; null: nobody can tell now
   */
  constructor(devices, picture) {
    super();
    this.#devices = devices;
    this.#picture = picture;
    devices.on('change', () => this.#look());
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#listen());
    setInterval(() => this.#look(), LOOK_MS);
  }

  /**
   * @param {DeviceKind} kind
   * @returns {DeviceIssue | null}
   */
  of(kind) {
    return this.#found[kind];
  }

  /** @returns {DeviceIssue[]} all there are */
  get all() {
    return ORDER.map((kind) => this.#found[kind]).filter((issue) => issue !== null);
  }

  #look() {
    const now = performance.now();
    const wasOpen = this.#wasOpen;
    this.#wasOpen = this.#devices.isOpen && !this.#devices.isOpening;
    if (this.#wasOpen && !wasOpen) void this.#listen();
    const { needsSound } = this;
    const microphone = this.#ofMicrophone(now);
    const isMute = this.#wasOpen && !this.#hasSpeaker;
    this.#set({
      microphone: needsSound ? microphone : null,
      camera: this.#ofCamera(now),
      speaker: needsSound && isMute ? 'speaker_missing' : null,
    });
  }

  /** @param {number} now @returns {DeviceIssue | null} */
  #ofMicrophone(now) {
    const { audio, switched } = this.#devices;
    const isMuted = this.#muted.microphone.feed(audio?.muted ?? false, now);
    if (audio && switched.microphone) this.#silence.feed(this.#devices.isSilent(), now);
    else this.#silence.forget();
    if (isMuted) return 'microphone_muted';
    return this.#missing('microphone') ?? (this.#silence.isOn ? 'microphone_silent' : null);
  }

  /** @param {number} now @returns {DeviceIssue | null} */
  #ofCamera(now) {
    const { video, switched } = this.#devices;
    const isMuted = this.#muted.camera.feed(video?.muted ?? false, now);
    const isOn = video !== null && switched.camera;
    const seen = this.#picture.see(isOn ? video : null);
    if (!isOn) {
      this.#darkness.forget();
      this.#standstill.forget();
    } else if (seen) {
      this.#darkness.feed(seen.isDark, now);
      this.#standstill.feed(seen.isStill, now);
    }
    const missing = this.#missing('camera');
    if (missing) return missing;
    if (isMuted || this.#darkness.isOn) return 'camera_black';
    return this.#standstill.isOn ? 'camera_frozen' : null;
  }

  /** @param {Kind} kind @returns {DeviceIssue | null} */
  #missing(kind) {
    const reason = this.#devices.missing[kind];
    switch (reason) {
      case null:
      case 'unwanted':
        return null;
      case 'insecure':
        return `${kind}_denied`;
      default:
        return `${kind}_${reason}`;
    }
  }

  /** Counts what there is to listen with, where the browser lists it. */
  async #listen() {
    const { mediaDevices } = navigator;
    // One that lets people choose their speaker in a window of its own lists none before that.
    const isListed = mediaDevices && !('selectAudioOutput' in mediaDevices);
    if (!isListed || !('setSinkId' in AudioContext.prototype)) return;
    const all = await mediaDevices.enumerateDevices();
    this.#hasSpeaker = all.some(({ kind }) => kind === 'audiooutput');
    this.#look();
  }

  /** @param {Record<DeviceKind, DeviceIssue | null>} found */
  #set(found) {
    const before = this.#found;
    this.#found = found;
    if (ORDER.some((kind) => found[kind] !== before[kind])) this.emit('change', null);
  }
}
