import { closeDialogs } from './dialogs.js';
import { find } from './dom.js';

/** Shows one section of the page at a time. */
export class ScreenSwitch {
  #main = find('main');
  #sections = /** @type {HTMLElement[]} */ ([...this.#main.querySelectorAll('[data-screen]')]);

  constructor() {
    this.#main.dataset.screen ??= this.#sections.find((section) => !section.hidden)?.dataset.screen;
  }

  /** @returns {string | undefined} */
  get current() {
    return this.#main.dataset.screen;
  }

  /**
   * @param {string} screen
   * @param {string} [state] of the consultation; for whoever watches the page from outside
   * @returns {boolean} whether it is another one than before
   */
  show(screen, state = '') {
    this.#main.dataset.state = state;
    if (screen === this.current) return false;
    closeDialogs();
    for (const section of this.#sections) section.hidden = section.dataset.screen !== screen;
    this.#main.dataset.screen = screen;
    const section = find(`section[data-screen="${screen}"]`);
    find('[tabindex="-1"]', section).focus({ preventScroll: true });
    section.querySelector('.screen-body')?.scrollTo(0, 0);
    return true;
  }
}
