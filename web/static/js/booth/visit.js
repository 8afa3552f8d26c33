import { chime } from '../core/sound.js';
import { t } from '../core/texts.js';
import { Announcer } from '../ui/announcer.js';
import { ask } from '../ui/dialogs.js';
import { find, write } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { Camera } from './camera.js';
import { Comfort } from './comfort.js';
import { ConversationScreen } from './conversation_screen.js';
import { IdleWatch } from './idle.js';
import { ReadyScreen } from './ready_screen.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { remember, screenOf } from './screens.js';
import { WaitingScreen } from './waiting_screen.js';

/** @typedef {import('../core/types').BoothConsultation} Consultation */

const IDLE = new Set(['topic', 'ready', 'rating', 'done', 'ended']);

/** One visit, from the choice of a topic to the good-bye. */
export class Visit {
  #wire;
  #devices;
  #call;
  #language;
  #errands;
  #home = find('main').dataset.home ?? '/';
  #screens = new ScreenSwitch();
  #announcer = new Announcer();
  #idle = new IdleWatch(() => this.#wipe());
  #ready;
  #camera;
  #waiting;
  #conversation;
  /** @type {Consultation | null} */
  #consultation = null;
  /** @type {import('../core/types').Place | null} */
  #place = null;
  /** @type {import('./screens.js').Visit | null} */
  #visit = null;
  /** @type {'topic' | 'ready'} */
  #step = 'topic';
  /** @type {string | null} */
  #topic = null;
  #isKnown = false;
  #isEvicted = false;

  /**
   * @param {object} parts
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../core/call.js').Call} parts.call
   * @param {import('../ui/talk.js').Talk} parts.talk
   * @param {string} parts.language
   * @param {Map<string, { name: string, hint: string | null }>} parts.topics
   */
  constructor({ wire, devices, call, talk, language, topics }) {
    this.#wire = wire;
    this.#devices = devices;
    this.#call = call;
    this.#language = language;
    this.#errands = new Errands(wire);
    this.#ready = new ReadyScreen(devices);
    this.#camera = new Camera(devices, this.#ready);
    this.#waiting = new WaitingScreen(this.#announcer, topics);
    this.#conversation = new ConversationScreen(this.#announcer, talk);
    wire.on('booth.state', (state) => this.#follow(state));
    wire.on('place', (place) => {
      this.#place = place;
      this.#render();
    });
    wire.on('up', () => this.#setOffline(false));
    wire.on('down', () => this.#setOffline(true));
    wire.on('refused', () => this.#wipe());
    wire.on('evicted', () => {
      this.#isEvicted = true;
      this.#conversation.follow(null, false);
      this.#render();
    });
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      home: () => this.#wipe(),
      languages: () => this.#depart(),
      topic: (/** @type {HTMLElement} */ tile) => this.#goTo('ready', tile.dataset.topic),
      topics: () => this.#goTo('topic'),
      again: () => this.#goTo('topic'),
      tone: () => this.#ready.playTone(),
      'try-devices': () => this.#ready.enter(),
      'take-ticket': () => this.#takeTicket(),
      leave: () => this.#leave(),
      finish: () => this.#finish(),
      rate: (/** @type {HTMLElement} */ tile) => this.#rate(Number(tile.dataset.score)),
      'skip-rating': () => this.#setRated(),
      'use-here': () => location.reload(),
    };
  }

  /** @param {import('../core/types').BoothState} state */
  #follow({ consultation, cause }) {
    this.#isKnown = true;
    this.#consultation = consultation;
    if (this.#place?.consultation !== consultation?.id) this.#place = null;
    this.#visit = remember(this.#visit, consultation);
    this.#waiting.explain(cause);
    const isTalking = consultation?.state === 'connecting' || consultation?.state === 'active';
    this.#conversation.follow(consultation?.link ?? null, isTalking);
    this.#render();
  }

  #render() {
    const screen = screenOf({
      isKnown: this.#isKnown,
      isEvicted: this.#isEvicted,
      consultation: this.#consultation,
      visit: this.#visit,
      step: this.#step,
    });
    if (screen === 'waiting' && this.#consultation) {
      this.#waiting.render(this.#consultation, this.#place);
    }
    if (!this.#screens.show(screen, this.#consultation?.state)) return;
    if (screen === 'conversation') void chime();
    this.#idle.watch(IDLE.has(screen));
    this.#camera.follow(screen);
  }

  /**
   * @param {'topic' | 'ready'} step
   * @param {string} [topic]
   */
  #goTo(step, topic) {
    this.#step = step;
    this.#visit = null;
    this.#topic = topic ?? this.#topic;
    this.#render();
  }

  #takeTicket() {
    return this.#errands.run('ticket.take', { topic: this.#topic, language: this.#language });
  }

  async #leave() {
    if ((await ask('leave-line')) !== 'yes' || !this.#consultation) return;
    if (await this.#errands.run('ticket.leave', { consultation: this.#consultation.id }))
      this.#wipe();
  }

  async #finish() {
    if ((await ask('finish-talk')) !== 'yes' || !this.#consultation) return;
    if (this.#visit) this.#visit = { ...this.#visit, hasFinished: true };
    await this.#errands.run('consultation.hang_up', { consultation: this.#consultation.id });
  }

  /** @param {number} score */
  async #rate(score) {
    if (await this.#errands.run('rating.give', { consultation: this.#visit?.id, score }))
      this.#setRated();
  }

  #setRated() {
    if (this.#visit) this.#visit = { ...this.#visit, isRated: true };
    this.#render();
  }

  /** @param {boolean} offline */
  #setOffline(offline) {
    const words = offline ? t('No connection. Your place is kept while we reconnect.') : '';
    write(find('[data-connection]'), words);
    this.#conversation.setOffline(offline);
  }

  /** The visitor has gone: nothing of them may stay. */
  #wipe() {
    Comfort.forget();
    this.#depart();
  }

  #depart() {
    this.#call.close();
    this.#devices.close();
    this.#wire.close();
    location.replace(this.#home);
  }
}
