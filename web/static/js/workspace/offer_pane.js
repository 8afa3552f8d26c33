import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { countdown, duration, languageName } from '../ui/words.js';
import { Ringer } from './ringer.js';

/** @typedef {import('../core/types').ConsultantConsultation} Consultation */

/** The visitor who is offered, and the time there is to answer. */
export class OfferPane {
  #topics;
  #ringer = new Ringer();
  /** @type {string | null} */
  #link = null;

  /** @param {Record<string, string>} topics names by id */
  constructor(topics) {
    this.#topics = topics;
  }

  /**
   * @param {Consultation | null} consultation null: nobody is offered
   * @param {number} now server time
   */
  render(consultation, now) {
    const link = consultation?.link?.id ?? null;
    const topic = consultation ? (this.#topics[consultation.topic] ?? '') : '';
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
    this.#renderTime(consultation, now);
  }

  /**
   * @param {Consultation} consultation
   * @param {number} now
   */
  #renderTime({ deadline, offered_at: offeredAt }, now) {
    if (deadline === null) return;
    // Without a connection nobody says that the visitor has gone to someone else.
    if (now > deadline) this.#ringer.stop();
    const left = Math.max(deadline - now, 0);
    write(find('[data-offer-time]'), t('{time} to answer', { time: countdown(left) }));
    const share = left / Math.max(deadline - offeredAt, 1);
    find('[data-offer-meter]').style.setProperty('--fill', share.toFixed(3));
  }
}
