import { write } from '../ui/dom.js';

/** Milliseconds between two looks: as often as the server has news. */
const SHORTEST = 1_000;
/** The longest wait grows while nothing else happens. */
const LONGEST = 10_000;

/**
 * Keeps the numbers of the wall up to date with the same HTML the server rendered first.
 *
 * Only the values are written, so that an open formula stays open and the focus where it is.
 */
export class LiveWall {
  #root;
  #url;
  #looking = false;
  #again = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} root
   * @param {string} url of the partial
   */
  constructor(root, url) {
    this.#root = root;
    this.#url = url;
  }

  /** Looks now, or as soon as the look under way is over. */
  async refresh() {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    this.#again = false;
    clearTimeout(this.#timer);
    await this.#look();
    this.#timer = setTimeout(() => this.#next(), SHORTEST);
  }

  #next() {
    this.#looking = false;
    if (this.#again) void this.refresh();
    else this.#timer = setTimeout(() => void this.refresh(), LONGEST - SHORTEST);
  }

  async #look() {
    try {
      const answer = await fetch(this.#url);
      if (answer.status === 401) location.reload();
      if (answer.ok) this.#show(await answer.text());
    } catch {
      // The network is away. The page says so, and the next look shows what was missed.
    }
  }

  /** @param {string} html */
  #show(html) {
    const news = new DOMParser().parseFromString(html, 'text/html');
    for (const figure of this.#root.querySelectorAll('[data-figure]')) {
      const key = CSS.escape(figure.getAttribute('data-figure') ?? '');
      const value = figure.querySelector('[data-value]');
      const now = news.querySelector(`[data-figure="${key}"] [data-value]`);
      if (value instanceof HTMLElement && now) write(value, now.textContent ?? '');
    }
  }
}
