const ROW_LINK = '[data-row] a';
/** Keys that move, and by how many rows; Enter opens because each row is a link. */
const STEPS = new Map([
  ['ArrowDown', 1],
  ['j', 1],
  ['ArrowUp', -1],
  ['k', -1],
  ['Home', -Infinity],
  ['End', Infinity],
]);

/** Lets the arrow keys walk over the rows of a table, and a click anywhere in a row open it. */
export class Rows {
  #root;

  /** @param {HTMLElement} root holds the table, if there is one */
  constructor(root) {
    this.#root = root;
    root.addEventListener('keydown', (event) => this.#move(event));
    root.addEventListener('click', (event) => this.#open(event));
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const step = STEPS.get(event.key);
    const here = /** @type {Element} */ (event.target).closest(ROW_LINK);
    if (step === undefined || !here || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const links = [...this.#root.querySelectorAll(ROW_LINK)];
    const index = Math.min(Math.max(links.indexOf(here) + step, 0), links.length - 1);
    /** @type {HTMLElement} */ (links[index]).focus();
  }

  /** @param {MouseEvent} event */
  #open(event) {
    const target = /** @type {Element} */ (event.target);
    // Whoever marks text to copy it does not want to leave.
    if (target.closest('a, button') || getSelection()?.toString()) return;
    const link = target.closest('[data-row]')?.querySelector('a');
    if (link) location.assign(link.href);
  }
}
