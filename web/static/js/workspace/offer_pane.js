import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { countdown, duration, languageName } from '../ui/words.js';
import { showMarks } from './marks.js';
import { Ringer } from './ringer.js';

/** @typedef {import('../core/types').ConsultantConsultation} Consultation */

/** The visitor who is offered, and the time there is to answer. */
export class OfferPane {
  #names;
  #ringer = new Ringer();
  /** @type {string | null} */
  #link = null;

  /** @param {import('./names.js').Names} names */
  constructor(names) {
    this.#names = names;
  }

  /**
   * @param {Consultation | null} consultation null: nobody is offered
   * @param {number} now server time
   */
  render(consultation, now) {
    const link = consultation?.link?.id ?? null;
    const topic = consultation ? this.#names.topic(consultation.topic) : '';
    if (link !== this.#link) {
      this.#link = link;
      if (consultation) this.#ringer.start(consultation.ticket, topic);
      else this.#ringer.stop();
    }
    if (!consultation) return;
    const { ticket, language, centre, booth, joined_at: joinedAt } = consultation;
    write(find('[data-offer-ticket]'), ticket);
    write(find('[data-offer-topic]'), topic);
    const waited = t('waited {time}', { time: duration(now - joinedAt, 'object') });
    write(find('[data-offer-where]'), [centre, booth, languageName(language), waited].join(' · '));
    showMarks(find('[data-offer-marks]'), this.#names.marks(consultation));
    this.#renderPart(consultation);
    this.#renderTime(consultation, now);
  }

  /**
   * Two may be asked for one visitor: what this one is to do, and whether the other is waited for.
   *
   * @param {Consultation} consultation
   */
  #renderPart({ interprets, interpreter, agreed }) {
    const what = interpreter ? this.#names.interpreter(interpreter) : '';
    write(
      find('[data-offer-title]'),
      interprets ? t('You are asked to interpret: {what}', { what }) : t('A visitor for you'),
    );
    if (agreed) this.#ringer.stop();
    find('[data-offer-answers]').hidden = agreed;
    const other = interprets
      ? t('You have accepted. Waiting for the consultant to accept.')
      : t('You have accepted. Waiting for the interpreter to accept.');
    write(find('[data-offer-agreed]'), agreed ? other : '');
  }

  /**
   * @param {Consultation} consultation
   * @param {number} now
   */
  #renderTime({ deadline, offered_at: offeredAt, agreed }, now) {
    if (deadline === null) return;
    // Without a connection nobody says that the visitor has gone to someone else.
    if (now > deadline) this.#ringer.stop();
    const left = Math.max(deadline - now, 0);
    const time = countdown(left);
    const words = agreed ? t('{time} left for the other', { time }) : t('{time} to answer', { time });
    write(find('[data-offer-time]'), words);
    const share = left / Math.max(deadline - offeredAt, 1);
    find('[data-offer-meter]').style.setProperty('--fill', share.toFixed(3));
  }
}
