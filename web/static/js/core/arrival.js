/** Tells the server, until it has heard, that sound or picture came over a link. */
export class Arrival {
  #wire;
  #link;
  /** @type {'no' | 'seen' | 'told'} */
  #progress = 'no';

  /**
   * @param {import('./wire.js').Wire} wire
   * @param {string} link
   */
  constructor(wire, link) {
    this.#wire = wire;
    this.#link = link;
  }

  /** They are here. */
  report() {
    if (this.#progress !== 'no') return;
    this.#progress = 'seen';
    void this.#tell();
  }

  /** The socket is back; what was said may be lost. */
  wireIsBack() {
    if (this.#progress === 'seen') void this.#tell();
  }

  async #tell() {
    try {
      await this.#wire.request('media.arrived', { link: this.#link });
    } catch (error) {
      // Away: said again when the socket is back. Refused: the state has moved on.
      console.debug('media.arrived:', error);
      if (/** @type {import('./wire.js').WireError} */ (error).code === 'unavailable') return;
    }
    this.#progress = 'told';
  }
}
