import { find } from './dom.js';

/** Tells screen readers what has changed without taking the focus. */
export class Announcer {
  #region = find('[data-live]');
  #last = '';

  /** @param {string} text said once for each change of it */
  say(text) {
    if (text === this.#last) return;
    this.#last = text;
    this.#region.textContent = text;
  }
}
