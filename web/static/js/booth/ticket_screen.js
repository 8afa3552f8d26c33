import { t } from '../core/texts.js';
import { copyOf, find, findAs } from '../ui/dom.js';
import { moment } from './times.js';

/** @typedef {import('../core/wire.js').WireError} WireError */

const LONGEST = 32;
const TYPED = /^[\p{L}\p{N}/-]$/u;

/** The visitor types the number of a ticket they have from elsewhere or from before. */
export class TicketScreen {
  #parts;
  #section = find('section[data-screen="ticket"]');
  #input = findAs(HTMLInputElement, '#ticket-number');
  #fault = find('[data-ticket-fault]');

  /**
   * @param {object} parts
   * @param {import('../ui/errands.js').Errands} parts.errands
   * @param {import('../ui/announcer.js').Announcer} parts.announcer
   * @param {() => number} parts.serverNow
   * @param {string} parts.language
   */
  constructor(parts) {
    this.#parts = parts;
    find('form', this.#section).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#claim();
    });
    // Whoever types on a keyboard need not look for the field first.
    addEventListener('keydown', (event) => this.#hear(event));
    this.#input.addEventListener('input', () => this.#forgive());
    this.#section.addEventListener('change', (event) => {
      const { name, value } = /** @type {HTMLInputElement} */ (event.target);
      if (name === 'keys') this.#showKeys(value);
    });
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      key: (/** @type {HTMLElement} */ key) => this.#type(key.dataset.key ?? ''),
      erase: () => this.#erase(),
    };
  }

  /** An empty field for the next number. */
  begin() {
    this.#input.value = '';
    this.#forgive();
  }

  async #claim() {
    const { errands, language } = this.#parts;
    const ticket = this.#input.value.trim();
    if (ticket === '')
      return this.#say([t('Type the number first'), t('It is printed on your ticket.')]);
    await errands.run('ticket.claim', { ticket, language }, (error) => this.#refuse(error));
  }

  /** @param {unknown} error why the server did not take the ticket */
  #refuse(error) {
    const { code, text, retryAfter } = /** @type {WireError} */ (error);
    if (typeof text !== 'string') throw error;
    const now = this.#parts.serverNow();
    const at = retryAfter ? moment(now + retryAfter * 1000, now) : null;
    this.#say(faultWords(code, at) ?? [t('This ticket was not taken'), text]);
  }

  /** @param {[string, string]} words what is wrong, and what to do */
  #say([what, means]) {
    const notice = copyOf('ticket-fault');
    find('strong', notice).textContent = what;
    find('[data-text]', notice).textContent = means;
    this.#fault.replaceChildren(notice);
    this.#input.setAttribute('aria-invalid', 'true');
  }

  #forgive() {
    this.#fault.replaceChildren();
    this.#input.removeAttribute('aria-invalid');
  }

  /** @param {string} text */
  #type(text) {
    this.#change(`${this.#input.value}${text}`.slice(0, LONGEST));
  }

  #erase() {
    this.#change([...this.#input.value].slice(0, -1).join(''));
  }

  /** @param {string} text */
  #change(text) {
    this.#input.value = text;
    this.#forgive();
    this.#parts.announcer.say(text || t('Empty'));
  }

  /** @param {KeyboardEvent} event */
  #hear(event) {
    const isElsewhere = this.#section.hidden || document.querySelector('dialog[open]') !== null;
    const hasModifier = event.ctrlKey || event.altKey || event.metaKey;
    if (isElsewhere || hasModifier || event.target === this.#input) return;
    if (TYPED.test(event.key)) this.#type(event.key.toLocaleUpperCase());
    else if (event.key === 'Backspace') this.#erase();
    else if (event.key === 'Enter' && !isControl(event.target)) void this.#claim();
  }

  /** @param {string} which */
  #showKeys(which) {
    for (const keys of this.#section.querySelectorAll('[data-keys]'))
      /** @type {HTMLElement} */ (keys).hidden =
        /** @type {HTMLElement} */ (keys).dataset.keys !== which;
  }
}

/** @param {EventTarget | null} target */
function isControl(target) {
  return target instanceof Element && target.closest('button, input, a') !== null;
}

/**
 * @param {string} code of the refusal
 * @param {string | null} at from when on the same would be possible
 * @returns {[string, string] | null} what is wrong, and what to do
 */
function faultWords(code, at) {
  switch (code) {
    case 'not_found':
      return [
        t('There is no such ticket here'),
        t(
          'Compare the number with your ticket. A ticket that was used, has run out, or belongs to another centre does not count here.',
        ),
      ];
    case 'too_early':
      return [
        t('It is too early for this ticket'),
        at
          ? t('Its number counts from {time} on. Come back then; your time is kept.', { time: at })
          : t('Come back at the agreed time; it is kept for you.'),
      ];
    case 'line_closed':
      return [
        t('The line of this ticket is closed now'),
        at
          ? t('It opens {when}. Until then the staff of the centre can help you.', { when: at })
          : t('Ask the staff of the centre when it opens again.'),
      ];
    default:
      return null;
  }
}
