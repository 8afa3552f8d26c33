import { Backoff } from './backoff.js';
import { Reach } from './reach.js';
import { onWake } from './wake.js';

const SUBPROTOCOL = 'okno.v1';

/** Milliseconds. */
const FIRST_PAUSE = 300;
/** A page is usable within five seconds of the end of a fault, so it may not pause for longer. */
const LONGEST_PAUSE = 4000;
const GREETING_PATIENCE = 8000;
/** TCP itself waits ever longer between its attempts, while each new socket begins at once. */
const HURRIED_PATIENCE = 5000;
/** A socket that stood this long was a good one: the next pause is the shortest again. */
const GOOD_AFTER = 5000;

/**
 * @typedef {object} Listener
 * @property {() => void} opened a socket stands; the server waits for our greeting
 * @property {(message: any) => void} received what the server's own encoder made
 * @property {(code: number | null) => void} lost with the code of the close frame, or null when
 *   this page gave the socket up; the next one is under way unless `close` is called
 * @property {() => void} reached the server was, by another way, after `doubt`
 * @property {() => void} woken the network or the person is back while a socket stands
 */

/** One WebSocket after another, until closed. */
export class Sockets {
  #backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} until the next attempt, or of this one */
  #timer;
  /** @type {(() => void) | null} */
  #stopWaking = null;
  /** Milliseconds the server asked to stay away. */
  #askedPause = 0;
  /** When the present attempt began, and when the server greeted, by `performance.now()`. */
  #begunAt = 0;
  #greetedAt = Infinity;
  #reach;
  /** Whether people in a conversation wait for the next socket. */
  isHurried = false;

  /**
   * @param {string} url absolute or relative to the page
   * @param {Listener} listener
   */
  constructor(url, listener) {
    const { href } = new URL(url, location.href);
    this.url = href.replace(/^http/, 'ws');
    this.listener = listener;
    this.#reach = new Reach(href.replace(/^ws/, 'http'), () => this.#reached());
  }

  open() {
    if (this.#stopWaking) return;
    this.#stopWaking = onWake(() => this.#wake());
    this.#connect();
  }

  close() {
    this.#stopWaking?.();
    this.#stopWaking = null;
    this.#drop();
  }

  /** @param {string} text */
  send(text) {
    this.#socket?.send(text);
  }

  /** The server has greeted: this socket is good. */
  greeted() {
    clearTimeout(this.#timer);
    this.#reach.stop();
    this.#greetedAt = performance.now();
  }

  /** @param {number} seconds before the next attempt, at least */
  stayAway(seconds) {
    this.#askedPause = seconds * 1000;
  }

  /** There is reason to doubt that this socket still leads anywhere. */
  doubt() {
    void this.#reach.start();
  }

  /** Gives the present socket up and makes another. */
  renew() {
    this.#lost(null);
  }

  #connect() {
    clearTimeout(this.#timer);
    const socket = new WebSocket(this.url, SUBPROTOCOL);
    this.#socket = socket;
    this.#begunAt = performance.now();
    const patience = this.isHurried ? HURRIED_PATIENCE : GREETING_PATIENCE;
    this.#timer = setTimeout(() => this.renew(), patience);
    socket.onopen = () => this.listener.opened();
    socket.onmessage = (event) => this.listener.received(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code);
  }

  /** @param {number | null} code */
  #lost(code) {
    this.#drop();
    const now = performance.now();
    // An attempt that found nobody was a pause, too.
    const waited = this.#greetedAt === Infinity ? now - this.#begunAt : 0;
    if (now - this.#greetedAt > GOOD_AFTER) this.#backoff.reset();
    this.#greetedAt = Infinity;
    const pause = Math.max(this.#backoff.next() - waited, this.#askedPause);
    this.#askedPause = 0;
    this.#timer = setTimeout(() => this.#connect(), pause);
    this.listener.lost(code);
  }

  /** Forgets the socket without waiting for its closing handshake, which a dead one never makes. */
  #drop() {
    clearTimeout(this.#timer);
    this.#reach.stop();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #reached() {
    if (this.#greetedAt !== Infinity) this.listener.reached();
    else {
      this.#drop();
      this.#backoff.reset();
      this.#connect();
    }
  }

  #wake() {
    if (this.#socket) this.listener.woken();
    else {
      this.#backoff.reset();
      this.#connect();
    }
  }
}
