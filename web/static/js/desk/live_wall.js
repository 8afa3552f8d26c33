import { Emitter } from '../core/events.js';
import { find, write } from '../ui/dom.js';

/** A change is looked at twice: at once, and when the session log has it too. */
const LOOKS = 2;
/** Milliseconds from the first of them to the second. */
const SECOND_LOOK = 1_000;
/** The longest wait grows while nothing else happens. */
const LONGEST = 10_000;
/** How many milliseconds the server may take to answer. */
const PATIENCE = 5_000;

/**
 * Keeps the overview up to date with the same HTML the server rendered first.
 *
 * Of the numbers only the words are written, so that an open formula stays open. Says after each
 * look whether the numbers are new.
 *
 * @extends {Emitter<{ fresh: null, old: null }>}
 */
export class LiveWall extends Emitter {
  #root;
  #url;
  #due = 0;
  #looking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} root says in data-wall where it can be fetched again */
  constructor(root) {
    super();
    this.#root = root;
    this.#url = root.dataset.wall ?? '';
    this.#plan(LONGEST);
  }

  /** Something has changed. The server says so at most once a second. */
  refresh() {
    this.#due = LOOKS;
    if (!this.#looking) this.#plan(0);
  }

  /** @param {number} delay in milliseconds */
  #plan(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), delay);
  }

  async #look() {
    this.#looking = true;
    this.#due = Math.max(this.#due - 1, 0);
    this.emit((await this.#fetch()) ? 'fresh' : 'old', null);
    this.#looking = false;
    this.#plan(this.#due > 0 ? SECOND_LOOK : LONGEST);
  }

  /** @returns {Promise<boolean>} whether there was an answer to show */
  async #fetch() {
    try {
      const answer = await fetch(this.#url, { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) location.reload();
      if (answer.ok) this.#show(await answer.text());
      return answer.ok;
    } catch {
      // The network is away. The page says so, and the next look shows what was missed.
      return false;
    }
  }

  /** @param {string} html */
  #show(html) {
    const news = new DOMParser().parseFromString(html, 'text/html');
    for (const figure of this.#root.querySelectorAll('[data-figure]')) {
      const key = CSS.escape(figure.getAttribute('data-figure') ?? '');
      for (const part of ['[data-value]', '[data-warning]', '[data-formula]']) {
        const words = find(`[data-figure="${key}"] ${part}`, news).textContent ?? '';
        write(find(part, figure), words);
      }
    }
    for (const part of this.#root.querySelectorAll('[data-live-part]')) {
      const name = CSS.escape(part.getAttribute('data-live-part') ?? '');
      showPart(part, find(`[data-live-part="${name}"]`, news));
    }
  }
}

/**
 * @param {Element} part
 * @param {HTMLElement} news
 */
function showPart(part, news) {
  if (part.innerHTML === news.innerHTML) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const index = focused ? pressable(part).indexOf(focused) : -1;
  const name = focused && nameOf(focused);
  const before = pressable(part)
    .slice(0, Math.max(index, 0))
    .filter((each) => nameOf(each) === name).length;
  const scrolled = part.querySelector('.table-frame')?.scrollTop ?? 0;
  part.replaceChildren(...news.childNodes);
  part.querySelector('.table-frame')?.scrollTo(0, scrolled);
  if (index < 0) return;
  // Whoever walks over the rows stays on the row they were on, or on the nearest of the same topic.
  const same = pressable(part).filter((each) => nameOf(each) === name);
  const next = same[before] ?? same[0] ?? part.closest('main');
  /** @type {HTMLElement | null} */ (next)?.focus({ preventScroll: true });
}

/** @param {Element} part @returns {Element[]} */
function pressable(part) {
  return [...part.querySelectorAll('a, button')];
}

/**
 * What stays the same of a thing that is pressed when the wall is made anew: where it leads, or the call it
 * is about, whose buttons take each other's place.
 *
 * @param {Element} pressed
 */
function nameOf(pressed) {
  return pressed.getAttribute('href') ?? pressed.closest('[data-call]')?.getAttribute('data-call');
}
