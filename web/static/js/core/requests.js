import { t } from './texts.js';

/** @typedef {import('./types').Reply} Reply */

/** A request that was refused or not answered. */
export class WireError extends Error {
  /** @param {Pick<import('./types').ErrorReply, 'code' | 'text' | 'field' | 'retry_after'>} facts */
  constructor({ code, text, field, retry_after: retryAfter }) {
    super(`${code}: ${text}`);
    this.name = 'WireError';
    /** Stable name for programs. */
    this.code = code;
    /** For the person, in the page's language. */
    this.text = text;
    /** The offending field, as a path from the message's root. */
    this.field = field;
    /** Seconds after which the same request may succeed. */
    this.retryAfter = retryAfter;
  }

  /** @returns {WireError} for a server that cannot be reached */
  static unavailable() {
    const text = t('The service is interrupted for a moment. Nothing is lost; we keep trying.');
    return new WireError({ code: 'unavailable', text, field: null, retry_after: null });
  }

  /** @returns {WireError} for a request that the server left without a reply */
  static unanswered() {
    const text = t('This was not done. Press again.');
    return new WireError({ code: 'unavailable', text, field: null, retry_after: null });
  }

  /** @returns {WireError} for a page that asks more than can be kept */
  static tooFast() {
    const text = t('That was too fast. Wait a moment and try again.');
    return new WireError({ code: 'too_fast', text, field: null, retry_after: 1 });
  }
}

/**
 * @typedef {object} Waiting
 * @property {string} text the message as it goes over the wire
 * @property {boolean} sent
 * @property {boolean} repeated sent on more than one socket
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {(reply: Reply) => void} resolve
 * @property {(error: WireError) => void} reject
 */

/** Refusals of a request sent twice that mean the first one was heard. */
const ALREADY_DONE = new Set(['wrong_state', 'already_waiting']);

/** Requests and the replies they wait for, across lost sockets. */
export class Requests {
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  #lastId = 0;

  /** @param {number} limit the most that may wait at a time */
  constructor(limit) {
    this.limit = limit;
  }

  /**
   * @param {string} type
   * @param {object} fields
   * @param {number} patience milliseconds until it is rejected as unavailable
   * @param {(waiting: Waiting) => void} send
   * @returns {Promise<Reply>}
   */
  add(type, fields, patience, send) {
    if (this.#waiting.size >= this.limit) return Promise.reject(WireError.tooFast());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(WireError.unanswered());
      }, patience);
      const text = JSON.stringify({ type, id, ...fields });
      const waiting = { text, sent: false, repeated: false, timer, resolve, reject };
      this.#waiting.set(id, waiting);
      send(waiting);
    });
  }

  /** @param {Reply & { id: number }} reply its request may have been given up meanwhile */
  settle(reply) {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if (reply.type !== 'error') waiting.resolve(reply);
    else if (waiting.repeated && ALREADY_DONE.has(reply.code)) {
      // The first sending was heard and only its reply was lost. The state tells what it did.
      waiting.resolve({ type: 'ok', id: reply.id });
    } else waiting.reject(new WireError(reply));
  }

  /** @returns {Iterable<Waiting>} in the order they were made */
  unanswered() {
    return [...this.#waiting.values()];
  }

  /** Rejects all that wait. */
  abandon() {
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(WireError.unavailable());
    }
    this.#waiting.clear();
  }
}
