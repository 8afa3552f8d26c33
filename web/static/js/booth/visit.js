import { chime } from '../core/sound.js';
import { Announcer } from '../ui/announcer.js';
import { find, write } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { toastRefusal } from '../ui/toast.js';
import { Camera } from './camera.js';
import { Comfort } from './comfort.js';
import { ConversationScreen } from './conversation_screen.js';
import { Departure } from './departure.js';
import { EndScreens } from './end_screens.js';
import { IdleWatch } from './idle.js';
import { LaterScreen } from './later_screen.js';
import { Memory } from './memory.js';
import { Parting } from './parting.js';
import { Questions } from './questions.js';
import { ReadyScreen } from './ready_screen.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { screenOf } from './screens.js';
import { TicketScreen } from './ticket_screen.js';
import { WaitingScreen } from './waiting_screen.js';
import { outageWords } from './words.js';

/** Screens on which somebody ought to be doing something. */
const IDLE = new Set('topic shut unfit ticket way interpreter priority ready rating done agreed ended'.split(' '));
/** How often what depends on the time of day is looked at anew. */
const TICK_MS = 15_000;

/** One visit, from the choice of a topic to the good-bye. */
export class Visit {
  #parts;
  #memory = new Memory();
  #questions = new Questions();
  #screens = new ScreenSwitch();
  #idle = new IdleWatch(() => this.#wipe(), () => this.#parts.host.isOpen);
  #errands;
  #ready;
  #camera;
  #ticket;
  #waiting;
  #later;
  #conversation;
  #parting;
  #ends;
  #departure;

