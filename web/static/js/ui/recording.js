import { find, findAs, write } from './dom.js';

/** @typedef {import('../core/types').Recording} State */
/** @typedef {{ id: string, recording: State | null }} Consultation */

/**
 * What is said of a recording on one surface.
 *
 * @typedef {object} RecordingWords
 * @property {(recording: State) => string} line
 * @property {(recording: State) => string} stop what is on the button that ends it; empty: there is
 *   another way now
 * @property {() => string} left this person has ended it, whatever the server has heard
 */

/** In these there is something to end: a recording, or the question for one. */
const ENDABLE = new Set(['asked', 'agreed', 'running']);

/** Whether the conversation is recorded: a sign that stays in sight, and the way to end it. */
export class Recording {
  #errands;
  #talk;
  #words;
  #row = find('[data-recording]');
  #stop = findAs(HTMLButtonElement, '[data-action="stop-recording"]');
  /** @type {Consultation | null} */
  #consultation = null;
  /** Whether this person has ended what is recorded now. */
  #isLeft = false;

  /**
   * @param {object} parts
   * @param {import('./errands.js').Errands} parts.errands
   * @param {import('./talk.js').Talk} parts.talk
   * @param {RecordingWords} parts.words
   */
  constructor({ errands, talk, words }) {
    this.#errands = errands;
    this.#talk = talk;
    this.#words = words;
  }

  /** @returns {State | null} as the server says; null: nobody has asked in this conversation */
  get state() {
    return this.#consultation?.recording ?? null;
  }

  /** @returns {string} what there is to say of it now; empty: nothing */
  get line() {
    const { state } = this;
    if (!state) return '';
    return this.#isLeft ? this.#words.left() : this.#words.line(state);
  }

  /** @param {Consultation | null} consultation as the last state has it; null: nobody talks */
  follow(consultation) {
    this.#consultation = consultation;
    if (!this.#isEndable) this.#isLeft = false;
    this.#render();
  }

  /** Ends it at once: nothing goes to the recorder any more, even while the server cannot be told. */
  async stop() {
    const id = this.#consultation?.id;
    if (!this.#isEndable || this.#isLeft) return;
    this.#isLeft = true;
    this.#talk.leaveRecorder();
    this.#render();
    const isDue = () => this.#isEndable && this.#consultation?.id === id;
    await this.#errands.insist('recording.stop', { consultation: id }, isDue);
  }

  get #isEndable() {
    return ENDABLE.has(this.state?.state ?? '');
  }

  #render() {
    const { state, line } = this;
    this.#row.hidden = line === '';
    if (!state) return;
    this.#row.dataset.recording = this.#isLeft ? 'stopped' : state.state;
    write(find('[data-recording-line]', this.#row), line);
    const words = this.#words.stop(state);
    this.#stop.hidden = !this.#isEndable || this.#isLeft || words === '';
    write(find('span', this.#stop), words);
  }
}
