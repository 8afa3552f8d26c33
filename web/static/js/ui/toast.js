import { find } from './dom.js';

/** Long enough to be read twice. */
const SHOWN_MS = 8_000;

/** @param {string} text of something that has happened and needs no answer */
export function toast(text) {
  const message = document.createElement('p');
  message.className = 'toast';
  message.textContent = text;
  find('[data-toasts]').replaceChildren(message);
  setTimeout(() => message.remove(), SHOWN_MS);
}

/**
 * Shows why something was refused; whatever else went wrong goes on to whoever watches for faults.
 *
 * @param {unknown} error
 */
export function toastRefusal(error) {
  const text = /** @type {{ text?: unknown }} */ (error)?.text;
  if (typeof text !== 'string') throw error;
  toast(text);
}
