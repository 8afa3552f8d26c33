import { gradeOf } from '../core/score.js';
import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';

/** @typedef {import('../core/score.js').Grade} Grade */
/** @typedef {'received' | 'sent'} Way */

/** @type {Record<Grade, () => string>} */
const WORDS = {
  excellent: () => t('excellent'),
  good: () => t('good'),
  poor: () => t('weak'),
  lost: () => t('lost'),
};

/**
 * How good sound and picture are, each way, in a word and in bars: the worst of all links. It changes
 * every five seconds at most; what must be heard of is said elsewhere.
 */
export class QualitySign {
  #sign = find('[data-link-quality]');

  /** @param {import('../ui/talk.js').Talk} talk @param {boolean} isTalking */
  render({ others }, isTalking) {
    // Of a link through which nothing comes, the last scores say nothing.
    const scores = others.filter(({ condition }) => condition === 'good').map(({ scores }) => scores);
    const shown = /** @type {Way[]} */ (['received', 'sent']).map((way) =>
      this.#show(way, isTalking ? scores.map((each) => each[way]) : []),
    );
    this.#sign.hidden = !shown.some(Boolean);
  }

  /**
   * @param {Way} way
   * @param {(number | null)[]} scores of each link
   * @returns {boolean} whether anything is known
   */
  #show(way, scores) {
    const known = scores.filter((score) => score !== null);
    const place = find(`[data-way="${way}"]`, this.#sign);
    place.hidden = known.length === 0;
    if (known.length === 0) return false;
    const grade = gradeOf(Math.min(...known));
    find('[data-grade]', place).dataset.grade = grade;
    write(find('[data-word]', place), WORDS[grade]());
    return true;
  }
}
