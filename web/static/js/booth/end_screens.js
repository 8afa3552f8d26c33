import { pageData, t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { clock, moment } from './times.js';

/** @typedef {import('../core/types').Page & { return_early: number, return_late: number }} Page */

/** A page may hear of the end before its clock shows the hour. */
const SLACK_MS = 60_000;

/** Where a visit ends without a talk: what happened, and what to do now. */
export class EndScreens {
  #topics;
  #serverNow;

  /**
   * @param {Map<string, import('./topics.js').Topic>} topics
   * @param {() => number} serverNow
   */
  constructor(topics, serverNow) {
    this.#topics = topics;
    this.#serverNow = serverNow;
  }

  /**
   * No tickets are given for a topic.
   *
   * @param {string | null} topic
   * @param {number | null} opensAt server time; null: nobody knows
   */
  renderShut(topic, opensAt) {
    const name = this.#topics.get(topic ?? '')?.name ?? '';
    write(find('[data-shut-topic]'), name);
    write(
      find('[data-shut-words]'),
      opensAt
        ? t('Tickets are given again {when}. Come back then, or ask the staff of the centre.', {
            when: moment(opensAt, this.#serverNow()),
          })
        : t('Ask the staff of the centre when tickets are given again.'),
    );
  }

  /**
   * @param {import('./screens.js').Visit} visit
   * @param {number | null} closesAt when its line closes by its hours, server time
   */
  render(visit, closesAt) {
    if (visit.outcome === 'callback') this.#renderAgreed(visit);
    const [heading, words] = this.#endedWords(visit, closesAt);
    write(find('#ended-title'), heading);
    write(find('[data-ended-words]'), words);
  }

  /** @param {import('./screens.js').Visit} visit */
  #renderAgreed({ ticket, returnAt }) {
    if (returnAt === null) return;
    const { return_early: early, return_late: late } = /** @type {Page} */ (pageData());
    const now = this.#serverNow();
    for (const place of document.querySelectorAll('[data-agreed-ticket]'))
      write(/** @type {HTMLElement} */ (place), ticket);
    write(find('[data-agreed-time]'), moment(returnAt, now));
    write(
      find('[data-agreed-good]'),
      t('The ticket is good from {from} to {to}.', {
        from: clock(returnAt - early * 1000),
        to: clock(returnAt + late * 1000),
      }),
    );
  }

  /**
   * @param {import('./screens.js').Visit} visit
   * @param {number | null} closesAt
   * @returns {[string, string]}
   */
  #endedWords({ outcome, topic }, closesAt) {
    switch (outcome) {
      case 'closed_by_hours':
        return [t('The line has closed'), this.#closedWords(topic, closesAt)];
      case 'removed_by_staff':
        return [
          t('The staff took your ticket out of the line'),
          t('Please ask the staff of the centre how it goes on. You can also take a new ticket.'),
        ];
      case 'no_show':
        return [
          t('The specialist met nobody here'),
          t(
            'If you are here, take a new ticket. If you could not be seen or heard, ask the staff of the centre for help first.',
          ),
        ];
      case 'technical_network':
        return [
          t('Your ticket is no longer in the line'),
          t('Sound and picture could not be made. You can take a new ticket or ask the staff.'),
        ];
      default:
        return [
          t('Your ticket is no longer in the line'),
          t(
            'This booth was without a connection for too long, and the place could not be kept. We are sorry. You can take a new ticket now.',
          ),
        ];
    }
  }

  /** @param {string} topic @param {number | null} closesAt */
  #closedWords(topic, closesAt) {
    const now = this.#serverNow();
    const sorry = t('We are sorry that your turn did not come.');
    const opensAt = this.#topics.get(topic)?.opens_at ?? null;
    // Staff close a line earlier than its hours, and nobody knows until when.
    const isByHours = closesAt !== null && now >= closesAt - SLACK_MS;
    const next =
      isByHours && opensAt !== null
        ? t('The line opens again {when}; take a new ticket then.', { when: moment(opensAt, now) })
        : t('Ask the staff of the centre when it opens again.');
    return `${sorry} ${next} ${t('For anything else you can choose another topic now.')}`;
  }
}
