import { CallEnd } from './call_end.js';
import { Emitter } from './events.js';
import { IceServers } from './ice.js';
import { newInstance } from './instance.js';
import { onNetworkChange } from './network.js';
import { EarlyRelays, RELAYED } from './relays.js';

/** @typedef {import('./types').Relayed} Relayed */
/** @typedef {import('./link.js').Link} Link */
/** @typedef {{ link: string, report: RTCStatsReport, connections: number }} Counted */

/**
 * The conversation: a link to each other person in it, as the state names them. What the devices give
 * and what is shown besides goes over all of them; each stands and breaks by itself.
 *
 * @extends {Emitter<import('./types').CallEvents>}
 */
export class Call extends Emitter {
  #wire;
  #devices;
  #hardware;
  #ice;
  /** New for every page load, so that the other side notices one. */
  #instance = newInstance();
  /** By the link. @type {Map<string, CallEnd>} */
  #ends = new Map();
  #carrying = false;
  #early = new EarlyRelays();
  /** @type {import('./types').Given} */
  #media = { microphone: true, camera: true, speaks: true, hears: true };
  /** Besides. @type {{ shows: import('./types').Shows, track: MediaStreamTrack | null }} */
  #exhibit = { shows: 'none', track: null };
  /** @type {(() => void)[]} */
  #stops;

  /**
   * @param {object} options
   * @param {import('./wire.js').Wire} options.wire
   * @param {import('./devices.js').Devices} options.devices
   * @param {import('./hardware.js').Hardware} options.hardware
   */
  constructor({ wire, devices, hardware }) {
    super();
    this.#wire = wire;
    this.#devices = devices;
    this.#hardware = hardware;
    this.#ice = new IceServers(wire, () => this.#each((link) => link.useFreshServers()));
    this.#stops = [
      ...RELAYED.map((type) => wire.on(type, (message) => this.#receive(message))),
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
    if (others.length > 0) this.#early.forget();
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
   * Tells the others whether the microphone and the camera here are on, and what does not work.
   *
   * @param {import('./types').Given} on
   */
  sendMedia(on) {
    this.#media = on;
    for (const end of this.#ends.values()) end.tell(this.#sent);
  }

  /**
   * Lets the others see something besides, and tells them what it is.
   *
   * @param {import('./types').Shows} shows
   * @param {MediaStreamTrack | null} track null: nothing, or nothing new for a moment
   */
  show(shows, track) {
    const isOther = shows !== this.#exhibit.shows;
    this.#exhibit = { shows, track };
    this.#carry();
    if (isOther) this.sendMedia(this.#media);
  }

  /**
   * Lets a link carry no more than this, and tells the other person what is held back.
   *
   * @param {string} link
   * @param {import('./shaping.js').Ration} ration
   */
  ration(link, ration) {
    const end = this.#ends.get(link);
    const before = end?.holds;
    if (!end?.limit(ration)) return;
    this.#carry();
    if (end.holds === before) return;
    end.tell(this.#sent);
    this.emit('held', { link, holds: end.holds });
  }

  /** @returns {Promise<Counted[]>} what the browser has counted of each link to a person */
  async count() {
    const people = [...this.#ends.values()].filter(({ isToPerson }) => isToPerson);
    const counting = people.map(async ({ id, link }) => {
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
    const end = new CallEnd({
      info,
      instance: this.#instance,
      wire: this.#wire,
      ice: this.#ice,
      hardware: this.#hardware,
      listener: {
        remote: (remote) => this.emit('remote', { link: id, ...remote }),
        condition: (condition) => this.emit('condition', { link: id, condition }),
        other: (on) => this.emit('other', { link: id, on }),
        greeted: () => end.tell(this.#sent),
      },
    });
    this.#ends.set(id, end);
    for (const message of this.#early.of(id)) end.link.receive(message);
  }

  /** @param {Relayed} message */
  #receive(message) {
    const end = this.#ends.get(message.link);
    if (end) end.link.receive(message);
    else this.#early.keep(message);
  }

  #carry() {
    this.emit('carrying', this.#carrying);
    const { audio, video } = this.#devices;
    const tracks = { audio, video, shown: this.#exhibit.track };
    for (const end of this.#ends.values()) end.carry(this.#carrying ? tracks : null);
  }

  /** What the others are told of it. */
  get #sent() {
    return { ...this.#media, shows: this.#exhibit.shows };
  }

  /** @param {(link: Link) => void} act */
  #each(act) {
    for (const { link } of this.#ends.values()) act(link);
  }

  #wireIsBack() {
    if (this.#ice.isAged) this.#each((link) => link.useFreshServers());
    else void this.#ice.configuration();
    for (const end of this.#ends.values()) end.wireIsBack();
  }
}
