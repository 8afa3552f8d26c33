/** @typedef {import('./types').Relayed} Relayed */

/** What the other pages of a conversation say. */
export const RELAYED = /** @type {Relayed['type'][]} */ (
  'link.ready link.description link.candidate link.media'.split(' ')
);

const MOST_EARLY = 64;

/** Relays may overtake the state that announces their link; so many are kept for it. */
export class EarlyRelays {
  /** @type {Relayed[]} */
  #kept = [];

  /** @param {Relayed} message */
  keep(message) {
    this.#kept.push(message);
    if (this.#kept.length > MOST_EARLY) this.#kept.shift();
  }

  /** @param {string} link @returns {Relayed[]} those of that link, the first one first */
  of(link) {
    return this.#kept.filter((message) => message.link === link);
  }

  forget() {
    this.#kept = [];
  }
}
