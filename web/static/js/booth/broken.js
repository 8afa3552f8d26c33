/**
 * Says which parts of this booth do not work, wherever a template has the words for it.
 *
 * @param {import('../core/types').BoothHealth | null} health
 */
export function showBroken(health) {
  for (const words of document.querySelectorAll('[data-broken-part]')) {
    const { dataset } = /** @type {HTMLElement} */ (words);
    /** @type {HTMLElement} */ (words).hidden = !(health && (dataset.brokenPart ?? '') in health.failed);
  }
}
