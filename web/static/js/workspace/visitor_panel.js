import { t } from '../core/texts.js';
import { find, findAs, write } from '../ui/dom.js';
import { duration, languageName } from '../ui/words.js';
import { showMarks } from './marks.js';

/** @typedef {import('../core/types').ConsultantConsultation} Consultation */

/** Who is in front of the consultant, and how it ended. */
export class VisitorPanel {
  #names;
  #card = find('[data-visitor]');
  #form = findAs(HTMLFormElement, '[data-wrap-up]');
  #finish = find('[data-action="finish"]', this.#form);
  #hint = find('[data-wrap-up-hint]');
  /** @type {Consultation | null} */
  #consultation = null;
  /** When the wrap-up was first seen, in server time: a visitor who was never seen waits no longer. */
  /** @type {number | null} */
  #overAt = null;

  /** @param {import('./names.js').Names} names */
  constructor(names) {
    this.#names = names;
    this.#form.addEventListener('change', () => this.#renderForm());
    this.#form.addEventListener('submit', (event) => event.preventDefault());
  }

  /** @returns {string | null} the outcome to be written down, if that can be done now */
  get outcome() {
    return this.#isOver ? this.#chosen : null;
  }

  /**
   * @param {Consultation | null} consultation
   * @param {number} now server time
   */
  render(consultation, now) {
    if (consultation?.id !== this.#consultation?.id) this.#form.reset();
    this.#consultation = consultation;
    this.#overAt = this.#isOver ? (this.#overAt ?? now) : null;
    find('[data-visitor-empty]').hidden = consultation !== null;
    this.#card.hidden = consultation === null;
    if (consultation) this.#renderCard(consultation, now);
    this.#renderForm();
  }

  /** @param {number} number 1 for the first outcome */
  choose(number) {
    const input = this.#form.querySelectorAll('input')[number - 1];
    if (this.#form.hidden || !input) return;
    input.checked = true;
    this.#renderForm();
  }

  get #chosen() {
    const chosen = new FormData(this.#form).get('outcome');
    return typeof chosen === 'string' ? chosen : null;
  }

  get #isOver() {
    return this.#consultation?.state === 'wrapping_up';
  }

  /**
   * @param {Consultation} consultation
   * @param {number} now
   */
  #renderCard(consultation, now) {
    const { ticket, topic, centre, booth, language, joined_at, connected_at } = consultation;
    const answeredAt = connected_at ?? this.#overAt ?? now;
    const card = {
      ticket,
      topic: this.#names.topic(topic),
      where: `${centre}, ${booth}`,
      language: languageName(language),
      waited: duration(answeredAt - joined_at),
      talking: this.#talkWords(connected_at, now),
    };
    for (const [name, words] of Object.entries(card)) write(find(`[data-card="${name}"]`), words);
    const marks = this.#names.marks(consultation);
    find('[data-card-marks]').hidden = marks.length === 0;
    showMarks(find('[data-card="marks"]'), marks);
  }

  /**
   * @param {number | null} connectedAt
   * @param {number} now
   */
  #talkWords(connectedAt, now) {
    if (this.#isOver) return t('is over');
    return connectedAt === null ? t('not yet') : duration(now - connectedAt);
  }

  #renderForm() {
    const state = this.#consultation?.state;
    // Who interprets writes nothing down.
    const isMine = this.#consultation !== null && !this.#consultation.interprets;
    this.#form.hidden = !isMine || state === 'offered';
    this.#finish.setAttribute('aria-disabled', String(this.outcome === null));
    write(this.#hint, this.#hintWords());
  }

  #hintWords() {
    if (!this.#isOver) return t('You can choose now and finish when the conversation is over.');
    return this.#chosen ? t('The next visitor comes after that.') : t('Choose one to finish.');
  }
}
