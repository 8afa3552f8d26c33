import { isShut, reopensAt } from './topics.js';

/** What a visitor without a place in a line has said so far, one question at a time. */
export class Questions {
  /** Those that this page asks, in order; the ready check comes after them. */
  #asked = /** @type {import('./screens.js').Step[]} */ (['interpreter', 'priority']).filter(
    (question) => document.querySelector(`[data-action="${question}"]`) !== null,
  );
  /** @type {import('./screens.js').Step} */
  step = 'topic';
  /** @type {string | null} */
  topic = null;
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
    this.interpreter = this.priority = null;
    this.#go(1);
  }

  /** @param {string | null} interpreter */
  ask(interpreter) {
    this.interpreter = interpreter;
    this.#go(1);
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

  /** @param {1 | -1} by to the next question, or to the one before */
  #go(by) {
    /** @type {import('./screens.js').Step[]} */
    const steps = ['topic', ...this.#asked, 'ready'];
    this.step = steps[steps.indexOf(this.step) + by] ?? 'topic';
  }
}
