/** One note of a sound: hertz, and seconds from its beginning. */
/** @typedef {{ frequency: number, from: number, to: number }} Note */

const LOUDNESS = 0.2;
/** Seconds in which a note swells and fades, so that it does not click. */
const EDGE = 0.04;

/** @type {Note[]} */
const CHIME = [
  { frequency: 659.25, from: 0, to: 0.35 },
  { frequency: 880, from: 0.18, to: 0.8 },
];

/** @type {Note[]} */
const TONE = [
  { frequency: 523.25, from: 0, to: 0.4 },
  { frequency: 659.25, from: 0.4, to: 0.8 },
  { frequency: 783.99, from: 0.8, to: 1.4 },
];

/** Milliseconds; see `chime`. */
const COURTESY = 500;

/**
 * A soft sign that something wants attention. It comes a moment later: opening the loudspeaker takes
 * time from the first picture, which people wait for when the chime tells them to look.
 */
export async function chime() {
  await new Promise((resolve) => setTimeout(resolve, COURTESY));
  return play(CHIME);
}

/**
 * Three rising notes, to hear whether the speaker works.
 *
 * @param {string} [speaker] id of the device, where the browser lets a page choose
 */
export function tone(speaker = '') {
  return play(TONE, speaker);
}

/**
 * @param {Note[]} notes
 * @param {string} [speaker]
 * @returns {Promise<boolean>} when it is over; false: the browser lets this page make no sound yet
 */
async function play(notes, speaker = '') {
  // Newer than the library of types.
  const options = /** @type {AudioContextOptions} */ (speaker ? { sinkId: speaker } : {});
  const context = new AudioContext(options);
  try {
    const silent = new Promise((resolve) => setTimeout(() => resolve('suspended'), 300));
    if ((await Promise.race([context.resume(), silent])) === 'suspended') return false;
    await Promise.all(notes.map((note) => playNote(context, note)));
    return true;
  } finally {
    await context.close();
  }
}

/**
 * @param {AudioContext} context
 * @param {Note} note
 */
function playNote(context, { frequency, from, to }) {
  const start = context.currentTime + from;
  const end = context.currentTime + to;
  const oscillator = new OscillatorNode(context, { frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + EDGE);
  gain.gain.setValueAtTime(LOUDNESS, end - EDGE);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return new Promise((resolve) => {
    oscillator.onended = resolve;
  });
}
