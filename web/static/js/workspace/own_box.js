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
  /** What does not work, and why: each goes when its device is there. */
  #faults = { microphone: '', camera: '' };

  /** @param {import('../core/devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
    devices.on('change', () => this.#render());
    devices.on('lost', ({ kind }) => {
      this.#faults[kind] = deviceFault(kind, 'missing');
      this.#render();
    });
    this.#render();
  }

  /** @param {boolean} needed */
  async need(needed) {
    if (needed === this.#isOpen) return;
    this.#isOpen = needed;
    this.#faults = { microphone: '', camera: '' };
    if (!needed) {
      this.#devices.close();
      this.#render();
      return;
    }
    const { microphone, camera } = await this.#devices.open({ microphone: true, camera: true });
    // The browser asked for leave, and a break began meanwhile.
    if (!this.#isOpen) this.#devices.close();
    else {
      this.#faults.microphone = faultOf('microphone', microphone);
      this.#faults.camera = faultOf('camera', camera);
    }
    this.#render();
  }

  #render() {
    const { stream, video, audio, switched } = this.#devices;
    showOwn(this.#video, video ? stream : null);
    if (audio) this.#faults.microphone = '';
    if (video) this.#faults.camera = '';
    const words = this.#wordsFor(video !== null && switched.camera);
    this.#words.hidden = words === '';
    write(find('span', this.#words), words);
  }

  /** @param {boolean} isSeen */
  #wordsFor(isSeen) {
    if (!this.#isOpen) return t('Camera and microphone are off until you are available.');
    if (this.#devices.isOpening) return t('The camera is starting');
    const fault = this.#faults.microphone || this.#faults.camera;
    if (fault) return fault;
    return isSeen ? '' : t('Your camera is off');
  }
}

/**
 * @param {import('../core/devices.js').Kind} kind
 * @param {import('../core/types').DeviceResult} result
 */
function faultOf(kind, { on, reason }) {
  return on ? '' : deviceFault(kind, reason ?? 'failed');
}
