import { t } from '../core/texts.js';
import { ask } from '../ui/dialogs.js';
import { find, write } from '../ui/dom.js';
import { countdown } from '../ui/words.js';
import { breakWords } from './break_words.js';
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

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { wire } = parts;
    wire.on('consultant.state', (state) => this.#follow(state));
    wire.on('line', (line) => {
      this.#line = line;
      this.#render();
    });
    wire.on('up', () => write(find('[data-connection]'), ''));
    wire.on('down', () =>
      this.#say(t('No connection. A conversation goes on; we are reconnecting.')),
    );
    wire.on('refused', () => location.reload());
    wire.on('evicted', () => this.#stop());
    setInterval(() => this.#render(), 1000);
    addEventListener('beforeunload', (event) => this.isTalking && event.preventDefault());
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      status: (/** @type {HTMLElement} */ choice) => this.#setStatus(choice.dataset.value ?? ''),
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
    return this.#setStatus(this.#state?.status === 'available' ? 'break' : 'available');
  }

  /** @param {'offer.accept' | 'offer.decline'} type */
  async answer(type) {
    const consultation = this.#state?.consultation;
    if (consultation?.state !== 'offered') return;
    await this.#parts.errands.run(type, { link: consultation.link?.id });
  }

  async hangUp() {
    const consultation = this.#state?.consultation;
    if (!consultation || !this.isTalking || (await ask('hang-up')) !== 'yes') return;
    await this.#parts.errands.run('consultation.hang_up', { consultation: consultation.id });
  }

  async finish() {
    const { visitor, errands } = this.#parts;
    if (!visitor.outcome) return;
    const consultation = this.#state?.consultation?.id;
    await errands.run('wrap_up.finish', { consultation, outcome: visitor.outcome });
  }

  /** @param {string} status */
  async #setStatus(status) {
    if (!this.#state) return;
    if (status === 'available') void Ringer.ask();
    await this.#parts.errands.run('status.set', { status });
  }

  /** @param {State} state */
  #follow(state) {
    this.#state = state;
    const { own, talk } = this.#parts;
    void own.need(state.status === 'available' || state.consultation !== null);
    talk.follow(state.consultation?.link ?? null, this.isTalking);
    this.#render();
  }

  #render() {
    const state = this.#state;
    const { wire, screens, status, line, offer, visitor } = this.#parts;
    const screen = screenOf({ isEvicted: this.#isEvicted, state });
    screens.show(screen, state?.consultation?.state);
    if (!state || this.#isEvicted) return;
    const now = wire.serverNow();
    const { consultation } = state;
    status.render(state, now);
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

  /** @param {State} state */
  #renderBreak(state) {
    const { title, words } = breakWords(state.reason);
    write(find('[data-break-title]'), title);
    write(find('[data-break-words]'), words);
    this.#parts.announcer.say(`${title}. ${words}`);
  }

  #stop() {
    this.#isEvicted = true;
    const { own, talk, offer, status, wire } = this.#parts;
    talk.follow(null, false);
    offer.render(null, wire.serverNow());
    status.close();
    void own.need(false);
    this.#render();
  }

  /** @param {string} words */
  #say(words) {
    write(find('[data-connection]'), words);
  }
}
