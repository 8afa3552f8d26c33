import { isShut, reopensAt } from './topics.js';

/** What a visitor without a place in a line has said so far, one question at a time. */
export class Questions {
  /** Whether the chosen topic may be talked about in sign language. */
  #isSigned = false;
  /** @type {import('./screens.js').Step} */
  step = 'topic';
  /** @type {string | null} */
  topic = null;
  /** In which modes this booth cannot serve anybody now. */
  /** @type {import('../core/types').Mode[]} */
  cannot = [];
  /** How visitor and consultant are to talk. */
  mode = /** @type {import('../core/types').Mode} */ ('speech');
  /** Code of what is to be interpreted for the visitor. */
  /** @type {string | null} */
  interpreter = null;
  /** Code of the priority class the visitor says to belong to. */
  /** @type {string | null} */
  priority = null;
  /** When tickets are given again for a topic that is shut, server time; null: nobody knows. */
  /** @type {number | null} */
  opensAt = null;

  /**
   * @param {import('./topics.js').Topic | undefined} topic
   * @param {number} now server time
   */
  choose(topic, now) {
    if (!topic) return;
    if (isShut(topic, now)) return this.meetShut(topic.id, reopensAt(topic));
    this.topic = topic.id;
    this.#isSigned = topic.is_signed;
    const [canSpeak, canSign] = [!this.cannot.includes('speech'), !this.cannot.includes('sign')];
    if (!canSpeak && !(topic.is_signed && canSign)) return this.meetUnfit();
    letAnswer('[data-action="interpreter"]', canSpeak);
    letAnswer('[data-action="sign"]', canSign);
    letAnswer('[data-no-sign]', !canSign);
    letAnswer('[data-no-voice]', !canSpeak);
    this.mode = 'speech';
    this.interpreter = this.priority = null;
    this.#go(1);
  }

  /** With a consultant who signs. */
  sign() {
    this.mode = 'sign';
    this.interpreter = null;
    this.#answerHow('[data-action="sign"]');
  }

  /** @param {string | null} interpreter by voice, with one or without */
  ask(interpreter) {
    this.mode = 'speech';
    this.interpreter = interpreter;
    this.#answerHow(`[data-interpreter="${interpreter ?? ''}"]`);
  }

  /** @param {string | null} priority */
  declare(priority) {
    this.priority = priority;
    this.#go(1);
  }

  /**
   * No tickets are given for the chosen topic.
   *
   * @param {string | null} topic
   * @param {number | null} opensAt
   */
  meetShut(topic, opensAt) {
    this.topic = topic;
    this.opensAt = opensAt;
    this.step = 'shut';
  }

  /** The booth cannot serve what was asked for. */
  meetUnfit() {
    this.step = 'unfit';
  }

  /** What a ticket is to be taken for, but for the language. */
  get wish() {
    const { topic, mode, interpreter, priority } = this;
    return { topic, mode, interpreter, priority };
  }

  /** To the question before. */
  back() {
    this.#go(-1);
  }

  /** To the question what the visitor came for. */
  restart() {
    this.step = 'topic';
  }

  bringTicket() {
    this.step = 'ticket';
  }

  /** @param {string} answer when the question comes up again, it is marked as given before */
  #answerHow(answer) {
    for (const mark of document.querySelectorAll('[data-before]'))
      /** @type {HTMLElement} */ (mark).hidden = !mark.closest(answer);
    this.#go(1);
  }

  /** Those that this page asks about the chosen topic, in order. */
  get #asked() {
    /** @type {import('./screens.js').Step[]} */
    const questions = [this.#isSigned ? 'way' : 'interpreter', 'priority'];
    return questions.filter((each) => document.querySelector(`section[data-screen="${each}"]`));
  }

  /** @param {1 | -1} by to the next question, or to the one before */
  #go(by) {
    /** @type {import('./screens.js').Step[]} */
    const steps = ['topic', ...this.#asked, 'ready'];
    this.step = steps[steps.indexOf(this.step) + by] ?? 'topic';
  }
}

/** @param {string} selector of what stands on the screen "way" @param {boolean} isThere */
function letAnswer(selector, isThere) {
  for (const each of document.querySelectorAll(`[data-screen="way"] ${selector}`)) {
    const item = /** @type {HTMLElement} */ (each.closest('li') ?? each);
    item.hidden = !isThere;
  }
}
