import { find } from '../ui/dom.js';

/** Milliseconds that a server may take to hear of the end of a visit before the page is left. */
const PATIENCE = 1_000;

/** The way back to the first page, also while there is no server to give that page. */
export class Departure {
  #parts;
  #home = find('main').dataset.home ?? '/';
  /** Whether the server will not know this page again. */
  #isCutOff = false;
  /** Whether the visitor has gone. */
  hasBegun = false;

  /**
   * @param {object} parts
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../core/call.js').Call} parts.call
   */
  constructor(parts) {
    this.#parts = parts;
    for (const end of /** @type {const} */ (['evicted', 'refused']))
      parts.wire.on(end, () => (this.#isCutOff = true));
  }

  /** @param {Promise<unknown>} ending what the server is still to be told */
  async begin(ending) {
    if (this.hasBegun) return;
    this.hasBegun = true;
    const { wire, devices, call } = this.#parts;
    call.close();
    devices.close();
    if (!this.#isCutOff) {
      const wasUp = wire.isUp;
      if (!wasUp) await new Promise((resolve) => wire.on('up', resolve, { once: true }));
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
      await (wasUp ? Promise.race([ending, patience]) : ending);
    }
    wire.close();
    location.replace(this.#home);
  }
}
