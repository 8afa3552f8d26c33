import { isDialogOpen } from '../ui/dialogs.js';
import { findAs } from '../ui/dom.js';

const STORED = 'okno.shortcuts';
const TYPED_INTO =
  'input:not([type="radio"], [type="checkbox"]), select, textarea, [contenteditable]';

/**
 * Single keys that act at once, whatever the keyboard's layout. They can be turned off, because
 * they get in the way of people who speak to the computer.
 */
export class Shortcuts {
  #acts;
  #isOn = localStorage.getItem(STORED) !== 'off';

  /** @param {Record<string, () => unknown>} acts by `KeyboardEvent.code`; `?` by the character */
  constructor(acts) {
    this.#acts = acts;
    const toggle = findAs(HTMLInputElement, '[data-shortcuts-on]');
    toggle.checked = this.#isOn;
    toggle.addEventListener('change', () => this.#turn(toggle.checked));
    this.#turn(this.#isOn);
    addEventListener('keydown', (event) => this.#press(event));
  }

  /** @param {boolean} on */
  #turn(on) {
    this.#isOn = on;
    localStorage.setItem(STORED, on ? 'on' : 'off');
    document.documentElement.dataset.shortcuts = on ? 'on' : 'off';
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
    const isTyping = /** @type {Element} */ (event.target).closest?.(TYPED_INTO);
    if (!this.#isOn || !isPlain || isTyping || isDialogOpen()) return;
    const act = this.#acts[event.key === '?' ? '?' : event.code];
    if (!act || (event.shiftKey && event.key !== '?')) return;
    event.preventDefault();
    void act();
  }
}
