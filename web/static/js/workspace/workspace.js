import { t } from '../core/texts.js';
import { ask } from '../ui/dialogs.js';
import { find, write } from '../ui/dom.js';
import { countdown } from '../ui/words.js';
import { BreakMenu } from './break_menu.js';
import { breakWords } from './break_words.js';
import { tellOfLostOffer } from './lost_offer.js';
import { Ringer } from './ringer.js';
import { screenOf } from './screens.js';

/** @typedef {import('../core/types').ConsultantState} State */

/**
 * @typedef {object} Parts
 * @property {import('../core/wire.js').Wire} wire
 * @property {import('../ui/announcer.js').Announcer} announcer
 * @property {import('../ui/errands.js').Errands} errands
 * @property {import('../ui/screen_switch.js').ScreenSwitch} screens
 * @property {import('./own_box.js').OwnBox} own
 * @property {import('./names.js').Names} names
 * @property {import('./status_control.js').StatusControl} status
 * @property {import('./line_panel.js').LinePanel} line
 * @property {import('./offer_pane.js').OfferPane} offer
 * @property {import('./talk_pane.js').TalkPane} talk
 * @property {import('./visitor_panel.js').VisitorPanel} visitor
 */

/** The consultant's screen: the last state, shown on every change and once a second. */
export class Workspace {
  #parts;
  /** @type {State | null} */
  #state = null;
  /** @type {import('../core/types').LineView | null} */
  #line = null;
  #isEvicted = false;
  #isDown = false;
  #reasons = new BreakMenu((reason) => this.#setStatus('break', reason));

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { wire } = parts;
    wire.on('consultant.state', (state) => this.#follow(state));
    wire.on('line', (line) => {
      this.#line = line;
      this.#render();
    });
    wire.on('up', () => this.#turn({ isDown: false }));
    wire.on('down', () => this.#turn({ isDown: true }));
    wire.on('refused', () => {
      // Nothing goes on here any more that leaving would break off.
      this.#state = null;
      location.reload();
    });
    wire.on('evicted', () => this.#stop());
    setInterval(() => this.#render(), 1000);
    addEventListener('beforeunload', (event) => this.isTalking && event.preventDefault());
  }

  /**
   * What the buttons of the page do, by their `data-action`.
   *
   * @returns {Record<string, (pressed: HTMLElement) => unknown>}
   */
  get actions() {
    return {
      status: (choice) => this.#choose(choice),
      available: () => this.#setStatus('available'),
      accept: () => this.answer('offer.accept'),
      decline: () => this.answer('offer.decline'),
      'hang-up': () => this.hangUp(),
      finish: () => this.finish(),
      'use-here': () => location.reload(),
    };
  }

  get isTalking() {
    return ['connecting', 'active'].includes(this.#state?.consultation?.state ?? '');
  }

  toggleStatus() {
    return this.#state?.status === 'available' ? this.#pause() : this.#setStatus('available');
  }

  /** @param {'offer.accept' | 'offer.decline'} type */
  async answer(type) {
    const consultation = this.#state?.consultation;
    if (consultation?.state !== 'offered' || consultation.agreed) return;
    await this.#parts.errands.run(type, { link: consultation.link?.id });
  }

  async hangUp() {
    const { talk, errands } = this.#parts;
    const consultation = this.#state?.consultation?.id;
    if (!this.isTalking || talk.isEnded || this.#state?.consultation?.interprets) return;
    if ((await ask('hang-up')) !== 'yes') return;
    talk.end();
    this.#renderConnection();
    const isDue = () => this.isTalking && talk.isEnded;
    await errands.insist('consultation.hang_up', { consultation }, isDue);
  }

  async finish() {
    const { visitor, errands } = this.#parts;
    const consultation = this.#state?.consultation?.id;
    if (!consultation || !visitor.outcome) return;
    await errands.run('wrap_up.finish', { consultation, outcome: visitor.outcome });
  }

  /** @param {HTMLElement} choice of the status; the one for a break may open the reasons itself */
  async #choose({ dataset }) {
    if (dataset.value === 'available') await this.#setStatus('available');
    else if (!this.#reasons.hasReasons) await this.#setStatus('break');
  }

  /** A break begins at once, or with its reason where the organisation names any. */
  async #pause() {
    if (this.#reasons.hasReasons) this.#reasons.toggle();
    else await this.#setStatus('break');
  }

  /** @param {'available' | 'break'} status @param {string | null} [reason] code, for a break */
  async #setStatus(status, reason = null) {
    if (!this.#state) return;
    if (status === 'available') void Ringer.ask();
    await this.#parts.errands.run('status.set', reason ? { status, reason } : { status });
  }

  /** @param {State} state */
  #follow(state) {
    tellOfLostOffer(this.#state, state);
    this.#state = state;
    const { own, talk } = this.#parts;
    void own.need(state.status === 'available' || state.consultation !== null);
    talk.follow(state.consultation, this.isTalking);
    this.#render();
  }

  #render() {
    const state = this.#state;
    const { wire, screens, status, line, offer, visitor } = this.#parts;
    this.#renderConnection();
    const screen = screenOf({ isEvicted: this.#isEvicted, state });
    screens.show(screen, state?.consultation?.state);
    if (!state || this.#isEvicted) return;
    const now = wire.serverNow();
    const { consultation } = state;
    status.render(state, now);
    this.#reasons.mark(state.status === 'break' ? state.note : null);
    if (this.#line) line.render(this.#line, now);
    offer.render(screen === 'offer' ? consultation : null, now);
    visitor.render(consultation, now);
    if (screen === 'break') this.#renderBreak(state);
    const left = (consultation?.deadline ?? now) - now;
    write(
      find('[data-wrap-up-time]'),
      t('It closes by itself in {time}.', { time: countdown(left) }),
    );
  }

  #renderConnection() {
    write(find('[data-connection]'), this.#isDown ? this.#wordsWhileDown() : '');
  }

  #wordsWhileDown() {
    return this.isTalking && !this.#parts.talk.isEnded
      ? t('No connection. The conversation goes on; we are reconnecting.')
      : t('No connection. We are reconnecting.');
  }

  /** @param {State} state */
  #renderBreak(state) {
    const chosen = state.note ? this.#parts.names.breakReason(state.note) : undefined;
    const { title, words } = breakWords(state.reason, chosen);
    write(find('[data-break-title]'), title);
    write(find('[data-break-words]'), words);
    this.#parts.announcer.say(`${title}. ${words}`);
  }

  #stop() {
    const { own, talk, offer, visitor, status, wire } = this.#parts;
    talk.follow(null, false);
    offer.render(null, wire.serverNow());
    visitor.render(null, wire.serverNow());
    status.close();
    void own.need(false);
    // What another window does now must not be acted on here.
    this.#state = null;
    this.#isEvicted = true;
    this.#turn({ isDown: false });
  }

  /** @param {{ isDown: boolean }} wire */
  #turn({ isDown }) {
    this.#isDown = isDown;
    this.#render();
  }
}
