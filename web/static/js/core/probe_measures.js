import { pause } from './waiting.js';
import { PictureReader } from './senses.js';

/** @typedef {import('./probe_call.js').ProbeCall} ProbeCall */

/** Milliseconds. */
const READ = 3_000;
const LISTEN = 2_500;
const BURST = 2_500;
const STEP = 50;
const ECHOES = 5;
const PIECE = 16 * 1024;
const BURST_PIECES = 12;

/**
 * @param {ProbeCall} call
 * @param {import('./senses.js').MicrophoneWatch | null} microphone to hear the tone with; null: none
 *   is played
 */
export async function overNetwork(call, microphone) {
  const outcome = await call.connect();
  if (outcome !== 'connected') return { facts: { outcome }, speaker: undefined };
  const picture = await readPicture(call);
  const heard = microphone ? await listen(call, microphone) : undefined;
  const rtt = await echo(call);
  const down = await fill(call);
  await burst(call);
  const [{ received, sent, path }, report] = [
    await call.stats(),
    await call.ask({ do: 'report' }, 'report'),
  ];
  const arrived = received.video;
  const lostDown = arrived ? Math.max(arrived.lost, 0) / (arrived.packets + arrived.lost || 1) : 0;
  const facts = without({
    outcome: report ? outcome : 'no_probe',
    rtt,
    down,
    up: report ? rate(report.received - PIECE, report.receiving_seconds) : undefined,
    lost_up: Math.min(Math.max(report?.loss ?? 0, sent.audio?.remote?.loss ?? 0), 1),
    lost_down: Math.min(lostDown, 1),
    jitter: report?.jitter_ms,
    way: path?.local,
    picture,
  });
  const speaker = heard && { ...heard, returned: report?.heard ?? 0 };
  return { facts: /** @type {any} */ (facts), speaker };
}

/** @param {ProbeCall} call */
async function readPicture(call) {
  const track = call.tracks.find(({ kind }) => kind === 'video');
  if (!track) return undefined;
  const reader = new PictureReader(track);
  try {
    return await until(READ, () => reader.read() === call.picture);
  } finally {
    reader.close();
  }
}

/**
 * @param {ProbeCall} call
 * @param {import('./senses.js').MicrophoneWatch} microphone
 */
async function listen(call, microphone) {
  const track = call.tracks.find(({ kind }) => kind === 'audio');
  if (!track) return undefined;
  const loudspeaker = new Audio();
  loudspeaker.srcObject = new MediaStream([track]);
  // Browsers may play nothing before the page was touched.
  const played = await loudspeaker.play().then(() => true, () => false); // prettier-ignore
  if (played) call.tell({ do: 'tone' });
  if (played) await until(LISTEN, () => microphone.ear.share(call.tone) === 1);
  // What the room still rings with is on its way to the probe.
  await pause(STEP * 6);
  loudspeaker.srcObject = null;
  return { played, heard: microphone.ear.share(call.tone) };
}

/** @param {ProbeCall} call */
export async function echo(call) {
  const times = [];
  for (let number = 0; number < ECHOES; number += 1) {
    const begun = performance.now();
    if (!(await call.ask({ do: 'echo', number }, 'echoed'))) return undefined;
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[Math.floor(ECHOES / 2)];
}

/** @param {ProbeCall} call */
async function fill(call) {
  let [bytes, first, last] = [-PIECE, 0, 0];
  call.onBytes = (size) => {
    last = performance.now();
    first ||= last;
    bytes += size;
  };
  await call.ask({ do: 'fill', size: PIECE * BURST_PIECES }, 'filled');
  return rate(bytes, (last - first) / 1000);
}

/** @param {ProbeCall} call */
async function burst(call) {
  for (let piece = 0; piece < BURST_PIECES; piece += 1) call.send(new ArrayBuffer(PIECE));
  await until(BURST, () => call.unsent === 0);
}

/**
 * @param {number} bytes
 * @param {number} seconds
 * @returns {number | undefined} kilobits a second
 */
function rate(bytes, seconds) {
  return bytes > 0 && seconds > 0 ? (bytes * 8) / 1000 / seconds : undefined;
}

/**
 * @param {number} ms
 * @param {() => boolean} holds
 * @returns {Promise<boolean>} whether it came to hold in time
 */
async function until(ms, holds) {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) return false;
    await pause(STEP);
  }
  return true;
}

/**
 * @template {object} T
 * @param {T} facts
 * @returns {T} what is known of them
 */
export function without(facts) {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  return /** @type {T} */ (Object.fromEntries(known));
}
