import { write } from '../ui/dom.js';

/**
 * Shows short words as badges; hides the place when there are none.
 *
 * @param {HTMLElement} place
 * @param {string[]} marks
 */
export function showMarks(place, marks) {
  place.hidden = marks.length === 0;
  while (place.children.length > marks.length) place.lastElementChild?.remove();
  marks.forEach((words, index) => {
    const badge = place.children[index] ?? place.appendChild(document.createElement('span'));
    badge.className = 'badge';
    write(/** @type {HTMLElement} */ (badge), words);
  });
}
