import { Delays } from '../core/delays.js';
import { Emitter } from '../core/events.js';
import { insist } from '../core/insist.js';
import { plain } from '../core/t140.js';
import { TextLine } from '../core/text_line.js';

/** Own lines that are kept while the talk lasts. */
const MOST_LINES = 200;

/** @typedef {{ link: string | null, line: { text: string } }} Written a finished line; null: own */

/**
 * What is written in a talk, by this person to all others and by them: in this page's memory, and gone
 * with the talk.
 *
 * `came`: somebody else has begun to write a line.
 *
 * @extends {Emitter<{ change: null, came: null }>}
 */
export class Writing extends Emitter {
  #talk;
  #wire;
  /** By the link. @type {Map<string, TextLine>} */
  #lines = new Map();
  /** The main link of the talk that goes on. @type {string | null} */
  #link = null;
  #delays = new Delays();
  #hasBegun = false;
  /** Lines of others that were finished once. @type {WeakSet<object>} */
  #known = new WeakSet();
  /** Finished lines in the order in which they were finished. @type {Written[]} */
  log = [];
  /** What this person is writing. */
  own = '';

  /**
   * @param {import('../core/call.js').Call} call
   * @param {import('./talk.js').Talk} talk
   * @param {import('../core/wire.js').Wire} wire
   */
  constructor(call, talk, wire) {
    super();
    this.#talk = talk;
    this.#wire = wire;
    call.on('remote', ({ link, text }) => this.#meet(link, text));
    call.on('condition', ({ link, condition }) =>
      this.#lines.get(link)?.interrupt(condition === 'interrupted' || condition === 'failed'),
    );
    talk.on('change', () => this.#follow());
  }

  /** Whether this person can write to the one they talk to. */
  get isOpen() {
    return this.#lines.get(this.#link ?? '')?.isOpen ?? false;
  }

  /** Whether something that was written waits for the connection. */
  get isWaiting() {
    return [...this.#lines.values()].some(({ isWaiting }) => isWaiting);
  }

  /** @returns {{ link: string, text: string }[]} lines that others are writing */
  get open() {
    return [...this.#lines]
      .map(([link, { theirs }]) => ({ link, text: theirs.open }))
      .filter(({ text }) => text !== '');
  }

  /**
   * @param {string} text all that stands where this person writes; what an end of line follows is
   *   finished
   * @param {number} at when the key was pressed, by `performance.now()`
   */
  write(text, at) {
    if (!this.#talk.isOn) return;
    const [open, ...finished] = text.split(/\r\n|[\n\r\u2028]/).reverse();
    for (const line of finished.reverse()) {
      this.#set(line, at);
      this.end(at);
    }
    this.#set(open, at);
    this.emit('change', null);
  }

  /** Finishes the line that is being written. @param {number} at as above */
  end(at) {
    if (this.own.trim() === '') return;
    const mine = this.log.filter(({ link }) => link === null);
    if (mine.length >= MOST_LINES) this.log = this.log.filter((each) => each !== mine[0]);
    this.log.push({ link: null, line: { text: this.own } });
    this.own = '';
    for (const line of this.#lines.values()) line.end(at);
    this.emit('change', null);
  }

  /** @param {string} text @param {number} at */
  #set(text, at) {
    this.own = plain(text);
    for (const line of this.#lines.values()) line.write(this.own, at);
  }

  /** @param {string} link @param {RTCDataChannel} channel */
  #meet(link, channel) {
    // What is written is for people, and not for a recorder.
    if (!this.#talk.links.includes(link)) return;
    const line = this.#lines.get(link) ?? this.#begin(link);
    line.use(channel);
  }

  /** @param {string} link */
  #begin(link) {
    const line = new TextLine();
    this.#lines.set(link, line);
    line.carry(this.#talk.isOn);
    line.write(this.own, performance.now());
    let open = '';
    line.on('change', () => {
      const { theirs } = line;
      const isNew = this.#take(link, theirs.finished) || (open === '' && theirs.open !== '');
      open = theirs.open;
      if (isNew) this.#talk.noteWriting(link);
      if (isNew) this.emit('came', null);
      this.emit('change', null);
    });
    line.on('sent', (delay) => this.#note(delay));
    return line;
  }

  /**
   * @param {string} link
   * @param {{ text: string }[]} finished all lines of that person
   * @returns {boolean} whether one of them is new
   */
  #take(link, finished) {
    const there = new Set(finished);
    this.log = this.log.filter((each) => each.link !== link || there.has(each.line));
    const fresh = finished.filter((line) => !this.#known.has(line));
    for (const line of fresh) {
      this.#known.add(line);
      if (line.text.trim() !== '') this.log.push({ link, line });
    }
    return fresh.length > 0;
  }

  /** @param {number} delay */
  #note(delay) {
    this.#delays.add(delay);
    if (this.#hasBegun || !this.#link) return;
    this.#hasBegun = true;
    this.#report(this.#link);
  }

  /**
   * Tells the server that this person writes, and at the end how soon it left. Not a word of it.
   *
   * @param {string} link the main one of the talk
   * @param {number} [delay] milliseconds, see signaling/reports.py
   */
  #report(link, delay) {
    // Refused: the consultation is closed already, or goes on with somebody else.
    const isDue = () => delay !== undefined || link === this.#link;
    void insist(this.#wire, 'text.report', { link, delay }, isDue);
  }

  #follow() {
    const { links, isOn } = this.#talk;
    const link = isOn ? (links[0] ?? null) : null;
    if (link !== this.#link) this.#end();
    this.#link = link;
    for (const [each, line] of this.#lines) {
      line.carry(isOn && links.includes(each));
      if (links.includes(each)) continue;
      line.close();
      this.#lines.delete(each);
    }
  }

  /** With the talk it is gone. */
  #end() {
    const delay = this.#delays.percentile(0.95);
    if (this.#link && this.#hasBegun && delay !== null) this.#report(this.#link, delay);
    const wasOn = this.#link !== null;
    this.#delays = new Delays();
    this.#hasBegun = false;
    if (!wasOn) return;
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
    this.log = [];
    this.own = '';
    this.emit('change', null);
  }
}
