import { t } from '../core/texts.js';
import { tone } from '../core/sound.js';
import { find, write } from '../ui/dom.js';
import { LevelMeter } from '../ui/level_meter.js';

/** Above this a voice or a knock is heard, and not only the room. */
const HEARD = 0.35;

/** The visitor sees and hears whether they can be seen and heard. */
export class ReadyScreen {
  #devices;
  #faults;
  #levelWords = find('[data-level-words]');
  #toneWords = find('[data-tone-words]');
  #meter;

  /**
   * @param {import('../core/devices.js').Devices} devices
   * @param {import('../core/faults.js').Faults} faults
   */
  constructor(devices, faults) {
    this.#devices = devices;
    this.#faults = faults;
    this.#meter = new LevelMeter({
      bar: find('[data-level]'),
      level: () => devices.level(),
      heard: (level) => level > HEARD && write(this.#levelWords, t('We hear you.')),
    });
    faults.on('change', () => this.#explain(faults.of('microphone') !== null));
  }

  async enter() {
    this.#explain(false);
    write(this.#toneWords, t('You should hear three notes.'));
    this.#meter.start();
    await this.#devices.open({ microphone: true, camera: true });
  }

  /**
   * @param {import('../core/types').BoothConsultation | null} waiting of a visitor who is in a line
   * @param {import('../core/types').Mode} mode in which somebody without a place wants to talk
   */
  prepare(waiting, mode) {
    const section = find('section[data-screen="ready"]');
    const has = waiting !== null;
    const signs = (waiting?.mode ?? mode) === 'sign';
    this.#faults.needsSound = !signs;
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

  /** @param {boolean} isUnheard */
  #explain(isUnheard) {
    write(
      this.#levelWords,
      isUnheard ? t('We cannot hear you.') : t('The bar moves when we hear you.'),
    );
  }
}
