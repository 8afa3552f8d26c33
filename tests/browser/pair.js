/**
 * People who talk, all in one page, with wires between them that a test can break. Two of them: until
 * `three()`, the interpreter is not there.
 *
 * Their ends of the links are the real thing, and so are their peer connections.
 */

import { Call } from '../../web/static/js/core/call.js';
import { Emitter } from '../../web/static/js/core/events.js';
import { Hardware } from '../../web/static/js/core/hardware.js';

const MAIN = '01J0000000000000000000LINK-1';

/**
 * Relays as the server does: not at all while either end is away, in order otherwise.
 *
 * @extends {Emitter<any>}
 */
class LoopWire extends Emitter {
  isUp = true;
  /** Who is at the other end of each link. @type {Map<string, LoopWire>} */
  others = new Map();
  /** @type {string[]} requests that reached the server */
  asked = [];
  /** Milliseconds that a message of a type is under way. @type {Record<string, number>} */
  delays = {};

  /**
   * @param {string} type
   * @param {{ link: string }} fields
   */
  tell(type, fields) {
    const other = this.others.get(fields.link);
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

  // This wire is never in doubt.
  check() {}
  hurry() {}

  /** @param {boolean} isUp */
  set(isUp) {
    this.isUp = isUp;
    this.emit(isUp ? 'up' : 'down', null);
  }
}

/**
 * A picture that moves, without asking anyone's permission.
 *
 * @param {string} colour
 */
function painted(colour) {
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  let turn = 0;
  setInterval(() => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 300, 150);
    context.fillStyle = 'grey';
    context.fillRect(turn++ % 300, 0, 10, 150);
  }, 40);
  return canvas.captureStream(25).getVideoTracks()[0];
}

/**
 * A painted picture and a tone.
 *
 * @extends {Emitter<any>}
 */
class PaintedDevices extends Emitter {
  #audio = new AudioContext();
  video;
  audio;

  /** @param {string} colour */
  constructor(colour) {
    super();
    this.video = painted(colour);
    const destination = this.#audio.createMediaStreamDestination();
    const tone = new OscillatorNode(this.#audio, { frequency: 440 });
    tone.connect(destination);
    tone.start();
    [this.audio] = destination.stream.getAudioTracks();
  }
}

/** @param {Map<string, HTMLVideoElement>} videos */
function fewest(videos) {
  const frames = [...videos.values()].map(
    (video) => video.getVideoPlaybackQuality().totalVideoFrames,
  );
  return Math.min(...frames);
}

/** One person: their page, its wire and whom it shows. */
class End {
  /** What the links went through. @type {string[]} */
  conditions = [];
  /** @type {import('../../web/static/js/core/types').LinkInfo[]} */
  links = [];
  /** By the link. @type {Map<string, HTMLVideoElement>} */
  videos = new Map();
  /** What is shown besides, by the link. @type {Map<string, HTMLVideoElement>} */
  shown = new Map();
  /** The present lines for photos, by the link. @type {Map<string, RTCDataChannel>} */
  photos = new Map();
  /** The present lines for text, by the link. @type {Map<string, RTCDataChannel>} */
  text = new Map();
  wire = new LoopWire();
  hardware = new Hardware();
  /** @type {InstanceType<typeof Call> | null} */
  call = null;

  /** @param {string} colour */
  constructor(colour) {
    this.devices = new PaintedDevices(colour);
  }

  /**
   * @param {import('../../web/static/js/core/types').LinkInfo} link
   * @param {End} other
   */
  meet(link, other) {
    this.links.push(link);
    this.wire.others.set(link.id, other.wire);
    for (const videos of [this.videos, this.shown]) {
      const video = document.createElement('video');
      video.muted = true;
      video.autoplay = true;
      document.body.append(video);
      videos.set(link.id, video);
    }
  }

  /** A page comes up: the first one, or after a reload. @param {boolean} carrying */
  load(carrying) {
    this.call?.close();
    const { wire, devices, hardware } = this;
    this.call = new Call(/** @type {any} */ ({ wire, devices, hardware }));
    this.call.on('condition', ({ condition }) => this.conditions.push(condition));
    this.call.on('remote', ({ link, stream, shown, photos, text }) => {
      const [video, besides] = [this.videos.get(link), this.shown.get(link)];
      if (video) video.srcObject = stream;
      if (besides) besides.srcObject = shown;
      this.photos.set(link, photos);
      this.text.set(link, text);
    });
    this.follow(carrying);
  }

  /** @param {string | null} colour of what the others see besides; null: nothing more */
  show(colour) {
    this.call?.show(colour ? 'document' : 'none', colour ? painted(colour) : null);
  }

  /** @param {boolean} carrying */
  follow(carrying) {
    this.call?.follow(this.links, carrying);
  }

  /** How many pictures were shown of whoever was shown least. */
  get frames() {
    return fewest(this.videos);
  }

  /** The same of what they show besides. */
  get shownFrames() {
    return fewest(this.shown);
  }
}

/**
 * @typedef {import('../../web/static/js/core/types').Side} Side
 *
 * @param {string} id
 * @param {[Side, End]} owner
 * @param {[Side, End]} other
 */
function connect(id, [ownerSide, owner], [otherSide, other]) {
  owner.meet({ id, owner: true, to: otherSide }, other);
  other.meet({ id, owner: false, to: ownerSide }, owner);
}

const consultant = new End('teal');
const visitor = new End('maroon');
const interpreter = new End('navy');
connect(MAIN, ['consultant', consultant], ['visitor', visitor]);

/** The interpreter comes too; call before anybody's page comes up. */
function three() {
  connect(`${MAIN}-vi`, ['interpreter', interpreter], ['visitor', visitor]);
  connect(`${MAIN}-ci`, ['consultant', consultant], ['interpreter', interpreter]);
}

Object.assign(globalThis, { consultant, visitor, interpreter, three });
