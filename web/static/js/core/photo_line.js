import { Emitter } from './events.js';
import { Photo } from './photo.js';
import { MOST_BYTES } from './still.js';

/** Every browser takes messages of this size from every other. */
const CHUNK = 16 * 1024;
/** Bytes that may wait in the browser to be sent. */
const MOST_WAITING = 512 * 1024;
const REFILL_AT = 128 * 1024;
/** Milliseconds without any progress after which a photo is given up. */
const STALLED = 15_000;

/**
 * @typedef {object} Arriving
 * @property {string} id
 * @property {number} size bytes
 * @property {number} here bytes
 * @property {ArrayBuffer[]} parts
 */

/**
 * Photos over the data channel of one peer connection: one at a time each way, said to be taken by
 * the other side once it could be shown. Nothing goes in or out while it is not open for that.
 *
 * `wanted`: the other side asks for one; `share`: so much of one is here, null when it came to
 * nothing; `photo`: it is here.
 *
 * @extends {Emitter<{ wanted: null, share: number | null, photo: Photo }>}
 */
export class PhotoLine extends Emitter {
  #channel;
  #takes;
  #isOn = false;
  /** @type {Arriving | null} */
  #arriving = null;
  /** @type {{ id: string, settle: (isTaken: boolean) => void } | null} */
  #sending = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;

  /**
   * @param {RTCDataChannel} channel
   * @param {boolean} takes photos; otherwise it only gives
   */
  constructor(channel, takes) {
    super();
    this.#channel = channel;
    this.#takes = takes;
    channel.bufferedAmountLowThreshold = REFILL_AT;
    channel.addEventListener('message', ({ data }) => this.#isOn && this.#hear(data));
    channel.addEventListener('close', () => this.carry(false));
  }

  get isOpen() {
    return this.#isOn && this.#channel.readyState === 'open';
  }

  /** @param {boolean} isOn whether people may show each other anything */
  carry(isOn) {
    this.#isOn = isOn;
    if (isOn) return;
    this.#drop();
    this.#sending?.settle(false);
  }

  /** Asks the other side for a photo. */
  ask() {
    if (this.isOpen) this.#say('wanted');
  }

  /**
   * @param {string} id another one for each photo
   * @param {Blob} blob
   * @param {(share: number) => void} progress told how much is sent, 0 to 1
   * @returns {Promise<boolean>} whether the other side has it and could show it
   */
  async send(id, blob, progress) {
    if (!this.isOpen || this.#sending || blob.size > MOST_BYTES) return false;
    /** @type {Promise<boolean>} */
    const verdict = new Promise((settle) => (this.#sending = { id, settle }));
    try {
      const bytes = await blob.arrayBuffer();
      this.#say('photo', { id, size: bytes.byteLength });
      for (let at = 0; at < bytes.byteLength && this.isOpen; at += CHUNK) {
        if (this.#channel.bufferedAmount > MOST_WAITING) await this.#drained();
        if (!this.isOpen) return false;
        this.#channel.send(bytes.slice(at, at + CHUNK));
        progress((at + CHUNK - this.#channel.bufferedAmount) / bytes.byteLength);
      }
      return await Promise.race([verdict, late()]);
    } catch (error) {
      console.debug('Photo not sent:', error);
      return false;
    } finally {
      this.#sending = null;
    }
  }

  /** @param {string} type @param {object} [facts] */
  #say(type, facts = {}) {
    this.#channel.send(JSON.stringify({ type, ...facts }));
  }

  /** Until there is room again. */
  #drained() {
    const channel = this.#channel;
    const stop = new AbortController();
    const { signal } = stop;
    return new Promise((resolve, reject) => {
      channel.addEventListener('bufferedamountlow', resolve, { signal });
      channel.addEventListener('close', reject, { signal });
      const timer = setTimeout(() => reject(new Error('stalled')), STALLED);
      signal.addEventListener('abort', () => clearTimeout(timer));
    }).finally(() => stop.abort());
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    if (typeof data !== 'string') {
      this.#take(data);
      return;
    }
    const { type, id, size } = parsed(data);
    if (type === 'wanted') this.emit('wanted', null);
    else if (type === 'photo') this.#begin(String(id), size);
    else if (id === this.#sending?.id) this.#sending?.settle(type === 'taken');
  }

  /** @param {string} id @param {unknown} size */
  #begin(id, size) {
    this.#drop();
    const isGood = Number.isInteger(size) && Number(size) > 0 && Number(size) <= MOST_BYTES;
    if (!isGood || !this.#takes) {
      this.#say('refused', { id });
      return;
    }
    this.#arriving = { id, size: Number(size), here: 0, parts: [] };
    this.#wait();
    this.emit('share', 0);
  }

  /** @param {ArrayBuffer} part */
  #take(part) {
    const arriving = this.#arriving;
    if (!arriving) return;
    arriving.parts.push(part);
    arriving.here += part.byteLength;
    this.#wait();
    if (arriving.here < arriving.size) this.emit('share', arriving.here / arriving.size);
    else void this.#finish(arriving);
  }

  /** @param {Arriving} arriving */
  async #finish({ id, size, here, parts }) {
    clearTimeout(this.#patience);
    this.#arriving = null;
    const photo = here === size ? await Photo.open(parts) : null;
    if (!this.isOpen) {
      photo?.forget();
      return;
    }
    this.#say(photo ? 'taken' : 'refused', { id });
    this.emit('share', null);
    if (photo) this.emit('photo', photo);
  }

  /** What comes too slowly does not come. */
  #wait() {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#drop(), STALLED);
  }

  #drop() {
    clearTimeout(this.#patience);
    if (!this.#arriving) return;
    this.#arriving = null;
    this.emit('share', null);
  }
}

/** @returns {Promise<boolean>} */
function late() {
  return new Promise((resolve) => setTimeout(() => resolve(false), STALLED));
}

/** @param {string} text @returns {{ type?: unknown, id?: unknown, size?: unknown }} */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
