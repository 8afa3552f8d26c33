import { Ear } from './tone.js';

/** @typedef {{ pictures: number, changed: number, brightness: number, rate: number | null }} Seen */

const LOOK_EVERY = 100;
const LISTEN_EVERY = 20;
/** Samples of one look at the sound: some 43 ms. */
const PIECE = 2048;
const [WIDTH, HEIGHT] = [64, 48];
/** The probe's picture: squares in a row, and pixels of one. */
const GRID = 4;
const SQUARE = 10;

/**
 * A picture nobody sees, to look at its points.
 *
 * @param {MediaStreamTrack} track
 */
function showTo(track) {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  void video.play().catch(() => {});
  return video;
}

/**
 * @param {number} width
 * @param {number} height
 */
function canvas(width, height) {
  const options = { willReadFrequently: true };
  const context = new OffscreenCanvas(width, height).getContext('2d', options);
  if (!context) throw new Error('This browser cannot look at pictures.');
  return context;
}

/** Looks at a camera's own pictures: whether they change from one to the next, as noise alone makes them. */
export class CameraWatch {
  /** @type {Seen} */
  seen = { pictures: 0, changed: 0, brightness: 0, rate: null };
  #video;
  #context = canvas(WIDTH, HEIGHT);
  /** @type {Uint8ClampedArray | null} */
  #last = null;
  #timer;
  #begun = 0;
  #shown = 0;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    // Points as they are: a smoothed picture would have no noise.
    this.#context.imageSmoothingEnabled = false;
    this.#video = showTo(track);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
    this.#count();
  }

  close() {
    clearInterval(this.#timer);
    this.#video.srcObject = null;
  }

  #count() {
    this.#video.requestVideoFrameCallback?.((now, { presentedFrames }) => {
      this.#begun ||= now;
      this.#shown ||= presentedFrames;
      const seconds = (now - this.#begun) / 1000;
      if (seconds > 0.5) this.seen.rate = (presentedFrames - this.#shown) / seconds;
      this.#count();
    });
  }

  #look() {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#context.drawImage(this.#video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#context.getImageData(0, 0, WIDTH, HEIGHT);
    const { seen } = this;
    seen.pictures += 1;
    seen.brightness = Math.max(seen.brightness, brightness(data));
    if (this.#last?.some((value, at) => value !== data[at])) seen.changed += 1;
    this.#last = data;
  }
}

/** @param {Uint8ClampedArray} data */
function brightness(data) {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4)
    sum += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
  return (4 * sum) / data.length;
}

/** Reads the code in the probe's picture. */
export class PictureReader {
  #video;
  #context = canvas(GRID * SQUARE, GRID * SQUARE);

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.#video = showTo(track);
  }

  /** @returns {number | null} the code that is shown now */
  read() {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    const side = GRID * SQUARE;
    this.#context.drawImage(this.#video, 0, 0, side, side);
    const { data } = this.#context.getImageData(0, 0, side, side);
    let code = 0;
    for (let bit = 0; bit < GRID * GRID; bit += 1) {
      const [row, column] = [Math.floor(bit / GRID), bit % GRID];
      // The middle of the square's outer half: the blinking mark covers inner corners.
      const x = column * SQUARE + (column < GRID / 2 ? 3 : 6);
      const y = row * SQUARE + (row < GRID / 2 ? 3 : 6);
      if (data[4 * (y * side + x) + 1] > 128) code += 2 ** bit;
    }
    return code;
  }

  close() {
    this.#video.srcObject = null;
  }
}

/** Listens to a microphone. */
export class MicrophoneWatch {
  ear = new Ear();
  #context = new AudioContext();
  #analyser = new AnalyserNode(this.#context, { fftSize: PIECE });
  #samples = new Float32Array(PIECE);
  #timer;

  /** @param {MediaStreamTrack} track */
  constructor(track) {
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
    // Browsers may hold sound back before the page was touched; a page that captures mostly may.
    void this.#context.resume();
    this.#timer = setInterval(() => this.#listen(), LISTEN_EVERY);
  }

  /** Whether the browser lets us listen. */
  get isOn() {
    return this.#context.state === 'running';
  }

  close() {
    clearInterval(this.#timer);
    void this.#context.close();
  }

  #listen() {
    if (!this.isOn) return;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    this.ear.hear(this.#samples, this.#context.sampleRate);
  }
}
