import { t } from '../core/texts.js';
import { deviceFault } from '../ui/device_words.js';
import { find, findAs, write } from '../ui/dom.js';
import { showOwn } from '../ui/own_stream.js';

/** The consultant's own camera: open while they take visitors, closed on a break. */
export class OwnBox {
  #devices;
  #video = findAs(HTMLVideoElement, '[data-own-picture]');
  #words = find('[data-own-words]');
  #isOpen = false;
  /** What does not work, and why. */
  #fault = '';

  /** @param {import('../core/devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
    devices.on('change', () => this.#render());
    devices.on('lost', ({ kind }) => {
      this.#fault = deviceFault(kind, 'missing');
      this.#render();
    });
    this.#render();
  }

  /** @param {boolean} needed */
  async need(needed) {
    if (needed === this.#isOpen) return;
    this.#isOpen = needed;
    this.#fault = '';
    if (!needed) {
      this.#devices.close();
      this.#render();
      return;
    }
    const { microphone, camera } = await this.#devices.open({ microphone: true, camera: true });
    // The browser asked for leave, and a break began meanwhile.
    if (!this.#isOpen) this.#devices.close();
    else if (!microphone.on) this.#fault = deviceFault('microphone', microphone.reason ?? 'failed');
    else if (!camera.on) this.#fault = deviceFault('camera', camera.reason ?? 'failed');
    this.#render();
  }

  #render() {
    const { stream, video, audio, switched } = this.#devices;
    showOwn(this.#video, video ? stream : null);
    if (audio && video) this.#fault = '';
    const words = this.#wordsFor(video !== null && switched.camera);
    this.#words.hidden = words === '';
    write(find('span', this.#words), words);
  }

  /** @param {boolean} isSeen */
  #wordsFor(isSeen) {
    if (!this.#isOpen) return t('Camera and microphone are off until you are available.');
    if (this.#fault) return this.#fault;
    return isSeen ? '' : t('Your camera is off');
  }
}
