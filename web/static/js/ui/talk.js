import { Emitter } from '../core/events.js';
import { OtherPicture } from './other_picture.js';

/** @typedef {import('../core/types').Condition} Condition */
/** @typedef {import('../core/types').MediaOn} MediaOn */
/** @typedef {import('../core/devices.js').Kind} Kind */

/**
 * What there is to show of a conversation, at the booth and in the workspace alike.
 *
 * @extends {Emitter<{ change: null }>}
 */
export class Talk extends Emitter {
  #call;
  #devices;
  #picture;
  /** @type {string | null} */
  #link = null;
  #isCarrying = false;
  /** @type {Condition} */
  condition = 'connecting';
  /** What the other has switched on. */
  /** @type {MediaOn} */
  theirs = { microphone: true, camera: true };
  /** Whether sound or picture of the other is here. */
  hasArrived = false;
  /** Whether the browser holds the sound back until something is pressed. */
  isSilenced = false;

  /**
   * @param {object} parts
   * @param {import('../core/call.js').Call} parts.call
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {HTMLVideoElement} parts.video
   */
  constructor({ call, devices, video }) {
    super();
    this.#call = call;
    this.#devices = devices;
    this.#picture = new OtherPicture(video);
    call.on('remote', (stream) => this.#picture.show(stream));
    call.on('condition', (condition) => this.#set({ condition }));
    call.on('other', (theirs) => this.#set({ theirs }));
    devices.on('change', () => {
      call.sendMedia(this.own);
      this.emit('change', null);
    });
    this.#picture.on('arrived', () => this.#set({ hasArrived: true }));
    this.#picture.on('silenced', () => this.#set({ isSilenced: true }));
  }

  /** @returns {MediaOn} which devices there are */
  get has() {
    return { microphone: this.#devices.audio !== null, camera: this.#devices.video !== null };
  }

  /** @returns {MediaOn} what the other gets from here */
  get own() {
    const { has } = this;
    const { microphone, camera } = this.#devices.switched;
    return { microphone: has.microphone && microphone, camera: has.camera && camera };
  }

  /**
   * @param {import('../core/types').LinkInfo | null} link
   * @param {boolean} isCarrying whether the two may see and hear each other yet
   */
  follow(link, isCarrying) {
    if ((link?.id ?? null) !== this.#link) {
      this.#link = link?.id ?? null;
      this.hasArrived = false;
      this.isSilenced = false;
      this.theirs = { microphone: true, camera: true };
      this.#picture.show(null);
    }
    this.#isCarrying = isCarrying;
    this.#call.follow(link, isCarrying);
    this.#set({});
  }

  /** @param {Kind} kind */
  toggle(kind) {
    const on = !this.#devices.switched[kind];
    if (kind === 'microphone') this.#devices.setMicrophone(on);
    else this.#devices.setCamera(on);
  }

  /** Call from a press. */
  async turnSoundOn() {
    await this.#picture.unmute();
    this.#set({ isSilenced: false });
  }

  /** @param {Partial<Pick<Talk, 'condition' | 'theirs' | 'hasArrived' | 'isSilenced'>>} changed */
  #set(changed) {
    Object.assign(this, changed);
    const { microphone, camera } = this.theirs;
    // From someone with neither camera nor microphone nothing more will come than this connection.
    if (!microphone && !camera && this.condition === 'good') this.hasArrived ||= this.#isCarrying;
    // The first frame may overtake the state that allows it; the server hears of it after that.
    if (this.hasArrived && this.#isCarrying) this.#call.reportArrived();
    this.emit('change', null);
  }
}
