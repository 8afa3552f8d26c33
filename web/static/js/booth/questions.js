import { isShut, reopensAt } from './topics.js';

/** What a visitor without a place in a line has said so far, one question at a time. */
export class Questions {
  #hasPriorities = document.querySelector('[data-action="priority"]') !== null;
  /** @type {import('./screens.js').Step} */
  step = 'topic';
  /** @type {string | null} */
  topic = null;
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
    this.priority = null;
    this.step = this.#hasPriorities ? 'priority' : 'ready';
  }

  /** @param {string | null} priority */
  declare(priority) {
    this.priority = priority;
    this.step = 'ready';
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
    this.step = this.step === 'ready' && this.#hasPriorities ? 'priority' : 'topic';
  }

  /** To the question what the visitor came for. */
  restart() {
    this.step = 'topic';
  }

  bringTicket() {
    this.step = 'ticket';
  }
}
