import { ask } from '../ui/dialogs.js';

/** The visitor's ways out: leaving the line, finishing the talk, saying how it was. */
export class Parting {
  #errands;
  #memory;
  #conversation;
  #render;
  #wipe;
  /** What the server is still to be told of an end. */
  ending = Promise.resolve();

  /**
   * @param {object} parts
   * @param {import('../ui/errands.js').Errands} parts.errands
   * @param {import('./memory.js').Memory} parts.memory
   * @param {import('./conversation_screen.js').ConversationScreen} parts.conversation
   * @param {() => void} parts.render
   * @param {() => void} parts.wipe the visitor has gone
   */
  constructor({ errands, memory, conversation, render, wipe }) {
    this.#errands = errands;
    this.#memory = memory;
    this.#conversation = conversation;
    this.#render = render;
    this.#wipe = wipe;
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      leave: () => this.#leave(),
      finish: () => this.#finish(),
      rate: (/** @type {HTMLElement} */ tile) => this.#rate(Number(tile.dataset.score)),
      'skip-rating': () => this.#setRated(),
    };
  }

  /** Call with every state of the server. */
  follow() {
    // The link failed before the server heard that the visitor has finished.
    if (this.#memory.visit?.hasFinished && this.#memory.isIn('waiting', 'offered'))
      this.#end('ticket.leave', 'waiting', 'offered');
  }

  async #leave() {
    const memory = this.#memory;
    if ((await ask('leave-line')) !== 'yes' || !memory.consultation) return;
    const { id } = memory.consultation;
    if (await this.#errands.run('ticket.leave', { consultation: id })) this.#wipe();
  }

  async #finish() {
    const memory = this.#memory;
    if ((await ask('finish-talk')) !== 'yes' || !memory.isIn('connecting', 'active')) return;
    memory.finish();
    this.#conversation.end();
    this.#end('consultation.hang_up', 'connecting', 'active');
    this.#render();
  }

  /**
   * @param {string} type of the request that ends the visitor's consultation
   * @param {...string} states in which it does
   */
  #end(type, ...states) {
    const memory = this.#memory;
    const id = memory.consultation?.id;
    const isDue = () =>
      !memory.isEvicted && memory.consultation?.id === id && memory.isIn(...states);
    this.ending = this.#errands.insist(type, { consultation: id }, isDue);
  }

  /** @param {number} score */
  async #rate(score) {
    const consultation = this.#memory.visit?.id;
    if (await this.#errands.run('rating.give', { consultation, score })) this.#setRated();
  }

  #setRated() {
    this.#memory.setRated();
    this.#render();
  }
}
