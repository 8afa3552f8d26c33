import { ask } from '../ui/dialogs.js';
import { find } from '../ui/dom.js';

const STORED = 'okno.comfort';

/** Text size, colours and the height of the buttons: kept in the tab, gone with the visitor. */
export class Comfort {
  #root = document.documentElement;
  #dialog = find('#comfort');
  /** @type {Record<string, string>} */
  #chosen = JSON.parse(sessionStorage.getItem(STORED) ?? '{}');

  constructor() {
    for (const [name, value] of Object.entries(this.#chosen)) this.#apply(name, value);
    this.#dialog.addEventListener('change', (event) => {
      const { name, value } = /** @type {HTMLInputElement} */ (event.target);
      this.#apply(name, value);
      this.#chosen[name] = value;
      sessionStorage.setItem(STORED, JSON.stringify(this.#chosen));
    });
  }

  open() {
    return ask('comfort');
  }

  /** Forgets what the visitor chose; the next page comes up as the centre has set it. */
  static forget() {
    sessionStorage.removeItem(STORED);
  }

  /** @returns {boolean} whether the visitor has chosen anything */
  get isChosen() {
    return Object.keys(this.#chosen).length > 0;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #apply(name, value) {
    this.#root.dataset[name] = value;
    const input = this.#dialog.querySelector(`input[name="${name}"][value="${value}"]`);
    if (input instanceof HTMLInputElement) input.checked = true;
  }
}
