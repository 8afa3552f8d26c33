import { find } from '../ui/dom.js';

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const FIELDS = '[data-typed]';
/** Keys that nobody presses who has only a switch, or who walks through the page. */
const TYPED = /^([^ ]|Backspace)$/u;

/**
 * A keyboard on the screen, for a booth that has no other. It comes up under a field that a finger has touched, or
 * by its button, and goes when a finger leaves it, by its own key, or when a real keyboard writes.
 *
 * What is touched is written as the finger comes down: two fingers at a time are no reason to lose a letter.
 */
export class ScreenKeyboard {
  #keyboard = find('[data-keyboard]');
  /** @type {Field | null} */
  #field = null;
  #letters;
  #hasSigns = false;
  #hasShift = false;
  /** Whether a real keyboard has written here. */
  #hasRealOne = false;
  /** Whether what happens now was begun by a finger. */
  #isTouched = false;
  /** Nothing moves under a finger before it is up. */
  #isDown = false;

  /** @param {string} language of the visit */
  constructor(language) {
    this.#letters = language;
    addEventListener('pointerdown', (event) => this.#touch(event), { capture: true });
    addEventListener('keydown', (event) => this.#hear(event), { capture: true });
    addEventListener('focusin', ({ target }) => this.#isTouched && this.#meet(target));
    addEventListener('click', ({ target }) => this.#isTouched && this.#meet(target));
    addEventListener('focusout', () => setTimeout(() => this.#leave()));
    for (const end of ['pointerup', 'pointercancel'])
      addEventListener(end, () => setTimeout(() => this.#lift()), { capture: true });
    // The finger must not take the focus out of the field.
    this.#keyboard.addEventListener('mousedown', (event) => event.preventDefault());
    this.#keyboard.addEventListener('pointerdown', ({ target }) => this.#press(target));
    // Pressed by a key, a switch or a screen reader, and not by a finger.
    this.#keyboard.addEventListener('click', ({ target, detail }) => detail === 0 && this.#press(target));
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      keyboard: (/** @type {HTMLElement} */ button) => {
        const field = button.closest('.screen')?.querySelector(FIELDS);
        if (!this.#keyboard.hidden) return this.hide();
        this.#show(/** @type {Field} */ (field));
        this.#field?.focus();
      },
    };
  }

  hide() {
    this.#keyboard.hidden = true;
    this.#field = null;
    this.#tell();
  }

  /** @param {PointerEvent} event */
  #touch({ pointerType }) {
    // Some touch screens say that they are a mouse.
    this.#isTouched = pointerType === 'touch' || !this.#hasRealOne;
    this.#isDown = true;
  }

  #lift() {
    this.#isDown = false;
    this.#leave();
  }

  /** @param {KeyboardEvent} event */
  #hear({ key, isTrusted }) {
    if (!isTrusted) return;
    this.#isTouched = false;
    if (!TYPED.test(key)) return;
    this.#hasRealOne = true;
    // The letter goes into the field, wherever the focus was.
    if (this.#field) this.#putAway();
  }

  /** @param {EventTarget | null} target */
  #meet(target) {
    const field = target instanceof Element ? target.closest(FIELDS) : null;
    if (field) this.#show(/** @type {Field} */ (field));
  }

  /** Goes with its field, and where a finger took the focus elsewhere; Tab may pass other buttons on its way. */
  #leave() {
    if (!this.#field) return;
    const { activeElement } = document;
    const isLeft = activeElement !== this.#field && !this.#keyboard.contains(activeElement);
    const isLetGo = isLeft && this.#isTouched && !this.#isDown;
    if (isLetGo || !this.#field.checkVisibility()) this.hide();
  }

  /** @param {Field} field */
  #show(field) {
    if (field === this.#field) return;
    this.#field = field;
    this.#hasSigns = this.#hasShift = false;
    find('.foot', /** @type {HTMLElement} */ (field.closest('.screen'))).before(this.#keyboard);
    this.#keyboard.hidden = false;
    this.#render();
    this.#tell();
  }

  /** @param {EventTarget | null} target */
  #press(target) {
    const key = target instanceof Element ? target.closest('.key') : null;
    if (!(key instanceof HTMLElement)) return;
    const { key: text, keyAct } = key.dataset;
    if (text !== undefined) this.#type(text);
    else if (keyAct === 'erase') this.#erase();
    else if (keyAct === 'end') this.#end();
    else if (keyAct === 'away') this.#putAway();
    else if (keyAct === 'shift') this.#hasShift = !this.#hasShift;
    else if (keyAct === 'signs') this.#hasSigns = !this.#hasSigns;
    else this.#changeLanguage();
    this.#render();
  }

  #changeLanguage() {
    if (!this.#hasSigns) this.#letters = this.#letters === 'ru' ? 'en' : 'ru';
    this.#hasSigns = false;
  }

  /** @param {string} text */
  #type(text) {
    this.#insert(this.#hasShift ? text.toLocaleUpperCase(this.#letters) : text);
    this.#hasShift = false;
  }

  #erase() {
    const field = /** @type {Field} */ (this.#field);
    const [start, end] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
    const last = [...field.value.slice(0, start)].at(-1) ?? '';
    this.#insert('', start === end ? start - last.length : start);
  }

  /** A line of what is written is finished; anywhere else it is all. */
  #end() {
    if (this.#field instanceof HTMLTextAreaElement) this.#insert('\n');
    else this.#putAway();
  }

  #putAway() {
    // Whoever pressed it by a key or a switch is not left nowhere.
    this.#field?.focus();
    this.hide();
  }

  /** @param {string} text @param {number} [from] the selection's start */
  #insert(text, from) {
    const field = /** @type {Field} */ (this.#field);
    const { selectionStart, selectionEnd, value, maxLength } = field;
    const [start, end] = [from ?? selectionStart ?? value.length, selectionEnd ?? value.length];
    if (maxLength >= 0 && value.length - (end - start) + text.length > maxLength && text !== '\n') return;
    field.setRangeText(text, start, end, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }

  #render() {
    const layer = this.#hasSigns ? 'signs' : this.#letters;
    for (const each of this.#keyboard.querySelectorAll('[data-key-layer]')) {
      const rows = /** @type {HTMLElement} */ (each);
      rows.hidden = rows.dataset.keyLayer !== layer;
      rows.toggleAttribute('data-shift', this.#hasShift);
    }
    for (const each of this.#keyboard.querySelectorAll('[data-key-next]')) {
      const name = /** @type {HTMLElement} */ (each);
      name.hidden = (name.dataset.keyNext === this.#letters) !== this.#hasSigns;
    }
    for (const each of this.#keyboard.querySelectorAll('[data-key-act="shift"]'))
      each.ariaPressed = String(this.#hasShift);
    find('[data-key-act="signs"]', this.#keyboard).ariaPressed = String(this.#hasSigns);
  }

  #tell() {
    for (const button of document.querySelectorAll('[data-action="keyboard"]'))
      button.ariaExpanded = String(!this.#keyboard.hidden);
  }
}
