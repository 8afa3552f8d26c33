/** What counts as silence, decibels below full scale. */
const FLOOR = -60;

/** Measures how loud a track is, as a person hears it. */
export class Level {
  #context = new AudioContext();
  #analyser = this.#context.createAnalyser();
  #samples = new Float32Array(this.#analyser.fftSize);

  /** @param {MediaStreamTrack} track of sound */
  constructor(track) {
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
  }

  /** @returns {number} 0 (silence) to 1 (as loud as it gets) */
  read() {
    // A context made before the person touched the page sleeps until it is asked again.
    if (this.#context.state === 'suspended') void this.#context.resume();
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const energy = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    const decibels = 10 * Math.log10(energy / this.#samples.length + Number.EPSILON);
    return Math.min(Math.max(1 - decibels / FLOOR, 0), 1);
  }

  /**
   * @returns {boolean} whether there is less than the smallest step of 16-bit sound: not even the
   *   noise of a microphone in a quiet room. False while that is not known
   */
  isSilent() {
    if (this.#context.state !== 'running') return false;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.every((sample) => Math.abs(sample) < 1 / 32_768);
  }

  close() {
    void this.#context.close();
  }
}
