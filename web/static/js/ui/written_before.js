const STORED = 'okno.written';

/**
 * Whether something was written in this talk before the page was loaded again. Of that only the fact is
 * kept, in this tab and until the talk ends; the words are gone.
 */
export class WrittenBefore {
  /** The main link of the talk in which something was written. */
  #before = sessionStorage.getItem(STORED);
  /** @type {string | null} */
  #link = null;

  /**
   * @param {string | null} link the main one of the talk that goes on
   * @param {boolean} isWritten whether there is anything written in it now
   * @returns {boolean} whether something of this talk is missing here
   */
  follow(link, isWritten) {
    if (this.#link && link !== this.#link) sessionStorage.removeItem(STORED);
    this.#link = link;
    if (link && isWritten) sessionStorage.setItem(STORED, link);
    return link !== null && link === this.#before;
  }
}
