import { Alarms } from '../core/alarms.js';
import { Emitter } from '../core/events.js';
import { OtherPicture } from './other_picture.js';

/** @typedef {import('../core/types').Condition} Condition */
/** @typedef {import('../core/types').Theirs} Theirs */

/** @type {Theirs} */
const NOTHING_KNOWN = {
  microphone: true,
  camera: true,
  speaks: true,
  hears: true,
  holds: 'nothing',
  shows: 'none',
};

/**
 * Somebody else in a conversation: how the link to them is, and what is here of them.
 *
 * @extends {Emitter<{ change: null }>}
 */
export class Party extends Emitter {
  #call;
  #picture;
  #alarms = new Alarms();
  /** @type {import('../core/types').LinkInfo | null} */
  #link = null;
  #isCarrying = false;
  /** @type {string | null} the link that was ended here, whatever the server has heard of that */
  #ended = null;
  /** @type {Condition} */
  condition = 'connecting';
  /** What they have switched on, and hold back. @type {Theirs} */
  theirs = { ...NOTHING_KNOWN };
  /** @type {MediaStream | null} what comes of what they show besides */
  shown = null;
  /** What is held back here, of what they are sent. @type {import('../core/types').Held} */
  ours = 'nothing';
  /** Whether sound or picture of them is here. */
  hasArrived = false;
  /** Whether they have written anything. */
  writes = false;
  /** Whether the browser holds the sound back until something is pressed. */
  isSilenced = false;

  /**
   * @param {import('../core/call.js').Call} call
   * @param {import('../core/sampler.js').Sampler} sampler
   * @param {HTMLVideoElement} video that shows and plays them
   */
  constructor(call, sampler, video) {
    super();
    this.#call = call;
    this.#picture = new OtherPicture(video);
    call.on('remote', ({ link, stream, shown }) => {
      if (!this.#isOf(link) || this.isEnded) return;
      this.#picture.show(stream);
      this.#set({ shown });
    });
    call.on('condition', ({ link, condition }) => this.#isOf(link) && this.#set({ condition }));
    call.on('other', ({ link, on }) => this.#isOf(link) && this.#set({ theirs: on }));
    call.on('held', ({ link, holds }) => this.#isOf(link) && this.#set({ ours: holds }));
    sampler.on('sample', ({ link, sample }) => this.#isOf(link) && this.#look(sample, video));
    sampler.on('report', ({ link, sample }) => {
      if (!this.#isOf(link)) return;
      this.#alarms.rate(sample, performance.now());
      this.#set({});
    });
    this.#picture.on('arrived', () => this.#set({ hasArrived: true }));
    this.#picture.on('silenced', () => this.#set({ isSilenced: true }));
  }

  /** @returns {import('../core/types').Side | null} who it is; null: nobody */
  get side() {
    const to = this.#link?.to ?? null;
    return to === 'recorder' ? null : to;
  }

  /** @returns {import('../core/alarms.js').Alarm[]} what is wrong with the link to them */
  get alarms() {
    return this.condition === 'good' && this.hasArrived ? this.#alarms.all : [];
  }

  /** How good the worse of sound and picture is, each way; null: not known. */
  get scores() {
    return this.#alarms.scores;
  }

  /** Whether this person has ended the present conversation. */
  get isEnded() {
    return this.#link !== null && this.#link.id === this.#ended;
  }

  /** @param {import('../core/types').LinkInfo | null} link to them, null: nobody is there */
  meet(link) {
    const isOther = link?.id !== this.#link?.id;
    this.#link = link;
    if (!isOther) return;
    this.condition = 'connecting';
    this.hasArrived = false;
    this.isSilenced = false;
    this.writes = false;
    this.theirs = { ...NOTHING_KNOWN };
    this.shown = null;
    this.ours = 'nothing';
    this.#alarms.forget();
    this.#picture.show(null);
  }

  /** @param {boolean} isCarrying whether they and this person may see and hear each other yet */
  carry(isCarrying) {
    if (!isCarrying) this.#alarms.forget();
    this.#isCarrying = isCarrying;
    this.#set({});
  }

  /** They have begun to write. */
  noteWriting() {
    if (!this.writes) this.#set({ writes: true });
  }

  /** Nothing is seen or heard of them any more. */
  end() {
    this.#ended = this.#link?.id ?? null;
    this.#picture.show(null);
  }

  /** Call from a press. */
  async turnSoundOn() {
    await this.#picture.unmute();
    this.#set({ isSilenced: false });
  }

  /** @param {import('../core/sample.js').Sample} sample @param {HTMLVideoElement} video */
  #look(sample, { muted, volume }) {
    const before = this.alarms.join();
    const known = { theirs: this.theirs, isPlayed: !muted && volume > 0 };
    this.#alarms.look(sample, known, performance.now());
    if (this.alarms.join() !== before) this.#set({});
  }

  /** @param {string} link */
  #isOf(link) {
    return link === this.#link?.id;
  }

  /** @param {Partial<Party>} changed */
  #set(changed) {
    Object.assign(this, changed);
    const { microphone, camera } = this.theirs;
    // From someone with neither camera nor microphone nothing more will come than this connection.
    if (!microphone && !camera && this.condition === 'good') this.hasArrived ||= this.#isCarrying;
    // The first frame may overtake the state that allows it; the server hears of it after that.
    if (this.hasArrived && this.#isCarrying && this.#link) this.#call.reportArrived(this.#link.id);
    this.emit('change', null);
  }
}
