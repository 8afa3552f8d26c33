import { t } from '../core/texts.js';
import { find, findAs, write } from '../ui/dom.js';
import { duration } from './durations.js';

/** Seconds that two sides may be apart before one is put right. */
const APART = 0.15;
/** Milliseconds. */
const LOOK_EVERY = 250;
/** Keys that lead back. */
const BACK = new Set(['Home', 'PageDown', 'ArrowLeft', 'ArrowDown']);

/** Both sides of a recording, which play in step under one control. */
export class Films {
  #films = [...document.querySelectorAll('[data-film]')].map(
    (video) => new Film(/** @type {HTMLVideoElement} */ (video)),
  );
  #place = findAs(HTMLInputElement, '[data-film-place]');
  #button = findAs(HTMLButtonElement, '[data-action="play"]');
  #isPlaying = false;
  /** Where all of them are, in seconds. */
  #at;
  #looked = performance.now();

  constructor() {
    this.#at = Number(this.#place.min);
    this.#place.addEventListener('input', () => this.#goTo(Number(this.#place.value)));
    this.#place.addEventListener('keydown', ({ key }) => {
      // In the first second the slider stands at its least value already and no key changes it.
      if (BACK.has(key) && this.#place.value === this.#place.min) this.#goTo(Number(this.#place.min));
    });
    for (const film of this.#films) film.onFault(() => (find('[data-film-fault]').hidden = false));
    setInterval(() => this.#look(), LOOK_EVERY);
    this.#goTo(this.#at);
    this.#button.disabled = this.#place.disabled = false;
  }

  toggle() {
    if (!this.#isPlaying && this.#at >= this.#end) this.#goTo(Number(this.#place.min));
    this.#isPlaying = !this.#isPlaying;
    this.#look();
  }

  get #end() {
    return Number(this.#place.max);
  }

  /** @param {number} seconds */
  #goTo(seconds) {
    this.#at = seconds;
    for (const film of this.#films) film.goTo(seconds);
    this.#render();
  }

  /** The clock goes on only while nobody waits for data, so that both sides stay together. */
  #look() {
    const now = performance.now();
    const passed = (now - this.#looked) / 1000;
    this.#looked = now;
    const leader = this.#films.find((film) => film.isRunningAt(this.#at));
    if (this.#isPlaying && this.#films.every((film) => film.isReadyAt(this.#at)))
      this.#at = leader ? leader.at : this.#at + passed;
    if (this.#at >= this.#end) {
      this.#isPlaying = false;
      this.#at = this.#end;
    }
    const isGoing = this.#isPlaying && this.#films.every((film) => film.isReadyAt(this.#at));
    for (const film of this.#films) film.follow(this.#at, isGoing);
    this.#render();
  }

  #render() {
    const place = Math.floor(this.#at);
    if (document.activeElement !== this.#place || this.#isPlaying) this.#place.value = String(place);
    const begin = Number(this.#place.min);
    const [at, whole] = [duration(this.#at - begin), duration(this.#end - begin)];
    this.#place.ariaValueText = t('{at} of {whole}', { at, whole });
    write(find('[data-film-time]'), `${at} / ${whole}`);
    write(find('[data-play-words]'), this.#isPlaying ? t('Pause') : t('Play'));
    this.#button.ariaPressed = String(this.#isPlaying);
  }
}

/** One side: there is something of it between its first and its last second. */
class Film {
  #video;
  #begin;
  #end;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    this.#begin = Number(video.dataset.begin) / 1000;
    this.#end = Number(video.dataset.end) / 1000;
  }

  get at() {
    return this.#video.currentTime;
  }

  /** @param {() => void} tell called when it cannot be played any further */
  onFault(tell) {
    this.#video.addEventListener('error', tell);
  }

  /** @param {number} seconds */
  isReadyAt(seconds) {
    const { error, readyState, seeking } = this.#video;
    if (error || !this.#holds(seconds)) return true;
    return readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !seeking;
  }

  /** @param {number} seconds */
  isRunningAt(seconds) {
    return this.#holds(seconds) && !this.#video.paused && !this.#video.seeking;
  }

  /** @param {number} seconds */
  goTo(seconds) {
    this.#video.currentTime = Math.min(Math.max(seconds, this.#begin), this.#end);
  }

  /**
   * @param {number} seconds where it ought to be
   * @param {boolean} isGoing
   */
  follow(seconds, isGoing) {
    const video = this.#video;
    const isOn = isGoing && this.#holds(seconds);
    if (isOn && Math.abs(video.currentTime - seconds) > APART) video.currentTime = seconds;
    if (isOn && video.paused) void video.play();
    else if (!isOn && !video.paused) video.pause();
  }

  /** @param {number} seconds */
  #holds(seconds) {
    return seconds >= this.#begin && seconds < this.#end;
  }
}
