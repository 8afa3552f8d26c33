import { Peer } from './peer.js';
import { Recovery } from './recovery.js';

/** @typedef {import('./types').Relayed} Relayed */
/** @typedef {import('./lines.js').Tracks} Tracks */

const NOTHING = { audio: null, video: null, shown: null };

/**
 * @typedef {object} LinkListener
 * @property {(remote: import('./types').Remote) => void} remote
 * @property {(condition: import('./types').Condition) => void} condition
 * @property {(theirs: import('./types').Theirs) => void} other
 * @property {() => void} greeted the other page has (again) begun with this link
 */

/**
 * This page's end of one link, over as many peer connections as it takes.
 *
 * The owner offers when the other page says `link.ready`, and mends what breaks. The other side asks
 * it to, with `link.ready`. Everything that arrives is worked through one by one.
 */
export class Link {
  #work = Promise.resolve();
  /** @type {Peer | null} */
  #peer = null;
  /** @type {Tracks | null} null: nobody may be seen or heard yet */
  #tracks = null;
  /** @type {string | null} the other page */
  #other = null;
  #isClosed = false;
  #made = 0;
  #recovery = new Recovery({
    restart: () => this.#mend(async (peer) => peer.offer(await this.ice.configuration())),
    renew: () => this.#mend(() => this.#makePeer().then(() => this.#offer())),
    giveUp: () => this.#giveUp(),
    report: (condition) => this.listener.condition(condition),
  });

  /**
   * @param {object} options
   * @param {import('./types').LinkInfo} options.info
   * @param {string} options.instance stands for this load of the page
   * @param {import('./wire.js').Wire} options.wire
   * @param {import('./ice.js').IceServers} options.ice
   * @param {LinkListener} options.listener
   */
  constructor({ info, instance, wire, ice, listener }) {
    this.info = info;
    this.instance = instance;
    this.wire = wire;
    this.ice = ice;
    this.listener = listener;
    this.#queue(() => this.#makePeer());
    this.#sayReady();
  }

  /** @param {Relayed} message for this link */
  receive(message) {
    switch (message.type) {
      case 'link.ready':
        this.#queue(() => this.#otherReady(message.instance));
        break;
      case 'link.description':
        this.#queue(() => this.#described(message.number, message.description));
        break;
      case 'link.candidate':
        this.#queue(() => this.#peer?.addCandidate(message.candidate));
        break;
      case 'link.media':
        this.listener.other(message);
    }
  }

  /** @param {Tracks | null} tracks to send, or null while nothing of anyone may be sent */
  carry(tracks) {
    this.#tracks = tracks;
    this.#recovery.carry(tracks !== null);
    this.#peer?.carry(tracks ?? NOTHING).catch((error) => {
      // Closed meanwhile, or the device is gone, of which the page hears otherwise.
      console.debug('Track not put on:', error);
    });
  }

  /** What the browser has counted of the present connection, and how many there were with it. */
  async count() {
    const report = await this.#peer?.report();
    return report && { report, connections: this.#made };
  }

  /** The socket is back; what either side said meanwhile may be lost. */
  wireIsBack() {
    this.#recovery.wait();
    this.#sayReady();
  }

  close() {
    this.#isClosed = true;
    this.#recovery.stop();
    this.#peer?.close();
  }

  /** @param {() => Promise<void> | undefined} step */
  #queue(step) {
    this.#work = this.#work.then(async () => {
      if (this.#isClosed) return;
      try {
        await step();
      } catch (error) {
        // A description that does not fit: the recovery's next attempt brings a better one.
        if (!this.#isClosed) console.warn('Link:', error);
      }
    });
  }

  #sayReady() {
    this.wire.tell('link.ready', { link: this.info.id, instance: this.instance });
  }

  /** @param {string} instance */
  async #otherReady(instance) {
    const known = this.#other;
    this.#other = instance;
    this.listener.greeted();
    if (!this.info.owner) {
      if (known !== null && known !== instance) await this.#makePeer();
      this.#sayReady();
    } else if (known !== instance) {
      if (this.#peer?.isUsed) await this.#makePeer();
      await this.#offer();
    } else if (this.#recovery.isBroken) this.#recovery.retry();
  }

  /**
   * @param {number} number
   * @param {import('./types').Description} description
   */
  async #described(number, description) {
    if (this.info.owner !== (description.type === 'answer')) return;
    if (this.info.owner) {
      await this.#peer?.takeAnswer(number, description);
      return;
    }
    if (!this.#peer?.isFor(description)) await this.#makePeer();
    await this.#peer?.takeOffer(number, description);
    this.#recovery.begin();
  }

  async #makePeer() {
    const configuration = await this.ice.configuration();
    if (this.#isClosed) return;
    const { id, owner } = this.info;
    const number = owner ? this.#peer?.number : undefined;
    this.#peer?.close();
    if (this.#peer) this.#recovery.replaced();
    const peer = new Peer(
      configuration,
      {
        described: (at, description) =>
          this.wire.tell('link.description', { link: id, number: at, description }),
        found: (candidate) => this.wire.tell('link.candidate', { link: id, candidate }),
        received: (remote) => this.listener.remote(remote),
        changed: (state) => this.#recovery.watch(state),
      },
      { owner, number },
    );
    this.#peer = peer;
    this.#made += 1;
    await peer.carry(this.#tracks ?? NOTHING);
  }

  async #offer() {
    await this.#peer?.offer();
    this.#recovery.begin();
  }

  /**
   * What is tried when the link is broken: by the owner itself, by the other side through it.
   *
   * @param {(peer: Peer) => Promise<void>} remedy
   */
  #mend(remedy) {
    if (!this.info.owner) this.#sayReady();
    else if (this.#other !== null) {
      this.#queue(async () => {
        if (this.#peer && !this.#peer.isConnected) await remedy(this.#peer);
      });
    }
  }

  /** @returns {boolean} false: the server is away, and nothing can be done without it */
  #giveUp() {
    if (!this.wire.isUp) return false;
    this.wire.request('media.failed', { link: this.info.id }).catch((error) => {
      // The other side may have said so first.
      console.debug('media.failed:', error);
    });
    return true;
  }
}
