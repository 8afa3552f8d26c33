import { t } from '../core/texts.js';
import { setSwitch } from '../ui/dom.js';
import { toast } from '../ui/toast.js';

/** @typedef {import('../core/types').DeviceChoice} DeviceChoice */

/**
 * The booth's handset: visitors talk in private by it until they choose the loudspeaker. The next visitor
 * begins with the handset again.
 */
export class Handset {
  #devices;
  #speaker;
  #name;
  #isPrivate = true;
  /** Whether it is connected; null until that is known. */
  #isThere = /** @type {boolean | null} */ (null);
  /** What was used for the last time, so that a choice made meanwhile stays. */
  #microphone = '';

  /**
   * @param {object} parts
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../ui/loudspeaker.js').Loudspeaker} parts.speaker
   * @param {string} parts.name part of what the browser calls it
   */
  constructor({ devices, speaker, name }) {
    this.#devices = devices;
    this.#speaker = speaker;
    this.#name = name.toLowerCase();
    devices.on('change', () => void this.#follow());
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#follow());
    this.#render();
  }

  /** Between the handset and the loudspeaker. */
  async toggle() {
    if (!this.#isThere) return;
    this.#isPrivate = !this.#isPrivate;
    this.#microphone = '';
    await this.#follow();
    toast(
      this.#isPrivate
        ? t('You hear and speak through the handset.')
        : t('You hear through the loudspeaker: people near you hear it too.'),
    );
  }

  async #follow() {
    const { isOpen, isOpening, audio } = this.#devices;
    if (!isOpen || isOpening) return;
    const { microphone, speaker } = await this.#devices.list();
    const ear = speaker.find((choice) => this.#isOfHandset(choice));
    this.#tell(ear !== undefined);
    await this.#speaker.pin(this.#isPrivate && ear ? ear.id : null);
    const before = this.#microphone;
    this.#microphone = this.#wanted(microphone);
    if (!audio || !this.#microphone || this.#microphone === before) return;
    if (audio.getSettings().deviceId !== this.#microphone)
      await this.#devices.use('microphone', this.#microphone);
  }

  /**
   * @param {DeviceChoice[]} microphones
   * @returns {string} the id of the one to speak into; empty: there is none
   */
  #wanted(microphones) {
    if (this.#isPrivate) return microphones.find((choice) => this.#isOfHandset(choice))?.id ?? '';
    const others = microphones.filter((choice) => !this.#isOfHandset(choice));
    return this.#devices.chosen.find('microphone', others) ?? others[0]?.id ?? '';
  }

  /** @param {DeviceChoice} choice */
  #isOfHandset({ label }) {
    return label.toLowerCase().includes(this.#name);
  }

  /** @param {boolean} isThere */
  #tell(isThere) {
    if (isThere === this.#isThere) return;
    this.#isThere = isThere;
    if (!isThere)
      toast(t('The handset is not connected: people near you hear the loudspeaker.'));
    this.#render();
  }

  #render() {
    setSwitch('handset', this.#isPrivate && this.#isThere === true, this.#isThere === true);
  }
}
