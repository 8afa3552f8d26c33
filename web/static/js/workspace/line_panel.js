import { t, tn } from '../core/texts.js';
import { copyOf, find, write } from '../ui/dom.js';
import { duration, languageName } from '../ui/words.js';
import { ageOf } from './ages.js';
import { showMarks } from './marks.js';

/** Who waits in the lines this consultant serves, those who are called first first. */
export class LinePanel {
  #names;
  #list = find('[data-line-list]');
  #more = find('[data-line-more]');
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {import('./names.js').Names} names */
  constructor(names) {
    this.#names = names;
  }

  /**
   * @param {import('../core/types').LineView} line
   * @param {number} now server time
   */
  render({ total, visitors }, now) {
    write(find('[data-line-total]'), String(total));
    find('[data-line-empty]').hidden = total > 0;
    const rows = visitors.map((visitor) => this.#row(visitor, now));
    for (const [ticket, row] of this.#rows) {
      if (rows.includes(row)) continue;
      row.remove();
      this.#rows.delete(ticket);
    }
    rows.forEach((row, index) => {
      if (this.#list.children[index] !== row)
        this.#list.insertBefore(row, this.#list.children[index]);
    });
    const hidden = total - visitors.length;
    this.#more.hidden = hidden <= 0;
    write(this.#more, tn('and {n} more', 'and {n} more', hidden));
  }

  /**
   * @param {import('../core/types').WaitingVisitor} visitor
   * @param {number} now
   */
  #row(visitor, now) {
    const { ticket, topic, language, centre, joined_at: joinedAt, here } = visitor;
    const key = `${ticket} ${joinedAt}`;
    const row = this.#rows.get(key) ?? copyOf('line-row');
    this.#rows.set(key, row);
    row.dataset.here = String(here);
    row.dataset.age = ageOf(now - joinedAt, this.#names.serviceLevel(topic));
    write(find('[data-ticket]', row), ticket);
    write(find('[data-topic]', row), this.#names.topic(topic));
    write(find('[data-where]', row), `${centre} · ${languageName(language)}`);
    write(find('[data-age-words]', row), ageWords(row.dataset.age, now - joinedAt));
    const absent = here ? [] : [t('not here now')];
    showMarks(find('[data-marks]', row), [...absent, ...this.#names.marks(visitor)]);
    return row;
  }
}

/**
 * @param {string} age as `ageOf` says it
 * @param {number} waited milliseconds
 */
function ageWords(age, waited) {
  const time = duration(waited);
  if (age === 'over') return t('{time}, too long', { time });
  return age === 'near' ? t('{time}, time to answer', { time }) : time;
}
