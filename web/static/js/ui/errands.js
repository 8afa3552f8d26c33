import { toastRefusal } from './toast.js';

/** Requests whose refusal is told to the person. */
export class Errands {
  #wire;
  /** @type {Set<string>} */
  #underWay = new Set();

  /** @param {import('../core/wire.js').Wire} wire */
  constructor(wire) {
    this.#wire = wire;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<boolean>} whether it was done; a refusal has been told to the person
   */
  async run(type, fields) {
    // A button that is pressed twice means it once.
    if (this.#underWay.has(type)) return false;
    this.#underWay.add(type);
    try {
      await this.#wire.request(type, fields);
      return true;
    } catch (error) {
      toastRefusal(error);
      return false;
    } finally {
      this.#underWay.delete(type);
    }
  }
}