  /**
   * @param {object} parts
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../core/faults.js').Faults} parts.faults
   * @param {import('../core/call.js').Call} parts.call
   * @param {import('../ui/talk.js').Talk} parts.talk
   * @param {import('./host_call.js').HostCall} parts.host
   * @param {string} parts.language
   * @param {Map<string, import('./topics.js').Topic>} parts.topics
   * @param {import('./topic_screen.js').TopicScreen} parts.topicScreen
   */
  constructor(parts) {
    const { wire, devices, faults, call, talk, topics, language } = parts;
    const [memory, errands, announcer] = [this.#memory, new Errands(wire), new Announcer()];
    const conversation = new ConversationScreen(announcer, talk, errands);
    const serverNow = () => wire.serverNow();
    const [render, wipe] = [() => this.#render(), () => this.#wipe()];
    this.#parts = parts;
    this.#errands = errands;
    this.#ready = new ReadyScreen(devices, faults);
    this.#camera = new Camera(devices, this.#ready);
    this.#ticket = new TicketScreen({ errands, announcer, serverNow, language });
    this.#waiting = new WaitingScreen(announcer, topics);
    this.#later = new LaterScreen({ errands, memory, serverNow, render });
    this.#conversation = conversation;
    this.#parting = new Parting({ errands, memory, conversation, render, wipe });
    this.#ends = new EndScreens(topics, serverNow);
    this.#departure = new Departure({ wire, devices, call });
    this.#listen();
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    const then = (/** @type {() => void} */ answer) => () => this.#answer(answer);
    const [questions, { topics, wire }] = [this.#questions, this.#parts];
    return {
      ...this.#ticket.actions,
      ...this.#later.actions,
      ...this.#parting.actions,
      ...this.#conversation.actions,
      home: () => this.#wipe(),
      languages: () => this.#depart(),
      topic: (/** @type {HTMLElement} */ tile) => {
        const topic = topics.get(tile.dataset.topic ?? '');
        this.#answer(() => questions.choose(topic, wire.serverNow()));
      },
      interpreter: (/** @type {HTMLElement} */ tile) =>
        this.#answer(() => questions.ask(tile.dataset.interpreter || null)),
      sign: then(() => questions.sign()),
      priority: (/** @type {HTMLElement} */ tile) =>
        this.#answer(() => questions.declare(tile.dataset.priority || null)),
      back: then(() => questions.back()),
      topics: then(() => questions.restart()),
      again: then(() => questions.restart()),
      'bring-ticket': then(() => {
        this.#ticket.begin();
        questions.bringTicket();
      }),
      checked: () => {
        questions.restart();
        this.#render();
      },
      tone: () => this.#ready.playTone(),
      'take-ticket': () => this.#takeTicket(),
      'use-here': () => location.reload(),
    };
  }

  #listen() {
    const { wire } = this.#parts;
    const line = find('[data-connection]');
    wire.on('booth.state', (state) => this.#follow(state));
    wire.on('place', (place) => {
      this.#memory.stand(place);
      this.#render();
    });
    wire.on('up', () => write(line, ''));
    wire.on('down', () => write(line, outageWords(this.#memory.consultation?.state)));
    wire.on('refused', () => this.#wipe());
    wire.on('evicted', () => {
      this.#memory.isEvicted = true;
      this.#conversation.follow(null, false);
      this.#render();
    });
    setInterval(() => this.#render(), TICK_MS);
  }

  /** @param {import('../core/types').BoothState} state */
  #follow({ consultation, cause, health }) {
    const memory = this.#memory;
    this.#questions.cannot = health?.cannot ?? [];
    memory.consultation = consultation;
    if (this.#departure.hasBegun) return;
    memory.follow(consultation);
    if (!memory.isIn('waiting')) this.#later.isOpen = false;
    if (memory.isIn('offered', 'connecting')) this.#questions.restart();
    this.#waiting.explain(cause);
    this.#conversation.follow(consultation, memory.isIn('connecting', 'active'));
    this.#parting.follow();
    this.#render();
  }

  #render() {
    const memory = this.#memory;
    const { isKnown, isEvicted, consultation, visit, place, closesAt } = memory;
    const { step, topic, opensAt, mode } = this.#questions;
    const { isOpen: isLookingForTime } = this.#later;
    const now = this.#parts.wire.serverNow();
    const facts = { isKnown, isEvicted, consultation, visit, step, isLookingForTime };
    const screen = screenOf(facts);
    if (screen === 'topic') this.#parts.topicScreen.render(this.#parts.topics.values(), now);
    if (screen === 'ready') this.#ready.prepare(memory.isIn('waiting') ? consultation : null, mode);
    if (screen === 'shut') this.#ends.renderShut(topic, opensAt);
    if (screen === 'waiting' && consultation) this.#waiting.render(consultation, place, now);
    if (visit) this.#ends.render(visit, closesAt);
    const isOther = this.#screens.show(screen, consultation?.state);
    if (screen === 'waiting') this.#waiting.announce();
    if (!isOther) return;
    if (screen === 'conversation') void chime();
    this.#idle.watch(IDLE.has(screen) && !memory.isIn('waiting'));
    this.#camera.follow(screen);
  }

  /** @param {() => void} answer what changes with it */
  #answer(answer) {
    answer();
    this.#memory.forget();
    this.#render();
  }

  #takeTicket() {
    const { topic, wish } = this.#questions;
    return this.#errands.run('ticket.take', { ...wish, language: this.#parts.language }, (error) => {
      const { code, retryAfter } = /** @type {import('../core/wire.js').WireError} */ (error);
      if (code === 'booth_unfit') return this.#answer(() => this.#questions.meetUnfit());
      if (code !== 'line_closed') return toastRefusal(error);
      const opensAt = retryAfter ? this.#parts.wire.serverNow() + retryAfter * 1000 : null;
      this.#answer(() => this.#questions.meetShut(topic, opensAt));
    });
  }

  /** The visitor has gone: nothing of them may stay. */
  #wipe() {
    Comfort.forget();
    this.#depart(this.#parts.host.leave());
  }

  #depart(leaving = Promise.resolve()) {
    void this.#departure.begin(Promise.all([this.#parting.ending, leaving]));
    this.#memory.forget();
    this.#memory.isKnown = false;
    this.#render();
  }
}
