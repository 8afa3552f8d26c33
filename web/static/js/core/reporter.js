/** @typedef {import('./sample.js').Sound} Sound */
/** @typedef {import('./sample.js').Picture} Picture */
/** @typedef {import('./sampler.js').Measured} Measured */

/** What the protocol knows of a way; a browser may call its own otherwise. */
const ENDS = ['host', 'srflx', 'prflx', 'relay'];
const PROTOCOLS = ['udp', 'tcp', 'tls'];
const CODEC = /^[A-Za-z0-9.-]{0,16}$/;

/**
 * Tells the server every five seconds how each link was. What cannot be told is not told later: the
 * record has a gap there.
 */
export class Reporter {
  /**
   * @param {import('./sampler.js').Sampler} sampler
   * @param {import('./wire.js').Wire} wire
   */
  constructor(sampler, wire) {
    sampler.on('report', (measured) => {
      wire.tell('quality.report', { link: measured.link, sample: toWire(measured) });
    });
  }
}

/**
 * A sample in the short names it is kept under: `signaling/measures.py`.
 *
 * @param {Measured} measured
 */
export function toWire({ sample, connections, restarts }) {
  const { span, rtt, path, offset, received, sent } = sample;
  const isKnown =
    path && [path.local, path.remote].every((end) => ENDS.includes(end)) && PROTOCOLS.includes(path.protocol);
  return {
    s: span,
    r: rtt,
    p: isKnown ? { l: path.local, r: path.remote, p: path.protocol } : null,
    o: offset,
    n: Math.min(connections, 10_000),
    i: Math.min(restarts, 10_000),
    in: { a: soundToWire(received.audio), v: pictureToWire(received.video) },
    out: { a: soundToWire(sent.audio), v: pictureToWire(sent.video) },
  };
}

/** @param {Sound | null} sound */
function soundToWire(sound) {
  if (!sound) return null;
  const { fec, level, concealed } = sound;
  return { ...flowToWire(sound), x: fec, e: level, h: concealed };
}

/** @param {Picture | null} picture */
function pictureToWire(picture) {
  if (!picture) return null;
  const { fps, width, height, freeze } = picture;
  return { ...flowToWire(picture), f: fps, w: width, t: height, z: freeze };
}

/** @param {Sound | Picture} flow */
function flowToWire({ codec, kbps, loss, jitter }) {
  return { c: CODEC.test(codec) ? codec : '', k: kbps, l: loss, j: jitter };
}
