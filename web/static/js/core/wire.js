import { ServerClock } from './clock.js';
import { Emitter } from './events.js';
import { Heartbeat } from './heartbeat.js';
import { complete } from './messages.js';
import { Requests, WireError } from './requests.js';
import { Sockets } from './sockets.js';

export { WireError };

/** @typedef {import('./types').Reply} Reply */

/** The page's own `hello` and `ping`, which belong to one socket and are never sent again. */
const OWN_ID = 0;
const REPLIES = new Set(['welcome', 'ok', 'pong', 'ice', 'callback_times', 'verdict', 'error']);

const CLOSE_EVICTED = 4001;
const CLOSE_REFUSED = 4003;

/** Milliseconds until a request without a reply is given up. */
const REQUEST_PATIENCE = 15_000;
const MOST_REQUESTS = 64;

/**
 * The page's conversation with the server, over as many sockets as it takes.
 *
 * What was missed while the socket was away follows when the next one is up; requests made
 * meanwhile wait for it. A reloaded page has nothing to go on from, so it starts with a snapshot.
 *
 * @extends {Emitter<import('./types').WireEvents>}
 */
export class Wire extends Emitter {
  #clock = new ServerClock();
  #requests = new Requests(MOST_REQUESTS);
  #heartbeat = new Heartbeat(
    () => this.#sendOwn({ type: 'ping' }),
    () => this.#sockets.renew(),
  );
  /** @type {Sockets} */
  #sockets;
  #up = false;
  /** @type {string | null} */
  #token = null;
  /**
   * When this page took its person's place: one that took over later must not be driven out.
   *
   * @type {number | null}
   */
  #since = null;
  /** Of the last state seen; -1: none yet. */
  #seq = -1;
  #ownSentAt = 0;

  /**
   * @param {object} options
   * @param {string} options.url of the socket, absolute or relative to the page
   * @param {string} options.language of error texts
   */
  constructor({ url, language }) {
    super();
    this.language = language;
    this.#sockets = new Sockets(url, {
      opened: () => this.#greet(),
      received: (message) => this.#receive(message),
      lost: (code) => this.#lost(code),
      reached: () => this.#heartbeat.overtaken(),
      woken: () => this.#heartbeat.check(),
    });
  }

  /** Whether requests go out at once. */
  get isUp() {
    return this.#up;
  }

  /** Begins to connect, and goes on for ever. */
  open() {
    this.#sockets.open();
  }

  /** Leaves for good; requests without a reply are rejected. */
  close() {
    this.#up = false;
    this.#heartbeat.stop();
    this.#sockets.close();
    this.#requests.abandon();
  }

  /** @returns {number} server time, milliseconds since 1970-01-01 UTC */
  serverNow() {
    return this.#clock.now();
  }

  /**
   * Asks the server for something. A request made while the socket is away waits for it.
   *
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<Reply>} rejected with a WireError when refused or not answered in time
   */
  request(type, fields = {}) {
    return this.#requests.add(type, fields, REQUEST_PATIENCE, (waiting) => {
      if (this.#up) this.#sendRequest(waiting);
    });
  }

  /**
   * Says something that needs no reply and is worth nothing later.
   *
   * @param {string} type
   * @param {object} [fields]
   * @returns {boolean} false: the socket is away and nothing was sent
   */
  tell(type, fields = {}) {
    if (this.#up) this.#sockets.send(JSON.stringify({ type, ...fields }));
    return this.#up;
  }

  /** Something else stopped arriving: asks whether the server is there. */
  check() {
    this.#heartbeat.check();
    this.#sockets.doubt();
  }

  /** @param {boolean} isHurried whether people in a conversation wait when the socket is away */
  hurry(isHurried) {
    this.#sockets.isHurried = isHurried;
  }

  #greet() {
    const [seq, since] = [Math.max(this.#seq, 0), this.#since];
    this.#sendOwn({ type: 'hello', language: this.language, resume: this.#token, seq, since });
  }

  /** @param {object} message */
  #sendOwn(message) {
    this.#ownSentAt = performance.now();
    this.#sockets.send(JSON.stringify({ ...message, id: OWN_ID }));
  }

  /** @param {import('./requests.js').Waiting} waiting */
  #sendRequest(waiting) {
    waiting.repeated = waiting.sent;
    waiting.sent = true;
    this.#sockets.send(waiting.text);
  }

  /** @param {any} message */
  #receive(message) {
    this.#heartbeat.answered();
    if (REPLIES.has(message.type)) this.#receiveReply(message);
    else if (message.seq === undefined || message.seq > this.#seq) {
      this.#seq = message.seq ?? this.#seq;
      if (message.type === 'going_away') this.#sockets.stayAway(message.retry_after);
      this.emit(message.type, complete(message));
    }
  }

  /** @param {Reply} reply */
  #receiveReply(reply) {
    if (reply.type === 'welcome') this.#welcome(reply);
    else if (reply.type === 'pong') this.#clock.sample(this.#ownSentAt, reply.at);
    else if (reply.type === 'error' && reply.id === null) this.emit('error', reply);
    else if (reply.type === 'error' && reply.id === OWN_ID) this.#notGreeted(reply);
    else this.#requests.settle(/** @type {Reply & { id: number }} */ (reply));
  }

  /** @param {import('./types').Welcome} welcome */
  #welcome(welcome) {
    this.#sockets.greeted();
    this.#token = welcome.token;
    this.#since = welcome.since;
    // A snapshot may come from a server that has begun to count anew.
    if (!welcome.resumed) this.#seq = -1;
    this.#clock.forget();
    this.#clock.sample(this.#ownSentAt, welcome.at);
    this.#up = true;
    this.#heartbeat.start(welcome.heartbeat);
    for (const waiting of this.#requests.unanswered()) this.#sendRequest(waiting);
    this.emit('up', { resumed: welcome.resumed });
  }

  /** @param {import('./types').ErrorReply} refusal */
  #notGreeted(refusal) {
    if (this.#up) return;
    this.#token = null;
    this.#sockets.stayAway(refusal.retry_after ?? 0);
    this.#sockets.renew();
  }

  /** @param {number | null} code */
  #lost(code) {
    const wasUp = this.#up;
    this.#up = false;
    this.#heartbeat.stop();
    if (code === CLOSE_EVICTED || code === CLOSE_REFUSED) {
      this.close();
      this.emit(code === CLOSE_EVICTED ? 'evicted' : 'refused', null);
    } else if (wasUp) this.emit('down', null);
  }
}
