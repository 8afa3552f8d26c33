import { t } from '../core/texts.js';
import { deviceFault } from './device_words.js';
import { ask, isDialogOpen } from './dialogs.js';
import { find, findAs } from './dom.js';
import { Loudspeaker } from './loudspeaker.js';

/** @typedef {import('../core/types').DeviceChoice} DeviceChoice */
/** @typedef {import('../core/types').DeviceKind} DeviceKind */

/** @type {DeviceKind[]} */
const KINDS = ['microphone', 'camera', 'speaker'];

/** Lets a person choose which microphone, camera and loudspeaker are used, also while they talk. */
export class DeviceDialog {
  #devices;
  #speaker;
  #words = find('[data-device-words]');
  /** What is offered now. */
  /** @type {Record<DeviceKind, DeviceChoice[]>} */
  #choices = { microphone: [], camera: [], speaker: [] };

  /**
   * @param {import('../core/devices.js').Devices} devices
   * @param {Loudspeaker} speaker
   */
  constructor(devices, speaker) {
    this.#devices = devices;
    this.#speaker = speaker;
    for (const kind of KINDS)
      this.#select(kind).addEventListener('change', () => void this.#choose(kind));
    find('[data-speaker-choice]').hidden = !Loudspeaker.canChoose;
    devices.on('change', () => this.#refresh());
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#refresh());
  }

  async open() {
    if (isDialogOpen()) return;
    this.#words.textContent = '';
    await this.#fill();
    await ask('device-choice');
  }

  /** Three notes from the loudspeaker that is chosen. */
  async playTone() {
    this.#words.textContent = t('The notes are playing.');
    const played = await this.#speaker.playTone();
    this.#words.textContent = played
      ? t('Did you hear three notes? If not, choose another loudspeaker.')
      : t('The browser plays no sound.');
  }

  #refresh() {
    if (findAs(HTMLDialogElement, '#device-choice').open) void this.#fill();
  }

  async #fill() {
    this.#choices = await this.#devices.list();
    const { audio, video } = this.#devices;
    this.#offer('microphone', audio?.getSettings().deviceId);
    this.#offer('camera', video?.getSettings().deviceId);
    this.#offer('speaker', this.#speaker.id || this.#choices.speaker[0]?.id);
  }

  /**
   * @param {DeviceKind} kind
   * @param {string | undefined} used
   */
  #offer(kind, used) {
    const select = this.#select(kind);
    const options = this.#choices[kind].map(
      ({ id, label }, index) =>
        new Option(label || t('Device {number}', { number: index + 1 }), id, false, id === used),
    );
    const none = new Option(t('None'), '', true, options.length === 0);
    select.replaceChildren(...(used === undefined ? [none, ...options] : options));
    select.disabled = options.length === 0;
  }

  /** @param {DeviceKind} kind */
  async #choose(kind) {
    const { value } = this.#select(kind);
    const choice = this.#choices[kind].find(({ id }) => id === value);
    if (!choice) return;
    this.#words.textContent = await this.#take(kind, choice);
    await this.#fill();
  }

  /**
   * @param {DeviceKind} kind
   * @param {DeviceChoice} choice
   * @returns {Promise<string>} what became of it
   */
  async #take(kind, choice) {
    if (kind === 'speaker')
      return (await this.#speaker.choose(choice))
        ? t('It is used now.')
        : t('The loudspeaker does not work.');
    const { on, reason } = await this.#devices.choose(kind, choice);
    if (on) return t('It is used now.');
    if (reason === 'unwanted') return t('It is used from the next time on.');
    return deviceFault(kind, reason ?? 'failed');
  }

  /** @param {DeviceKind} kind */
  #select(kind) {
    return findAs(HTMLSelectElement, `[data-device="${kind}"]`);
  }
}
