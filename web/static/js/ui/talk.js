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
  /** @type {import('../core/types').LinkInfo | null} */
  #link = null;
  #isCarrying = false;
  /** @type {string | null} the link that was ended here, whatever the server has heard of that */
  #ended = null;
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
    call.on('remote', (stream) => !this.isEnded && this.#picture.show(stream));
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

  /** Whether it is not known yet which devices there are. */
  get isOpening() {
    return this.#devices.isOpening;
  }

  /** @returns {MediaOn} what the other gets from here */
  get own() {
    const { has } = this;
    const { microphone, camera } = this.#devices.switched;
    return { microphone: has.microphone && microphone, camera: has.camera && camera };
  }

  /** Whether this person has ended the present conversation. */
  get isEnded() {
    return this.#link !== null && this.#link.id === this.#ended;
  }

  /**
   * @param {import('../core/types').LinkInfo | null} link
   * @param {boolean} isCarrying whether the two may see and hear each other yet
   */
  follow(link, isCarrying) {
    const isOther = link?.id !== this.#link?.id;
    this.#link = link;
    if (isOther) {
      this.hasArrived = false;
      this.isSilenced = false;
      this.theirs = { microphone: true, camera: true };
      this.#picture.show(null);
    }
    this.#isCarrying = isCarrying && !this.isEnded;
    this.#call.follow(link, this.#isCarrying);
    this.#set({});
  }

  /**
   * Ends the conversation on this side at once and for good: nobody here is seen or heard any more,
   * nor is the other, even while the server cannot be told.
   */
  end() {
    if (!this.#link) return;
    this.#ended = this.#link.id;
    this.#picture.show(null);
    this.follow(this.#link, false);
  }

  /** @param {Kind} kind */
  toggle(kind) {
    if (!this.has[kind]) return;
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
