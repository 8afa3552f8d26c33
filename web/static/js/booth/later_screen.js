import { t } from '../core/texts.js';
import { ask } from '../ui/dialogs.js';
import { copyOf, find, write } from '../ui/dom.js';
import { clock, day, moment } from './times.js';

/** @typedef {import('../core/types').CallbackTimes} CallbackTimes */

/** The waiting visitor chooses a time to come back instead. */
export class LaterScreen {
  #parts;
  #list = find('[data-times]');
  #none = find('[data-no-times]');
  /** Whether the visitor looks at the times. */
  isOpen = false;

  /**
   * @param {object} parts
   * @param {import('../ui/errands.js').Errands} parts.errands
   * @param {import('./memory.js').Memory} parts.memory
   * @param {() => number} parts.serverNow
   * @param {() => void} parts.render
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      later: () => this.#open(),
      'later-back': () => this.close(),
      'later-time': (/** @type {HTMLElement} */ tile) => this.#choose(Number(tile.dataset.at)),
    };
  }

  close() {
    this.isOpen = false;
    this.#parts.render();
  }

  async #open() {
    const { errands, memory, render } = this.#parts;
    const consultation = memory.consultation?.id;
    const reply = await errands.run('callback.times', { consultation });
    if (!reply || memory.consultation?.id !== consultation) return;
    this.#offer(/** @type {CallbackTimes} */ (reply).times);
    this.isOpen = true;
    render();
  }

  /** @param {number[]} times server times */
  #offer(times) {
    const now = this.#parts.serverNow();
    this.#none.hidden = times.length > 0;
    this.#list.replaceChildren(
      ...times.map((at) => {
        const item = copyOf('later-time');
        find('button', item).dataset.at = String(at);
        write(find('[data-day]', item), day(at, now));
        write(find('[data-clock]', item), clock(at));
        return item;
      }),
    );
  }

  /** @param {number} at */
  async #choose(at) {
    const { errands, memory, serverNow } = this.#parts;
    const time = moment(at, serverNow());
    write(find('[data-agree-time]'), t('You come back {when}.', { when: time }));
    if ((await ask('agree-time')) !== 'yes' || !memory.isIn('waiting')) return;
    const consultation = memory.consultation?.id;
    if (await errands.run('callback.agree', { consultation, at })) return;
    // The time may have passed while it was looked at.
    if (this.isOpen && memory.isIn('waiting')) await this.#open();
  }
}
