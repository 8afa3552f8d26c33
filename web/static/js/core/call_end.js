import { Arrival } from './arrival.js';
import { Link } from './link.js';

/** @typedef {import('./shaping.js').Ration} Ration */

/** The end of one link of a call: what it may carry, and what the person at the other end is told. */
export class CallEnd {
  #wire;
  /** @type {Ration | null} null: as much as the browser sees fit */
  #ration = null;

  /**
   * @param {ConstructorParameters<typeof Link>[0]} options
   */
  constructor(options) {
    this.#wire = options.wire;
    this.arrival = new Arrival(options.wire, options.info.id);
    this.link = new Link(options);
  }

  get id() {
    return this.link.info.id;
  }

  /** Whether somebody is there, and not the recorder. */
  get isToPerson() {
    return this.link.info.to !== 'recorder';
  }

  /** @returns {import('./types').Held} */
  get holds() {
    return this.#ration?.holds ?? 'nothing';
  }

  /**
   * @param {Ration} ration from now on
   * @returns {boolean} whether it is another one than before
   */
  limit(ration) {
    const isOther = JSON.stringify(ration) !== JSON.stringify(this.#ration);
    this.#ration = ration;
    return isOther;
  }

  /** @param {import('./lines.js').Tracks | null} tracks that are there to send; null: nothing may be */
  carry(tracks) {
    // A recording is of faces and voices: nobody has agreed that documents are kept.
    const shown = this.isToPerson ? (tracks?.shown ?? null) : null;
    this.link.carry(tracks && { ...tracks, shown, ration: this.#ration });
  }

  /** @param {Omit<import('./types').Theirs, 'holds'>} sent what this page sends */
  tell(sent) {
    this.#wire.tell('link.media', { link: this.id, ...sent, holds: this.holds });
  }

  wireIsBack() {
    this.link.wireIsBack();
    this.arrival.wireIsBack();
  }
}
