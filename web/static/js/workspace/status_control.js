import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { duration } from '../ui/words.js';

/** The consultant's status with the time in it; one press changes it. */
export class StatusControl {
  #root = find('[data-status]');
  #names;
  #choices = /** @type {HTMLButtonElement[]} */ ([...this.#root.querySelectorAll('button')]);

  /** @param {import('./names.js').Names} names */
  constructor(names) {
    this.#names = names;
  }

  /**
   * @param {import('../core/types').ConsultantState} state
   * @param {number} now server time
   */
  render({ status, note, since, consultation }, now) {
    this.#root.dataset.status = status;
    const isBusy = consultation !== null && consultation.state !== 'offered';
    for (const choice of this.#choices) {
      const isChosen = choice.dataset.value === status;
      choice.disabled = false;
      choice.setAttribute('aria-pressed', String(isChosen));
      const time = isBusy ? t('after this visitor') : duration(now - since);
      const words = note ? `${this.#names.breakReason(note)}, ${time}` : time;
      write(find('[data-status-time]', choice), isChosen ? words : '');
    }
  }

  /** Nothing can be chosen any more. */
  close() {
    for (const choice of this.#choices) choice.disabled = true;
  }
}
