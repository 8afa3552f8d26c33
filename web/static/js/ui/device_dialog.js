import { t } from '../core/texts.js';
import { deviceFault } from './device_words.js';
import { ask, isDialogOpen } from './dialogs.js';
import { find, findAs } from './dom.js';

/** @typedef {import('../core/devices.js').Kind} Kind */

/** Lets a person choose which microphone and which camera are used. */
export class DeviceDialog {
  #devices;
  #words = find('[data-device-words]');

  /** @param {import('../core/devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
    for (const kind of /** @type {Kind[]} */ (['microphone', 'camera'])) {
      const select = this.#select(kind);
      select.addEventListener('change', () => void this.#choose(kind, select.value));
    }
  }

  async open() {
    if (isDialogOpen()) return;
    this.#words.textContent = '';
    await this.#fill();
    await ask('device-choice');
  }

  async #fill() {
    const { microphones, cameras } = await this.#devices.list();
    this.#offer('microphone', microphones, this.#devices.audio);
    this.#offer('camera', cameras, this.#devices.video);
  }

  /**
   * @param {Kind} kind
   * @param {import('../core/types').DeviceChoice[]} choices
   * @param {MediaStreamTrack | null} track in use
   */
  #offer(kind, choices, track) {
    const select = this.#select(kind);
    const used = track?.getSettings().deviceId;
    const options = choices.map(
      ({ id, label }, index) =>
        new Option(label || t('Device {number}', { number: index + 1 }), id, false, id === used),
    );
    const none = new Option(t('None'), '', true, options.length === 0);
    select.replaceChildren(...(track ? options : [none, ...options]));
    select.disabled = options.length === 0;
  }

  /**
   * @param {Kind} kind
   * @param {string} id
   */
  async #choose(kind, id) {
    if (id === '') return;
    const { on, reason } = await this.#devices.choose(kind, id);
    if (on) this.#words.textContent = t('It is used now.');
    else if (reason === 'unwanted') this.#words.textContent = t('It is used from the next time on.');
    else this.#words.textContent = deviceFault(kind, reason ?? 'failed');
    await this.#fill();
  }

  /** @param {Kind} kind */
  #select(kind) {
    return findAs(HTMLSelectElement, `[data-device="${kind}"]`);
  }
}
