import { chime } from '../core/sound.js';
import { Announcer } from '../ui/announcer.js';
import { ask } from '../ui/dialogs.js';
import { find, write } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { Camera } from './camera.js';
import { Comfort } from './comfort.js';
import { ConversationScreen } from './conversation_screen.js';
import { Departure } from './departure.js';
import { IdleWatch } from './idle.js';
import { ReadyScreen } from './ready_screen.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { remember, screenOf } from './screens.js';
import { WaitingScreen } from './waiting_screen.js';
import { endedWords, outageWords } from './words.js';

/** @typedef {import('../core/types').BoothConsultation} Consultation */

const IDLE = new Set(['topic', 'ready', 'rating', 'done', 'ended']);

/** One visit, from the choice of a topic to the good-bye. */
export class Visit {
  #language;
  #errands;
  #screens = new ScreenSwitch();
  #announcer = new Announcer();
  #idle = new IdleWatch(() => this.#wipe());
  #ready;
  #camera;
  #waiting;
  #conversation;
  #departure;
  /** What the server is still to be told of an end. */
  #ending = Promise.resolve();
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
    this.#language = language;
    this.#errands = new Errands(wire);
    this.#ready = new ReadyScreen(devices);
    this.#camera = new Camera(devices, this.#ready);
    this.#waiting = new WaitingScreen(this.#announcer, topics);
    this.#conversation = new ConversationScreen(this.#announcer, talk);
    this.#departure = new Departure({ wire, devices, call });
    wire.on('booth.state', (state) => this.#follow(state));
    wire.on('place', (place) => {
      this.#place = place;
      this.#render();
    });
    const line = find('[data-connection]');
    wire.on('up', () => write(line, ''));
    wire.on('down', () => write(line, outageWords(this.#consultation?.state)));
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
      'try-devices': () => this.#ready.retry(),
      'take-ticket': () =>
        this.#errands.run('ticket.take', { topic: this.#topic, language: this.#language }),
      leave: () => this.#leave(),
      finish: () => this.#finish(),
      rate: (/** @type {HTMLElement} */ tile) => this.#rate(Number(tile.dataset.score)),
      'skip-rating': () => this.#setRated(),
      'use-here': () => location.reload(),
    };
  }

  /** @param {import('../core/types').BoothState} state */
  #follow({ consultation, cause }) {
    this.#consultation = consultation;
    if (this.#departure.hasBegun) return;
    this.#isKnown = true;
    if (this.#place?.consultation !== consultation?.id) this.#place = null;
    this.#visit = remember(this.#visit, consultation);
    this.#waiting.explain(cause);
    this.#conversation.follow(consultation?.link ?? null, this.#isIn('connecting', 'active'));
    // The link failed before the server heard that the visitor has finished.
    if (this.#visit?.hasFinished && this.#isIn('waiting', 'offered'))
      this.#end('ticket.leave', 'waiting', 'offered');
    this.#render();
  }

  #render() {
    const consultation = this.#consultation;
    const screen = screenOf({
      isKnown: this.#isKnown,
      isEvicted: this.#isEvicted,
      consultation,
      visit: this.#visit,
      step: this.#step,
    });
    if (screen === 'waiting' && consultation) this.#waiting.render(consultation, this.#place);
    write(find('[data-ended-words]'), endedWords(this.#visit?.outcome ?? null));
    const isOther = this.#screens.show(screen, consultation?.state);
    if (screen === 'waiting') this.#waiting.announce();
    if (!isOther) return;
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

  async #leave() {
    if ((await ask('leave-line')) !== 'yes' || !this.#consultation) return;
    if (await this.#errands.run('ticket.leave', { consultation: this.#consultation.id }))
      this.#wipe();
  }

  async #finish() {
    if ((await ask('finish-talk')) !== 'yes' || !this.#isIn('connecting', 'active')) return;
    if (this.#visit) this.#visit = { ...this.#visit, hasFinished: true };
    this.#conversation.end();
    this.#end('consultation.hang_up', 'connecting', 'active');
    this.#render();
  }

  /**
   * @param {string} type of the request that ends the visitor's consultation
   * @param {...string} states in which it does
   */
  #end(type, ...states) {
    const id = this.#consultation?.id;
    const isDue = () =>
      !this.#isEvicted && this.#consultation?.id === id && this.#isIn(...states);
    this.#ending = this.#errands.insist(type, { consultation: id }, isDue);
  }

  /** @param {...string} states */
  #isIn(...states) {
    return states.includes(this.#consultation?.state ?? '');
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

  /** The visitor has gone: nothing of them may stay. */
  #wipe() {
    Comfort.forget();
    this.#depart();
  }

  #depart() {
    void this.#departure.begin(this.#ending);
    this.#visit = null;
    this.#isKnown = false;
    this.#render();
  }
}
