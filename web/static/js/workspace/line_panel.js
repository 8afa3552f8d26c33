import { t, tn } from '../core/texts.js';
import { copyOf, find, write } from '../ui/dom.js';
import { duration, languageName } from '../ui/words.js';

const MINUTE = 60_000;
/** A walk-in visitor is to be answered within a quarter of an hour. */
const TOO_LONG_MS = 15 * MINUTE;
const LONG_MS = 10 * MINUTE;

/** Who waits in the lines this consultant serves, the longest waiting first. */
export class LinePanel {
  #topics;
  #list = find('[data-line-list]');
  #more = find('[data-line-more]');
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {Record<string, string>} topics names by id */
  constructor(topics) {
    this.#topics = topics;
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
  #row({ ticket, topic, language, centre, joined_at: joinedAt }, now) {
    const key = `${ticket} ${joinedAt}`;
    const row = this.#rows.get(key) ?? copyOf('line-row');
    this.#rows.set(key, row);
    write(find('[data-ticket]', row), ticket);
    write(find('[data-topic]', row), this.#topics[topic] ?? '');
    write(find('[data-where]', row), `${centre} · ${languageName(language)}`);
    const age = find('[data-age]', row);
    const { kind, words } = ageOf(now - joinedAt);
    age.classList.toggle('accent', kind === 'long');
    age.classList.toggle('warning', kind === 'too-long');
    write(age, words);
    return row;
  }
}

/** @param {number} waited milliseconds */
function ageOf(waited) {
  const time = duration(waited);
  if (waited >= TOO_LONG_MS) return { kind: 'too-long', words: t('{time}, too long', { time }) };
  if (waited >= LONG_MS) return { kind: 'long', words: t('{time}, long', { time }) };
  return { kind: 'usual', words: time };
}
