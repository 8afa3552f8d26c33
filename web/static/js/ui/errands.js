import { toastRefusal } from './toast.js';

/** Requests whose refusal is told to the person. */
export class Errands {
  #wire;

  /** @param {import('../core/wire.js').Wire} wire */
  constructor(wire) {
    this.#wire = wire;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<boolean>} whether it was done; if not, the person has been told why
   */
  async run(type, fields) {
    try {
      await this.#wire.request(type, fields);
      return true;
    } catch (error) {
      toastRefusal(error);
      return false;
    }
  }
}
