import { pageData, t } from '../core/texts.js';

/**
 * @typedef {object} NamedThings
 * @property {Record<string, string>} topics names by id
 * @property {Record<string, number>} service_levels seconds by topic
 * @property {Record<string, string>} modes
 * @property {Record<string, string>} priorities names by code
 * @property {Record<string, string>} interpreters names by code
 * @property {Record<string, string>} breaks names by code
 */

/** A visitor is to be answered within a minute where nothing else is said. */
const SERVICE_LEVEL_SECONDS = 60;

/** What ids and codes are called, as the page was given it. */
export class Names {
  #page = /** @type {import('../core/types').Page & NamedThings} */ (pageData());

  /** @param {string} id */
  topic(id) {
    return this.#page.topics[id] ?? '';
  }

  /**
   * @param {string} topic its id
   * @returns {number} how many milliseconds a visitor may wait for it
   */
  serviceLevel(topic) {
    return (this.#page.service_levels[topic] ?? SERVICE_LEVEL_SECONDS) * 1000;
  }

  /** @param {string} code */
  interpreter(code) {
    return this.#page.interpreters[code] ?? code;
  }

  /** @param {string} code */
  breakReason(code) {
    return this.#page.breaks[code] ?? code;
  }

  /**
   * What sets a visitor apart from others.
   *
   * @param {{ mode: string, priority: string | null, interpreter: string | null }} visitor
   * @returns {string[]} the priority class and the needs, each in a few words
   */
  marks({ mode, priority, interpreter }) {
    const marks = [];
    if (priority) marks.push(this.#page.priorities[priority] ?? priority);
    if (mode !== 'speech') marks.push(this.#page.modes[mode] ?? mode);
    if (interpreter) {
      marks.push(t('interpreter: {what}', { what: this.interpreter(interpreter) }));
    }
    return marks;
  }
}
