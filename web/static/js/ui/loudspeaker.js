import { Emitter } from '../core/events.js';
import { tone } from '../core/sound.js';

/** @typedef {import('../core/types').DeviceChoice} DeviceChoice */

const STEP = 10;

/**
 * What the others are heard with, and how loud.
 *
 * @extends {Emitter<{ change: null }>}
 */
export class Loudspeaker extends Emitter {
  #elements;
  #devices;
  /** @type {string} id of the device; empty: the one of the system */
  #sink = '';
  #loudness;
  /** @type {string | null} id of the one that is used whatever was chosen */
  #pinned = null;

  /**
   * @param {HTMLMediaElement[]} elements that play the others
   * @param {import('../core/devices.js').Devices} devices
   * @param {number} [loudness] 0 to 100, at the start
   */
  constructor(elements, devices, loudness = 100) {
    super();
    this.#elements = elements;
    this.#devices = devices;
    this.#loudness = loudness;
    this.#setVolume();
    devices.on('change', () => void this.#restore());
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#restore());
  }

  /** Whether this browser lets a page choose. */
  static get canChoose() {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  get id() {
    return this.#sink;
  }

  /** @returns 0 to 100 */
  get loudness() {
    return this.#loudness;
  }

  get isLoudest() {
    return this.#loudness >= 100;
  }

  get isQuietest() {
    return this.#loudness <= STEP;
  }

  /** @param {1 | -1} direction louder or quieter */
  turn(direction) {
    this.#loudness = Math.min(Math.max(this.#loudness + direction * STEP, STEP), 100);
    this.#setVolume();
    this.emit('change', null);
  }

  /**
   * @param {DeviceChoice} choice from `Devices.list`
   * @returns {Promise<boolean>} false: it cannot be used; the one before stays
   */
  async choose(choice) {
    const isUsed = await this.#use(choice.id);
    if (isUsed) this.#devices.chosen.set('speaker', choice);
    return isUsed;
  }

  /**
   * Uses a device without remembering it.
   *
   * @param {string | null} id null: the one that was chosen again
   */
  async pin(id) {
    this.#pinned = id;
    await this.#restore();
  }

  /** @param {string} id */
  async #use(id) {
    if (id === this.#sink) return true;
    try {
      await Promise.all(this.#elements.map((element) => element.setSinkId(id)));
    } catch (error) {
      // Unplugged meanwhile, or the browser does not allow it.
      console.debug('Speaker not used:', error);
      return false;
    }
    this.#sink = id;
    this.emit('change', null);
    return true;
  }

  /** Three rising notes from the device that is used. */
  playTone() {
    return tone(this.#sink);
  }

  /** The one chosen before is there again, or gone: then the system's is used. */
  async #restore() {
    if (!Loudspeaker.canChoose || !this.#devices.isOpen) return;
    const list = await this.#devices.list();
    // Without a leave to use any device there are no ids yet.
    if (list.speaker.length === 0) return;
    const chosen = this.#devices.chosen.find('speaker', list.speaker);
    await this.#use(this.#pinned ?? chosen ?? '');
  }

  #setVolume() {
    for (const element of this.#elements) element.volume = this.#loudness / 100;
  }
}
