import { insist } from '../core/insist.js';
import { toastRefusal } from './toast.js';

/** Requests whose refusal is told to the person. */
export class Errands {
  #wire;
  /** @type {Set<string>} */
  #underWay = new Set();
  /** @type {Map<string, Promise<void>>} */
  #insisted = new Map();

  /** @param {import('../core/wire.js').Wire} wire */
  constructor(wire) {
    this.#wire = wire;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @param {(error: unknown) => void} [tell] how the person is told of a refusal
   * @returns {Promise<import('../core/types').Reply | null>} null: it was not done
   */
  async run(type, fields, tell = toastRefusal) {
    // A button that is pressed twice means it once.
    if (this.#underWay.has(type)) return null;
    this.#underWay.add(type);
    try {
      return await this.#wire.request(type, fields);
    } catch (error) {
      tell(error);
      return null;
    } finally {
      this.#underWay.delete(type);
    }
  }

  /**
   * Asks again and again until the server has answered, however long it is away.
   *
   * @param {string} type
   * @param {object} fields
   * @param {() => boolean} isDue false: it has come about otherwise, or matters no more
   */
  insist(type, fields, isDue) {
    const asking =
      this.#insisted.get(type) ??
      this.#ask(type, fields, isDue).finally(() => this.#insisted.delete(type));
    this.#insisted.set(type, asking);
    return asking;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @param {() => boolean} isDue
   */
  async #ask(type, fields, isDue) {
    const refusal = await insist(this.#wire, type, fields, isDue);
    if (refusal && !refusal.isRepeated && isDue()) toastRefusal(refusal.error);
  }
}
