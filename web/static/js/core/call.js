import { Arrival } from './arrival.js';
import { Emitter } from './events.js';
import { IceServers } from './ice.js';
import { newInstance } from './instance.js';
import { Link } from './link.js';
import { onNetworkChange } from './network.js';

/** @typedef {import('./types').Relayed} Relayed */
/** @typedef {import('./shaping.js').Ration} Ration */
/** @typedef {{ link: string, report: RTCStatsReport, connections: number }} Counted */

/** Relays may overtake the state that announces their link; so many are kept for it. */
const MOST_EARLY = 64;

/**
 * The conversation: a link to each other person in it, as the state names them. What the one
 * microphone and the one camera give goes over all of them, and so does what is shown besides; each
 * stands and breaks by itself.
 *
 * @extends {Emitter<import('./types').CallEvents>}
 */
export class Call extends Emitter {
  #wire;
  #devices;
  #ice;
  /** New for every page load, so that the other side notices one. */
  #instance = newInstance();
  /** By the link. @type {Map<string, { link: Link, arrival: Arrival, ration: Ration | null }>} */
  #ends = new Map();
  #carrying = false;
  /** @type {Relayed[]} */
  #early = [];
  /** @type {import('./types').MediaOn} */
  #media = { microphone: true, camera: true };
  /** @type {MediaStreamTrack | null} */
  #shown = null;
  /** @type {(() => void)[]} */
  #stops;

  /**
   * @param {object} options
   * @param {import('./wire.js').Wire} options.wire
   * @param {import('./devices.js').Devices} options.devices
   */
  constructor({ wire, devices }) {
    super();
    this.#wire = wire;
    this.#devices = devices;
    this.#ice = new IceServers(wire, () => this.#each((link) => link.useFreshServers()));
    /** @param {Relayed} message */
    const receive = (message) => this.#receive(message);
    this.#stops = [
      wire.on('link.ready', receive),
      wire.on('link.description', receive),
      wire.on('link.candidate', receive),
      wire.on('link.media', receive),
      wire.on('up', () => this.#wireIsBack()),
      devices.on('change', () => this.#carry()),
      onNetworkChange(() => this.#each((link) => link.lookForWays())),
      () => this.#ice.close(),
    ];
  }

  /**
   * @param {import('./types').LinkInfo[]} infos the links that the last state names
   * @param {boolean} carrying whether people may see and hear each other yet
   */
  follow(infos, carrying) {
    const named = new Set(infos.map(({ id }) => id));
    for (const [id, { link }] of this.#ends) {
      if (named.has(id)) continue;
      link.close();
      this.#ends.delete(id);
    }
    const others = infos.filter(({ id }) => !this.#ends.has(id));
    for (const info of others) this.#begin(info);
    if (others.length > 0) this.#early = [];
    else if (carrying === this.#carrying) return;
    this.#carrying = carrying;
    // People who talk cannot wait for a socket as long as people in line.
    this.#wire.hurry(carrying && infos.length > 0);
    this.#carry();
  }

  /**
   * Tells the server that the first picture or sound of somebody is here.
   *
   * @param {string} link to them
   */
  reportArrived(link) {
    this.#ends.get(link)?.arrival.report();
  }

  /**
   * Tells the others whether the microphone and the camera here are on.
   *
   * @param {import('./types').MediaOn} on
   */
  sendMedia(on) {
    this.#media = on;
    for (const link of this.#ends.keys()) this.#tellMedia(link);
  }

  /** @param {MediaStreamTrack | null} track that the others see besides, or nothing any more */
  show(track) {
    this.#shown = track;
    this.#carry();
  }

  /**
   * Lets a link carry no more than this, and tells the other person what is held back.
   *
   * @param {string} link
   * @param {Ration} ration
   */
  ration(link, ration) {
    const end = this.#ends.get(link);
    if (!end || JSON.stringify(end.ration) === JSON.stringify(ration)) return;
    const { holds } = end.ration ?? { holds: 'nothing' };
    end.ration = ration;
    this.#carry();
    if (ration.holds === holds) return;
    this.#tellMedia(link);
    this.emit('held', { link, holds: ration.holds });
  }

  /** @returns {Promise<Counted[]>} what the browser has counted of each link to a person */
  async count() {
    const people = [...this.#ends].filter(([, { link }]) => link.info.to !== 'recorder');
    const counting = people.map(async ([id, { link }]) => {
      const counted = await link.count();
      return counted && { link: id, ...counted };
    });
    return (await Promise.all(counting)).filter((each) => each !== undefined);
  }

  /** Lets go of everything. */
  close() {
    this.follow([], false);
    for (const stop of this.#stops) stop();
  }

  /** @param {import('./types').LinkInfo} info */
  #begin(info) {
    const { id } = info;
    this.emit('condition', { link: id, condition: 'connecting' });
    const link = new Link({
      info,
      instance: this.#instance,
      wire: this.#wire,
      ice: this.#ice,
      listener: {
        remote: (remote) => this.emit('remote', { link: id, ...remote }),
        condition: (condition) => this.emit('condition', { link: id, condition }),
        other: (on) => this.emit('other', { link: id, on }),
        greeted: () => this.#tellMedia(id),
      },
    });
    this.#ends.set(id, { link, arrival: new Arrival(this.#wire, id), ration: null });
    for (const message of this.#early) if (message.link === id) link.receive(message);
  }

  /** @param {Relayed} message */
  #receive(message) {
    const end = this.#ends.get(message.link);
    if (end) end.link.receive(message);
    else {
      this.#early.push(message);
      if (this.#early.length > MOST_EARLY) this.#early.shift();
    }
  }

  #carry() {
    this.emit('carrying', this.#carrying);
    const { audio, video } = this.#devices;
    const tracks = { audio, video, shown: this.#shown };
    for (const { link, ration } of this.#ends.values())
      link.carry(this.#carrying ? { ...tracks, ration } : null);
  }

  /** @param {string} link */
  #tellMedia(link) {
    const { holds } = this.#ends.get(link)?.ration ?? { holds: 'nothing' };
    this.#wire.tell('link.media', { link, ...this.#media, holds });
  }

  /** @param {(link: Link) => void} act */
  #each(act) {
    for (const { link } of this.#ends.values()) act(link);
  }

  #wireIsBack() {
    if (this.#ice.isAged) this.#each((link) => link.useFreshServers());
    else void this.#ice.configuration();
    for (const { link, arrival } of this.#ends.values()) {
      link.wireIsBack();
      arrival.wireIsBack();
    }
  }
}
