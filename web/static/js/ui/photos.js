import { Emitter } from '../core/events.js';
import { newInstance } from '../core/instance.js';
import { Photo } from '../core/photo.js';
import { PhotoLine } from '../core/photo_line.js';

/** @typedef {'sending' | 'sent' | 'failed' | 'theirs'} PhotoState */

/**
 * The photos of a talk: the last one that was sent or came, until the talk is over or it is put away.
 *
 * `wanted`: somebody asks for one; `arrived`: one of somebody else is here.
 *
 * @extends {Emitter<{ change: null, wanted: null, arrived: null }>}
 */
export class Photos extends Emitter {
  #talk;
  #takes;
  /** By the link. @type {Map<string, PhotoLine>} */
  #lines = new Map();
  /** @type {Photo | null} */
  photo = null;
  /** @type {PhotoState} what there is to know of that photo */
  state = 'theirs';
  /** @type {number | null} how much of the one under way is there, 0 to 1 */
  share = null;

  /**
   * @param {import('../core/call.js').Call} call
   * @param {import('./talk.js').Talk} talk
   * @param {{ takes: boolean }} role whether photos of others are taken here
   */
  constructor(call, talk, { takes }) {
    super();
    this.#talk = talk;
    this.#takes = takes;
    call.on('remote', ({ link, photos }) => this.#meet(link, photos));
    talk.on('change', () => this.#follow());
  }

  /** Whether photos can be sent to, and asked of, the one this person talks to. */
  get isOpen() {
    return this.#main?.isOpen ?? false;
  }

  /** Asks the visitor for one. */
  ask() {
    this.#main?.ask();
  }

  /**
   * @param {Blob} blob
   * @returns {Promise<{ id: string, bytes: number } | null>} null: it did not reach them
   */
  async send(blob) {
    const main = this.#main;
    const photo = await Photo.open([blob]);
    if (!photo) return null;
    this.#keep(photo, 'sending', 0);
    const id = newInstance();
    const others = [...this.#lines.values()].filter((line) => line !== main);
    for (const line of others) void line.send(id, blob, () => {});
    const isTaken = await main?.send(id, blob, (share) => this.#go(photo, 'sending', share));
    this.#go(photo, isTaken ? 'sent' : 'failed', null);
    return isTaken ? { id, bytes: blob.size } : null;
  }

  /** Nothing of the photo stays in this page. */
  forget() {
    if (!this.photo && this.share === null) return;
    this.photo?.forget();
    this.photo = this.share = null;
    this.emit('change', null);
  }

  get #main() {
    return this.#lines.get(this.#talk.links[0]);
  }

  /** @param {string} link @param {RTCDataChannel} channel */
  #meet(link, channel) {
    // A photo is for people, and not for a recorder.
    if (!this.#talk.links.includes(link)) return;
    this.#lines.get(link)?.carry(false);
    const line = new PhotoLine(channel, this.#takes);
    this.#lines.set(link, line);
    line.carry(this.#talk.isOn);
    line.on('wanted', () => this.emit('wanted', null));
    line.on('share', (share) => {
      this.share = share;
      this.emit('change', null);
    });
    line.on('photo', (photo) => {
      this.#keep(photo, 'theirs', null);
      this.emit('arrived', null);
    });
    channel.addEventListener('open', () => this.emit('change', null));
  }

  #follow() {
    const { links, isOn } = this.#talk;
    for (const [link, line] of this.#lines) {
      line.carry(isOn && links.includes(link));
      if (!links.includes(link)) this.#lines.delete(link);
    }
    if (!isOn) this.forget();
  }

  /**
   * @param {Photo} photo
   * @param {PhotoState} state
   * @param {number | null} share
   */
  #keep(photo, state, share) {
    this.photo?.forget();
    this.photo = photo;
    this.#go(photo, state, share);
  }

  /**
   * @param {Photo} photo
   * @param {PhotoState} state
   * @param {number | null} share
   */
  #go(photo, state, share) {
    // Another one has taken its place, or the talk is over.
    if (photo !== this.photo) return;
    Object.assign(this, { state, share });
    this.emit('change', null);
  }
}
