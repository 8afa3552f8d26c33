import { findAs } from './dom.js';

/** Makes the preferences of a staff page act at once; without scripts their form does the same. */
export class Preferences {
  #form;

  constructor() {
    this.#form = findAs(HTMLFormElement, '[data-preferences]');
    for (const element of this.#form.querySelectorAll('[data-without-scripts]')) element.remove();
    this.#form.addEventListener('change', (event) => {
      const { name, value } = /** @type {HTMLInputElement} */ (event.target);
      // Another language is another page; colours and size are not.
      if (name === 'language') this.#form.submit();
      else void this.#apply(name, value);
    });
  }

  /**
   * @param {string} name theme or scale
   * @param {string} value
   */
  async #apply(name, value) {
    document.documentElement.dataset[name] = value;
    const body = new URLSearchParams();
    for (const [key, entry] of new FormData(this.#form)) body.set(key, String(entry));
    await fetch(this.#form.action, { method: 'POST', body, redirect: 'manual', keepalive: true });
  }
}
