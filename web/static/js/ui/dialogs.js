import { findAs } from './dom.js';

/**
 * Opens a dialog of the page.
 *
 * @param {string} id
 * @returns {Promise<string>} the value of the button that closed it; empty when it was dismissed
 */
export function ask(id) {
  const dialog = findAs(HTMLDialogElement, `#${id}`);
  dialog.returnValue = '';
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}

/** Closes whatever is open: what it asks about has passed. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    if (dialog.open) dialog.close('');
  }
}

/** @returns {boolean} whether a dialog is open */
export function isDialogOpen() {
  return document.querySelector('dialog[open]') !== null;
}
