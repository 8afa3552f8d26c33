import { Allowance } from './allowance.js';
import { Emitter } from './events.js';
import { ERASE, MISSING, NEW_LINE, Transcript, edits } from './t140.js';

/** Milliseconds between two messages, and so the longest that a letter waits (RFC 8865). */
const BUFFERED = 300;
/** Code points that may leave, and come: a hand writes ten in a second, a pasted line is one. */
const SENT = { most: 600, perSecond: 60 };
const TAKEN = { most: 2000, perSecond: 200 };
/** Milliseconds before an interruption was noticed in which what was sent may be lost. */
const IN_DOUBT = 3000;

/**
 * Real-time text over the data channel of one link, over as many connections as it takes: what is
 * written here goes out while it is written, and what the other person writes comes in.
 *
 * A new connection begins with the line that is being written, as a whole; when a finished one may
 * have been lost with the old connection, the mark for missing text says so. Nothing goes out while
 * people may not see and hear each other yet.
 *
 * `sent`: something left, so many milliseconds after the first key of it.
 *
 * @extends {Emitter<{ change: null, sent: number }>}
 */
export class TextLine extends Emitter {
  /** What the other person has written. */
  theirs = new Transcript();
  /** @type {RTCDataChannel | null} */
  #channel = null;
  #isOn = false;
  /** Since when the connection is interrupted, by `performance.now()`. @type {number | null} */
  #interruptedAt = null;
  /** What the other side is still to have in full; the last is being written. */
  #lines = [''];
  /** What it has of the first of these. */
  #there = '';
  /** When it was given the end of a line, and anything at all. */
  #endedAt = -Infinity;
  #sentAt = -Infinity;
  /** When the oldest key was pressed that has not left. @type {number | null} */
  #typedAt = null;
  #outgoing = new Allowance(SENT);
  #incoming = new Allowance(TAKEN);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  get isOpen() {
    return this.#isOn && this.#channel?.readyState === 'open';
  }

  /** Whether something waits for the connection. */
  get isWaiting() {
    return this.#due() !== '' && (!this.isOpen || this.#interruptedAt !== null);
  }

  /** @param {RTCDataChannel} channel of the present connection */
  use(channel) {
    const isFirst = this.#channel === null;
    if (!isFirst) this.#beginAnew();
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = 0;
    channel.addEventListener('message', ({ data }) => this.#isOf(channel) && this.#hear(data));
    channel.addEventListener('bufferedamountlow', () => this.#flush());
    const begin = () => {
      if (!this.#isOf(channel)) return;
      if (!isFirst) this.theirs.restart();
      this.emit('change', null);
      this.#flush();
    };
    if (channel.readyState === 'open') begin();
    else channel.addEventListener('open', begin);
  }

  /** @param {boolean} isOn whether people may see and hear each other */
  carry(isOn) {
    this.#isOn = isOn;
    this.#flush();
  }

  /** @param {boolean} isInterrupted whether anything sent now might be lost with the connection */
  interrupt(isInterrupted) {
    this.#interruptedAt = isInterrupted ? (this.#interruptedAt ?? performance.now()) : null;
    this.#flush();
  }

  /**
   * @param {string} line that is being written, as it is now: plain
   * @param {number} at when the key was pressed, by `performance.now()`
   */
  write(line, at) {
    this.#lines[this.#lines.length - 1] = line;
    this.#typedAt ??= at;
    this.#soon();
  }

  /** Ends that line and begins the next. @param {number} at when, by `performance.now()` */
  end(at) {
    this.#lines.push('');
    this.#typedAt ??= at;
    this.#soon();
  }

  close() {
    clearTimeout(this.#timer);
    this.#channel = null;
    this.#isOn = false;
  }

  /** @param {RTCDataChannel} channel */
  #isOf(channel) {
    return channel === this.#channel;
  }

  #beginAnew() {
    const lostSince = (this.#interruptedAt ?? performance.now()) - IN_DOUBT;
    if (this.#endedAt > lostSince) this.#lines.unshift(MISSING);
    this.#endedAt = -Infinity;
    this.#there = '';
  }

  /** What is to be sent. */
  #due() {
    const [first, ...rest] = this.#lines;
    return [edits(this.#there, first), ...rest].join(NEW_LINE);
  }

  /** At once after a pause, otherwise with what else is written until then. */
  #soon() {
    clearTimeout(this.#timer);
    const wait = this.#sentAt + BUFFERED - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#flush(), wait);
    else this.#flush();
  }

  #flush() {
    clearTimeout(this.#timer);
    const channel = this.#channel;
    if (!channel || !this.isOpen || this.#interruptedAt !== null) return;
    // The network takes nothing now; the channel says when it does.
    if (channel.bufferedAmount > 0) return;
    const due = [...this.#due()];
    const now = performance.now();
    const granted = this.#outgoing.take(due.length, now);
    if (granted > 0) {
      channel.send(due.slice(0, granted).join(''));
      this.#sentAt = now;
      if (this.#typedAt !== null) this.emit('sent', Math.max(now - this.#typedAt, 0));
      this.#account(due.slice(0, granted), now);
    }
    if (granted < due.length) this.#timer = setTimeout(() => this.#flush(), BUFFERED);
    else this.#typedAt = null;
  }

  /** @param {string[]} sent @param {number} now */
  #account(sent, now) {
    for (const character of sent) {
      if (character === NEW_LINE) {
        this.#lines.shift();
        this.#there = '';
        this.#endedAt = now;
      } else if (character === ERASE) this.#there = [...this.#there].slice(0, -1).join('');
      else this.#there += character;
    }
  }

  /** @param {unknown} data */
  #hear(data) {
    if (typeof data !== 'string') return;
    const granted = this.#incoming.take(data.length, performance.now());
    this.theirs.take(data.slice(0, granted));
    if (granted < data.length) this.theirs.take(MISSING);
    this.emit('change', null);
  }
}
