import { t } from '../core/texts.js';
import { deviceWords } from '../ui/device_words.js';
import { find, findAs, write } from '../ui/dom.js';
import { showOwn } from '../ui/own_stream.js';

/** The consultant's own camera: open while they take visitors, closed on a break. */
export class OwnBox {
  #devices;
  #video = findAs(HTMLVideoElement, '[data-own-picture]');
  #words = find('[data-own-words]');
  #isOpen = false;
  #faults;

  /**
   * @param {import('../core/devices.js').Devices} devices
   * @param {import('../core/faults.js').Faults} faults
   */
  constructor(devices, faults) {
    this.#devices = devices;
    this.#faults = faults;
    devices.on('change', () => this.#render());
    faults.on('change', () => this.#render());
    this.#render();
  }

  /** @param {boolean} needed */
  async need(needed) {
    if (needed === this.#isOpen) return;
    this.#isOpen = needed;
    if (!needed) {
      this.#devices.close();
      this.#render();
      return;
    }
    await this.#devices.open({ microphone: true, camera: true });
    // The browser asked for leave, and a break began meanwhile.
    if (!this.#isOpen) this.#devices.close();
    this.#render();
  }

  #render() {
    const { stream, video, switched } = this.#devices;
    showOwn(this.#video, video ? stream : null);
    const words = this.#wordsFor(video !== null && switched.camera);
    this.#words.hidden = words === '';
    write(find('span', this.#words), words);
  }

  /** @param {boolean} isSeen */
  #wordsFor(isSeen) {
    if (!this.#isOpen) return t('Camera and microphone are off until you are available.');
    if (this.#devices.isOpening) return t('The camera is starting');
    const fault = this.#faults.of('camera');
    if (fault) return deviceWords(fault).what;
    return isSeen ? '' : t('Your camera is off');
  }
}
