/**
 * The two ends of a link in one page, with a wire between them that a test can break.
 *
 * Both ends are the real thing, and so are their peer connections.
 */

import { Call } from '../../web/static/js/core/call.js';
import { Emitter } from '../../web/static/js/core/events.js';

const LINK = '01J0000000000000000000LINK-1';

/**
 * Relays as the server does: not at all while either end is away, in order otherwise.
 *
 * @extends {Emitter<any>}
 */
class LoopWire extends Emitter {
  isUp = true;
  /** @type {LoopWire | null} */
  other = null;
  /** @type {string[]} requests that reached the server */
  asked = [];
  /** Milliseconds that a message of a type is under way. @type {Record<string, number>} */
  delays = {};

  /**
   * @param {string} type
   * @param {object} fields
   */
  tell(type, fields) {
    const { other } = this;
    if (this.isUp && other?.isUp) {
      setTimeout(() => other.emit(type, { type, ...fields }), this.delays[type] ?? 0);
    }
    return this.isUp;
  }

  /** @param {string} type */
  async request(type) {
    this.asked.push(type);
    return type === 'ice.get' ? { type: 'ice', servers: [], relay_only: false, expires_at: null } : { type: 'ok' };
  }

  serverNow() {
    return Date.now();
  }

  /** @param {boolean} isUp */
  set(isUp) {
    this.isUp = isUp;
    this.emit(isUp ? 'up' : 'down', null);
  }
}

/**
 * A picture that moves and a tone, without asking anyone's permission.
 *
 * @extends {Emitter<any>}
 */
class PaintedDevices extends Emitter {
  #canvas = document.createElement('canvas');
  #audio = new AudioContext();
  video;
  audio;

  /** @param {string} colour */
  constructor(colour) {
    super();
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
    let turn = 0;
    setInterval(() => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 300, 150);
      context.fillStyle = 'grey';
      context.fillRect(turn++ % 300, 0, 10, 150);
    }, 40);
    [this.video] = this.#canvas.captureStream(25).getVideoTracks();
    const destination = this.#audio.createMediaStreamDestination();
    new OscillatorNode(this.#audio, { frequency: 440 }).connect(destination);
    [this.audio] = destination.stream.getAudioTracks();
  }
}

/** One person: their page, its wire and what it shows. */
class End {
  /** @type {string[]} */
  conditions = [];
  video = document.createElement('video');
  wire = new LoopWire();
  /** @type {InstanceType<typeof Call> | null} */
  call = null;

  /**
   * @param {boolean} owner
   * @param {string} colour
   */
  constructor(owner, colour) {
    this.owner = owner;
    this.devices = new PaintedDevices(colour);
    this.video.muted = true;
    this.video.autoplay = true;
    document.body.append(this.video);
  }

  /** A page comes up: the first one, or after a reload. @param {boolean} carrying */
  load(carrying) {
    this.call?.close();
    this.call = new Call(/** @type {any} */ ({ wire: this.wire, devices: this.devices }));
    this.call.on('condition', (condition) => this.conditions.push(condition));
    this.call.on('remote', (stream) => {
      this.video.srcObject = stream;
    });
    this.follow(carrying);
  }

  /** @param {boolean} carrying */
  follow(carrying) {
    this.call?.follow({ id: LINK, owner: this.owner }, carrying);
  }

  /** How many pictures of the other were shown. */
  get frames() {
    return this.video.getVideoPlaybackQuality().totalVideoFrames;
  }
}

const consultant = new End(true, 'teal');
const visitor = new End(false, 'maroon');
consultant.wire.other = visitor.wire;
visitor.wire.other = consultant.wire;
Object.assign(globalThis, { consultant, visitor });
