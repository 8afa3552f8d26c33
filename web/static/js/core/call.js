import { Emitter } from './events.js';
import { IceServers } from './ice.js';
import { Link } from './link.js';

/** @typedef {import('./types').Relayed} Relayed */

/** Relays may overtake the state that announces their link; so many are kept for it. */
const MOST_EARLY = 64;

/**
 * The conversation with the person at the other end: follows the link that the state names.
 *
 * @extends {Emitter<import('./types').CallEvents>}
 */
export class Call extends Emitter {
  #wire;
  #devices;
  #ice;
  /** New for every page load, so that the other side notices one. */
  #instance = newInstance();
  /** @type {Link | null} */
  #link = null;
  #carrying = false;
  /** @type {Relayed[]} */
  #early = [];
  /** @type {import('./types').MediaOn} */
  #media = { microphone: true, camera: true };
  /** @type {'no' | 'seen' | 'told'} whether the other's sound or picture is here */
  #arrived = 'no';
  /** @type {MediaStream | null} */
  #remoteStream = null;
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
    this.#ice = new IceServers(wire);
    /** @param {Relayed} message */
    const receive = (message) => this.#receive(message);
    this.#stops = [
      wire.on('link.ready', receive),
      wire.on('link.description', receive),
      wire.on('link.candidate', receive),
      wire.on('link.media', receive),
      wire.on('up', () => this.#wireIsBack()),
      devices.on('change', () => this.#carry()),
    ];
  }

  /** The other's sound and picture, or null before there is a connection. */
  get remoteStream() {
    return this.#remoteStream;
  }

  /**
   * @param {import('./types').LinkInfo | null} info the link that the last state names
   * @param {boolean} carrying whether people may see and hear each other yet
   */
  follow(info, carrying) {
    const isOther = info?.id !== this.#link?.info.id;
    if (isOther) {
      this.#link?.close();
      this.#link = null;
      this.#remoteStream = null;
      this.#arrived = 'no';
      if (info) this.#begin(info);
    }
    if (!isOther && carrying === this.#carrying) return;
    this.#carrying = carrying;
    this.#carry();
  }

  /** Tells the server that the other's first picture or sound is here. */
  reportArrived() {
    if (this.#arrived !== 'no' || !this.#link) return;
    this.#arrived = 'seen';
    this.#tellArrived();
  }

  /**
   * Tells the other whether the microphone and the camera here are on.
   *
   * @param {import('./types').MediaOn} on
   */
  sendMedia(on) {
    this.#media = on;
    if (this.#link) this.#wire.tell('link.media', { link: this.#link.info.id, ...on });
  }

  /** Lets go of everything. */
  close() {
    this.follow(null, false);
    for (const stop of this.#stops) stop();
  }

  /** @param {import('./types').LinkInfo} info */
  #begin(info) {
    this.emit('condition', 'connecting');
    const link = new Link({
      info,
      instance: this.#instance,
      wire: this.#wire,
      ice: this.#ice,
      listener: {
        remote: (stream) => {
          this.#remoteStream = stream;
          this.emit('remote', stream);
        },
        condition: (condition) => this.emit('condition', condition),
        other: (on) => this.emit('other', on),
        greeted: () => this.sendMedia(this.#media),
      },
    });
    this.#link = link;
    const early = this.#early.filter((message) => message.link === info.id);
    this.#early = [];
    for (const message of early) link.receive(message);
  }

  /** @param {Relayed} message */
  #receive(message) {
    if (message.link === this.#link?.info.id) this.#link.receive(message);
    else {
      this.#early.push(message);
      if (this.#early.length > MOST_EARLY) this.#early.shift();
    }
  }

  #carry() {
    const { audio, video } = this.#devices;
    this.#link?.carry(this.#carrying ? { audio, video } : null);
  }

  #wireIsBack() {
    void this.#ice.configuration();
    this.#link?.wireIsBack();
    if (this.#arrived === 'seen') this.#tellArrived();
  }

  async #tellArrived() {
    const link = this.#link?.info.id;
    try {
      await this.#wire.request('media.arrived', { link });
    } catch (error) {
      // Away: said again when the socket is back. Refused: the state has moved on.
      console.debug('media.arrived:', error);
      if (/** @type {import('./wire.js').WireError} */ (error).code === 'unavailable') return;
    }
    if (link === this.#link?.info.id) this.#arrived = 'told';
  }
}

/** @returns {string} random; `crypto.randomUUID` is missing on pages without https */
function newInstance() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
