/**
 * The probe's tone, heard in a microphone. `signaling/media/signals.py` makes it and
 * `signaling/media/senses.py` listens for it in the same way, behind the network.
 */

/** Hertz of the notes. */
const HERTZ = [900, 1150, 1400, 1650, 1900, 2150];
/** Share of the energy that one note must have; speech and noise spread over them all. */
const STANDS_OUT = 0.35;
/** Decibels below full scale; what is softer is not looked at. */
const AUDIBLE = -70;
/** Looks in a row that must agree. */
const RUN = 3;
/** The level of nothing at all. */
export const SILENCE = -100;

/**
 * @param {Float32Array} samples
 * @returns {number} decibels below full scale
 */
export function levelOf(samples) {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return energy > 0 ? Math.max(SILENCE, 10 * Math.log10(energy)) : SILENCE;
}

/**
 * The one note that fills this piece of sound, by Goertzel's algorithm.
 *
 * @param {Float32Array} samples
 * @param {number} rate of them, hertz
 * @returns {number | null} its index
 */
export function noteIn(samples, rate) {
  if (levelOf(samples) < AUDIBLE) return null;
  const { length } = samples;
  const shaped = samples.map(
    (sample, at) => sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (length - 1))),
  );
  const powers = HERTZ.map((hertz) => powerAt(shaped, hertz / rate));
  // What a pure tone would have, for the shape of the piece (Hann).
  const whole = (shaped.reduce((sum, sample) => sum + sample * sample, 0) * length) / 3;
  const best = powers.indexOf(Math.max(...powers));
  return powers[best] > STANDS_OUT * whole ? best : null;
}

/**
 * @param {Float32Array} samples
 * @param {number} turns of the wanted frequency in one sample
 */
function powerAt(samples, turns) {
  const factor = 2 * Math.cos(2 * Math.PI * turns);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  return last * last + before * before - factor * last * before;
}

/** Listens, piece by piece, for notes and for how loud it is. */
export class Ear {
  /** The loudest piece so far. */
  loudest = SILENCE;
  /** @type {number[]} */
  #heard = [];
  /** @type {number | null} */
  #last = null;
  #run = 0;

  /**
   * @param {Float32Array} samples
   * @param {number} rate
   */
  hear(samples, rate) {
    this.loudest = Math.max(this.loudest, levelOf(samples));
    const note = noteIn(samples, rate);
    this.#run = note === this.#last ? this.#run + 1 : 1;
    this.#last = note;
    if (note !== null && this.#run === RUN) this.#heard.push(note);
  }

  /**
   * @param {number[]} tone
   * @returns {number} how much of it was heard in its order, 0 to 1
   */
  share(tone) {
    let row = Array(tone.length + 1).fill(0);
    for (const note of this.#heard) {
      const before = row;
      row = [0];
      for (const [at, wanted] of tone.entries())
        row.push(note === wanted ? before[at] + 1 : Math.max(before[at + 1], row[at]));
    }
    return tone.length > 0 ? row[tone.length] / tone.length : 0;
  }
}
