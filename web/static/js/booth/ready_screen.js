import { t } from '../core/texts.js';
import { tone } from '../core/sound.js';
import { deviceFault } from '../ui/device_words.js';
import { copyOf, find, write } from '../ui/dom.js';
import { LevelMeter } from '../ui/level_meter.js';

/** Above this a voice or a knock is heard, and not only the room. */
const HEARD = 0.35;

/** @typedef {Awaited<ReturnType<import('../core/devices.js').Devices['open']>>} Opened */

/** The visitor sees and hears whether they can be seen and heard. */
export class ReadyScreen {
  #devices;
  #notice = find('[data-device-notice]');
  #levelWords = find('[data-level-words]');
  #toneWords = find('[data-tone-words]');
  #meter;
  #isShown = false;
  /** The visitor speaks sign language: sound does not matter. */
  #signs = false;

  /** @param {import('../core/devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
    this.#meter = new LevelMeter({
      bar: find('[data-level]'),
      level: () => devices.level(),
      heard: (level) => level > HEARD && write(this.#levelWords, t('We hear you.')),
    });
  }

  async enter() {
    this.#isShown = true;
    write(this.#levelWords, t('The bar moves when we hear you.'));
    write(this.#toneWords, t('You should hear three notes.'));
    this.#notice.replaceChildren();
    this.#explain(await this.#devices.open({ microphone: true, camera: true }));
    if (this.#isShown && this.#devices.audio) this.#meter.start();
  }

  /** The button that was pressed goes away, so the focus goes to where it is all read anew. */
  retry() {
    find('#ready-title').focus();
    return this.enter();
  }

  /**
   * @param {import('../core/types').BoothConsultation | null} waiting of a visitor who is in a line
   * @param {import('../core/types').Mode} mode in which somebody without a place wants to talk
   */
  prepare(waiting, mode) {
    const section = find('section[data-screen="ready"]');
    const has = waiting !== null;
    const signs = (waiting?.mode ?? mode) === 'sign';
    this.#signs = signs;
    write(find('#ready-title'), signs ? t('Can you be seen?') : t('Can you be seen and heard?'));
    for (const [part, hidden] of /** @type {[string, boolean][]} */ ([
      ['[data-has-place]', !has],
      ['[data-signs]', !signs],
      ['[data-sound-checks]', signs],
      ['[data-action="checked"]', !has],
      ['[data-action="take-ticket"]', has],
      ['[data-action="back"]', has],
    ]))
      find(part, section).hidden = hidden;
  }

  leave() {
    this.#isShown = false;
    this.#meter.stop();
  }

  async playTone() {
    write(this.#toneWords, t('The notes are playing.'));
    const played = await tone();
    write(
      this.#toneWords,
      played
        ? t('Did you hear three notes? If not, ask the staff to turn the sound up.')
        : t('The browser plays no sound. Ask the staff of the centre for help.'),
    );
  }

  /** @param {Opened} opened */
  #explain({ microphone, camera }) {
    const faults = [];
    const hasSound = microphone.on || this.#signs;
    if (!hasSound) faults.push(deviceFault('microphone', microphone.reason ?? 'failed'));
    if (!camera.on) faults.push(deviceFault('camera', camera.reason ?? 'failed'));
    if (!microphone.on) write(this.#levelWords, t('We cannot hear you.'));
    if (faults.length === 0) return;
    const notice = copyOf('device-notice');
    const [title, advice] = this.#signs
      ? [t('You cannot be seen'), t('Signing needs the picture: ask the staff of the centre.')]
      : [heading(microphone.on, camera.on), wayOn(microphone.on, camera.on)];
    find('strong', notice).textContent = title;
    find('[data-text]', notice).textContent = [...faults, advice].join(' ');
    this.#notice.replaceChildren(notice);
  }
}

/**
 * @param {boolean} hasSound
 * @param {boolean} hasPicture
 */
function heading(hasSound, hasPicture) {
  if (hasSound) return t('You can be heard, but not seen');
  return hasPicture ? t('You can be seen, but not heard') : t('You can be neither seen nor heard');
}

/**
 * @param {boolean} hasSound
 * @param {boolean} hasPicture
 */
function wayOn(hasSound, hasPicture) {
  if (hasSound) return t('You can go on without a picture: the specialist will hear you.');
  if (hasPicture) return t('You can go on: the specialist will see you and speak to you.');
  return t('You can go on: you will see and hear the specialist.');
}
