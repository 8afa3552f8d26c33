import { pageData, t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { moment } from './times.js';
import { isShut, reopensAt } from './topics.js';

const MOST_ON_A_PAGE = 8;

/** The tiles of topics: at most eight at a time, with a search when there are more. */
export class TopicScreen {
  #items = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-topics] > li')]);
  #page = 0;
  #wanted = '';

  constructor() {
    document.querySelector('[data-topic-search]')?.addEventListener('input', (event) => {
      this.#wanted = /** @type {HTMLInputElement} */ (event.target).value.trim();
      this.#page = 0;
      this.#render();
    });
    this.#render();
  }

  /**
   * Says on the tiles which topics give no tickets now.
   *
   * @param {Iterable<import('./topics.js').Topic>} topics
   * @param {number} now server time
   */
  render(topics, now) {
    for (const topic of topics) {
      const tile = find(`[data-action="topic"][data-topic="${topic.id}"]`);
      const shut = isShut(topic, now);
      tile.classList.toggle('shut', shut);
      write(find('[data-shut]', tile), shut ? shutWords(reopensAt(topic), now) : '');
    }
  }

  /** @param {number} by pages */
  turn(by) {
    this.#page += by;
    this.#render();
  }

  #render() {
    const { language } = pageData();
    const wanted = this.#wanted.toLocaleLowerCase(language);
    const fitting = this.#items.filter((item) =>
      find('[data-name]', item).textContent?.toLocaleLowerCase(language).includes(wanted),
    );
    const pages = Math.max(Math.ceil(fitting.length / MOST_ON_A_PAGE), 1);
    this.#page = Math.min(Math.max(this.#page, 0), pages - 1);
    const from = this.#page * MOST_ON_A_PAGE;
    const shown = fitting.slice(from, from + MOST_ON_A_PAGE);
    for (const item of this.#items) item.hidden = !shown.includes(item);
    if (this.#items.length > MOST_ON_A_PAGE) this.#renderPager(pages, fitting.length);
  }

  /**
   * @param {number} pages
   * @param {number} fitting
   */
  #renderPager(pages, fitting) {
    find('[data-topics-none]').hidden = fitting > 0;
    find('[data-topics-page]').textContent = t('Page {page} of {pages}', {
      page: this.#page + 1,
      pages,
    });
    setDisabled(find('[data-action="topics-previous"]'), this.#page === 0);
    setDisabled(find('[data-action="topics-next"]'), this.#page === pages - 1);
  }
}

/**
 * @param {number | null} opensAt
 * @param {number} now server time
 */
function shutWords(opensAt, now) {
  if (opensAt === null) return t('Closed now');
  return `${t('Closed now')}. ${t('Opens {when}', { when: moment(opensAt, now) })}`;
}

/**
 * Unlike `disabled` this keeps the focus where it is.
 *
 * @param {HTMLElement} button
 * @param {boolean} disabled
 */
function setDisabled(button, disabled) {
  button.setAttribute('aria-disabled', String(disabled));
}
