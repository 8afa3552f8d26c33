import { InTurn } from './in_turn.js';
import { Negotiation } from './negotiation.js';
import { OtherPage } from './other_page.js';
import { Pulse } from './pulse.js';
import { Recovery } from './recovery.js';

/**
 * This page's end of one link, over as many peer connections as it takes.
 *
 * The owner offers when the other page says `link.ready`, and mends what breaks. The other side asks
 * it to, with `link.ready`. Everything that arrives is worked through one by one.
 */
export class Link {
  // A description that does not fit: the recovery's next attempt brings a better one.
  #work = new InTurn((error) => console.warn('Link:', error));
  #negotiation;
  #other = new OtherPage();
  /** Whether the owner is to look for new ways, and has not offered any: the request may be lost. */
  #needsWays = false;
  #recovery = new Recovery({
    restart: () => this.#mend(() => this.#negotiation.restart()),
    renew: () => this.#mend(() => this.#renew()),
    giveUp: () => this.#giveUp(),
    report: (condition) => this.listener.condition(condition),
  });
  #pulse = new Pulse(() => this.count(), {
    // Perhaps it is not the link alone: a socket that is dead too is replaced sooner that way.
    doubtful: () => this.wire.check(),
    silent: () => this.#silent(),
    heard: () => this.#recovery.heard(),
    slept: () => this.lookForWays(),
  });

  /**
   * @param {object} options
   * @param {import('./types').LinkInfo} options.info
   * @param {string} options.instance stands for this load of the page
   * @param {import('./wire.js').Wire} options.wire
   * @param {import('./ice.js').IceServers} options.ice
   * @param {import('./hardware.js').Hardware} options.hardware
   * @param {import('./types').LinkListener} options.listener
   */
  constructor({ info, instance, wire, ice, hardware, listener }) {
    this.info = info;
    this.instance = instance;
    this.wire = wire;
    this.hardware = hardware;
    this.listener = listener;
    const { id: link, owner } = info;
    this.#negotiation = new Negotiation({
      owner,
      ice,
      hardware,
      listener: {
        described: (number, description) =>
          wire.tell('link.description', { link, number, description }),
        found: (candidate) => wire.tell('link.candidate', { link, candidate }),
        received: (remote) => listener.remote(remote),
        changed: (state) => this.#recovery.watch(state),
        begun: () => {
          this.#needsWays = false;
          this.#recovery.begin();
        },
        replaced: () => {
          this.#recovery.replaced();
          this.#pulse.forget();
        },
      },
    });
    this.#work.add(() => this.#negotiation.make());
    this.#sayReady();
  }

  /** @param {import('./types').Relayed} message for this link */
  receive(message) {
    if (!this.#other.isThere) this.#beginAnew();
    this.#other.heard();
    switch (message.type) {
      case 'link.ready':
        this.#work.add(() => this.#otherReady(message));
        break;
      case 'link.description':
        this.#work.add(() => this.#negotiation.take(message.number, message.description));
        break;
      case 'link.candidate':
        this.#work.add(() => this.#negotiation.addCandidate(message.candidate));
        break;
      case 'link.media':
        this.#other.media = message;
        this.listener.other(message);
    }
  }

  /** @param {import('./lines.js').Tracks | null} tracks to send; null: nothing may be sent yet */
  carry(tracks) {
    this.#recovery.carry(tracks !== null);
    if (tracks) this.#pulse.start();
    else this.#pulse.stop();
    this.#negotiation.carry(tracks);
  }

  /** What the browser has counted of the present connection, and how many there were with it. */
  count() {
    return this.#negotiation.count();
  }

  /** The socket is back; what either side said meanwhile may be lost. */
  wireIsBack() {
    this.#beginAnew();
    this.#sayReady();
  }

  /** This machine is on another network, or has slept: the ways there were may be gone. */
  lookForWays() {
    this.wire.check();
    if (this.info.owner) this.useFreshServers();
    else {
      this.#needsWays = true;
      this.#sayReady();
    }
  }

  /** Goes on with fresh ICE servers, if the link stands; to mend it they are used anyway. */
  useFreshServers() {
    if (!this.info.owner) return;
    this.#work.add(() => (this.#recovery.isStanding ? this.#negotiation.restart() : undefined));
  }

  close() {
    this.#work.close();
    this.#recovery.stop();
    this.#pulse.stop();
    this.#negotiation.close();
  }

  /** The two pages hear each other again: only from now on can it be said that nothing helps. */
  #beginAnew() {
    this.#other.reached();
    this.#recovery.wait();
  }

  /** @param {{ restart: boolean }} asked whether the owner shall look for new ways */
  #sayReady({ restart } = { restart: this.#recovery.isBroken || this.#needsWays }) {
    const { codecs } = this.hardware;
    const { instance } = this;
    return this.wire.tell('link.ready', { link: this.info.id, instance, restart, hardware: codecs });
  }

  /** @param {import('./types').LinkReady} ready */
  async #otherReady({ instance, restart, hardware }) {
    const known = this.#other.instance;
    this.#other.instance = instance;
    this.listener.greeted();
    if (!this.info.owner) {
      if (known !== null && known !== instance) await this.#negotiation.make();
      this.#sayReady({ restart: false });
    } else if (known !== instance) await this.#negotiation.begin(hardware);
    else if (this.#negotiation.isUnderWay) this.#negotiation.repeat();
    else if (this.#recovery.isBroken && !this.#negotiation.mayConnect(this.#other.reachedSince))
      this.#recovery.retry();
    else if (restart) await this.#negotiation.restart();
  }

  #silent() {
    // Who has switched everything off is not expected to be heard.
    if (!this.#other.sends) return;
    this.#recovery.watch(this.#negotiation.state);
    this.#recovery.silent();
  }

  /**
   * What is tried when the link is broken: by the owner itself, by the other side through it.
   *
   * @param {() => Promise<void>} remedy
   * @returns {boolean} false: nothing can be tried while the server is away
   */
  #mend(remedy) {
    if (!this.info.owner) return this.#sayReady();
    if (!this.wire.isUp || this.#other.instance === null) return false;
    this.#work.add(() => (this.#recovery.isStanding ? undefined : remedy()));
    return true;
  }

  #renew() {
    return this.#negotiation.renew(this.#other.reachedSince);
  }

  /** @returns {boolean} false: the server or the other page is away; this link is not the fault */
  #giveUp() {
    if (!this.wire.isUp || !this.#other.isThere) return false;
    this.wire.request('media.failed', { link: this.info.id }).catch((error) => {
      // The other side may have said so first.
      console.debug('media.failed:', error);
    });
    return true;
  }
}
