import { copyOf, find, write } from './dom.js';

/** @typedef {{ title: string, text: string }} Said what it means, then what happened and what to do */

/** Says what is wrong with the devices here, on every screen that has a place for it. */
export class FaultNotice {
  #places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-fault]')]);
  #words;

  /**
   * @param {import('../core/faults.js').Faults} faults
   * @param {() => Said | null} words null: nothing is wrong
   */
  constructor(faults, words) {
    this.#words = words;
    faults.on('change', () => this.render());
  }

  render() {
    const said = this.#words();
    for (const place of this.#places) this.#show(place, said);
  }

  /** @param {HTMLElement} place @param {Said | null} said */
  #show(place, said) {
    const before = place.firstElementChild;
    if (!said) {
      // The button that was pressed goes with its notice; the focus goes to where all is read anew.
      if (place.contains(document.activeElement))
        /** @type {HTMLElement | null} */ (
          place.closest('section')?.querySelector('[tabindex="-1"]')
        )?.focus();
      place.replaceChildren();
      return;
    }
    const notice = before instanceof HTMLElement ? before : copyOf('fault-notice');
    write(find('strong', notice), said.title);
    write(find('[data-text]', notice), said.text);
    if (notice !== before) place.replaceChildren(notice);
  }
}
