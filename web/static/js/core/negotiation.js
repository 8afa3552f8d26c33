import { Peer } from './peer.js';

/** @typedef {import('./types').Description} Description */
/** @typedef {import('./lines.js').Tracks} Tracks */

/** @type {Tracks} */
const NOTHING = { audio: null, video: null, shown: null };
/** Milliseconds in which an offer is on its way, so that another would only get in its way. */
const UNDER_WAY = 2000;
/** Milliseconds that an offer has to lead to a connection, once it was heard. */
const CONNECTS_WITHIN = 5000;

/**
 * @typedef {import('./peer.js').PeerListener & {
 *   begun: () => void,
 *   replaced: () => void,
 * }} NegotiationListener `begun`: the two sides have an offer between them; `replaced`: a connection
 *   was thrown away to make a new one
 */

/**
 * The peer connections of one end of a link, one after another. What negotiates must not overlap;
 * the caller queues it.
 */
export class Negotiation {
  #owner;
  #ice;
  #hardware;
  /** What the other machine handles in hardware. @type {string[]} */
  #theirs = [];
  #listener;
  /** @type {Peer | null} */
  #peer = null;
  #tracks = NOTHING;
  /** When the last offer was made, by `performance.now()`. */
  #offeredAt = -Infinity;
  #made = 0;
  #isClosed = false;

  /**
   * @param {object} options
   * @param {boolean} options.owner whether this end makes the offers
   * @param {import('./ice.js').IceServers} options.ice
   * @param {import('./hardware.js').Hardware} options.hardware
   * @param {NegotiationListener} options.listener
   */
  constructor({ owner, ice, hardware, listener }) {
    this.#owner = owner;
    this.#ice = ice;
    this.#hardware = hardware;
    this.#listener = listener;
  }

  /** Whether an offer was made so lately that its answer may be under way. */
  get isUnderWay() {
    return performance.now() - this.#offeredAt < UNDER_WAY;
  }

  /**
   * Whether the last offer may still lead to a connection.
   *
   * @param {number} lostUntil what was offered before that moment was not heard
   */
  mayConnect(lostUntil) {
    return this.#offeredAt > Math.max(lostUntil, performance.now() - CONNECTS_WITHIN);
  }

  get state() {
    return this.#peer?.state ?? 'new';
  }

  /** What the browser has counted of the present connection, and how many there were with it. */
  async count() {
    const report = await this.#peer?.report();
    return report && { report, connections: this.#made };
  }

  /** Makes a new connection in place of the present one. */
  async make() {
    const configuration = await this.#ice.configuration();
    if (this.#isClosed) return;
    const number = this.#owner ? this.#peer?.number : undefined;
    if (this.#peer) {
      this.#peer.close();
      this.#listener.replaced();
    }
    const peer = new Peer(configuration, this.#listener, { owner: this.#owner, number });
    this.#peer = peer;
    this.#made += 1;
    await peer.carry(this.#tracks);
  }

  /**
   * Owner: offers to a page that has just begun, from a connection that nobody else has had.
   *
   * @param {string[]} theirs codecs that the other machine handles in hardware
   */
  async begin(theirs) {
    this.#theirs = theirs;
    if (this.#peer?.isUsed) await this.make();
    await this.#offer();
  }

  /** Owner: looks for new ways between the same two connections, with fresh ICE servers. */
  async restart() {
    await this.#offer(await this.#ice.configuration());
  }

  /**
   * Owner: begins with new connections. A present one that was offered while nobody heard it may be
   * well, and may even mend itself: it is only offered again.
   *
   * @param {number} lostUntil what was offered before that moment was not heard
   */
  async renew(lostUntil) {
    if (this.#peer?.isUnanswered && this.#offeredAt < lostUntil) await this.restart();
    else {
      await this.make();
      await this.#offer();
    }
  }

  /** Owner: makes the last offer once more, if it has no answer; it or its answer may be lost. */
  repeat() {
    this.#peer?.repeatOffer();
  }

  /**
   * @param {number} number
   * @param {Description} description of the other side
   */
  async take(number, description) {
    if (this.#owner !== (description.type === 'answer')) return;
    if (this.#owner) {
      await this.#peer?.takeAnswer(number, description);
      return;
    }
    if (this.state === 'closed' || !this.#peer?.isFor(description)) await this.make();
    await this.#peer?.takeOffer(number, description, await this.#ice.configuration());
    this.#listener.begun();
  }

  /** @param {import('./types').Candidate} candidate */
  addCandidate(candidate) {
    return this.#peer?.addCandidate(candidate);
  }

  /** @param {Tracks | null} tracks to send, or null while nothing of anyone may be sent */
  carry(tracks) {
    this.#tracks = tracks ?? NOTHING;
    this.#peer?.carry(this.#tracks).catch((error) => {
      // Closed meanwhile, or the device is gone, of which the page hears otherwise.
      console.debug('Track not put on:', error);
    });
  }

  close() {
    this.#isClosed = true;
    this.#peer?.close();
  }

  /** @param {RTCConfiguration} [fresh] for a restart */
  async #offer(fresh) {
    this.#offeredAt = performance.now();
    this.#peer?.prefer(this.#hardware.codecs, this.#theirs);
    await this.#peer?.offer(fresh);
    this.#listener.begun();
  }
}
