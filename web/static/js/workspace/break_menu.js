import { find } from '../ui/dom.js';

/** Keys that move, and by how many items. */
const STEPS = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
  ['Home', -Infinity],
  ['End', Infinity],
]);

/** The reasons for a break, where the organisation names any. */
export class BreakMenu {
  #menu = /** @type {HTMLElement | null} */ (document.querySelector('[data-break-menu]'));
  #items = /** @type {HTMLButtonElement[]} */ ([
    ...(this.#menu?.querySelectorAll('button') ?? []),
  ]);

  /** @param {(reason: string | null) => void} choose is told the code; null: another reason */
  constructor(choose) {
    const menu = this.#menu;
    menu?.addEventListener('keydown', (event) => this.#press(event));
    menu?.addEventListener('beforetoggle', () => this.#place());
    menu?.addEventListener('toggle', ({ newState }) => newState === 'open' && this.#enter());
    for (const item of this.#items) {
      item.addEventListener('click', () => {
        menu?.hidePopover();
        choose(item.dataset.value || null);
      });
    }
  }

  /** @returns {boolean} whether there is anything to choose from */
  get hasReasons() {
    return this.#items.length > 0;
  }

  /** For keys; the button opens it by itself. The next key may follow at once. */
  toggle() {
    this.#menu?.togglePopover();
    this.#enter();
  }

  /** Unless somebody has moved on in it already. */
  #enter() {
    const menu = this.#menu;
    if (!menu?.matches(':popover-open') || menu.contains(document.activeElement)) return;
    this.#items[0]?.focus();
  }

  /** @param {string | null} reason code of the one that holds now, if one does */
  mark(reason) {
    for (const item of this.#items) {
      item.setAttribute('aria-checked', String(reason !== null && item.dataset.value === reason));
    }
  }

  /** Under the choice it belongs to, wherever that stands. */
  #place() {
    const choice = find('[data-action="status"][data-value="break"]');
    const { left, bottom } = choice.getBoundingClientRect();
    this.#menu?.style.setProperty('--menu-x', `${left}px`);
    this.#menu?.style.setProperty('--menu-y', `${bottom}px`);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const here = this.#items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const step = STEPS.get(event.key);
    const number = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (step !== undefined) {
      this.#items[Math.min(Math.max(here + step, 0), this.#items.length - 1)]?.focus();
    } else if (number && !event.ctrlKey && !event.altKey && !event.metaKey) {
      this.#items[Number(number) - 1]?.click();
    } else {
      if (event.key === 'Tab') this.#menu?.hidePopover();
      return;
    }
    // Single keys mean something else outside the menu.
    event.preventDefault();
    event.stopPropagation();
  }
}
