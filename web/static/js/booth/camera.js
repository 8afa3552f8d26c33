/** Screens on which the camera runs. */
const CAPTURED = new Set(['ready', 'waiting', 'conversation']);

/** Opens the devices when a visitor comes to the ready check, and closes them after the talk. */
export class Camera {
  #devices;
  #ready;
  #isOpen = false;

  /**
   * @param {import('../core/devices.js').Devices} devices
   * @param {import('./ready_screen.js').ReadyScreen} ready
   */
  constructor(devices, ready) {
    this.#devices = devices;
    this.#ready = ready;
  }

  /** @param {string} screen that is now shown */
  follow(screen) {
    const wasOpen = this.#isOpen;
    this.#isOpen = CAPTURED.has(screen);
    if (screen !== 'ready') this.#ready.leave();
    if (!this.#isOpen) this.#devices.close();
    else if (screen === 'ready') void this.#open(this.#ready.enter());
    else if (!wasOpen) void this.#open(this.#devices.open({ microphone: true, camera: true }));
  }

  /** @param {Promise<unknown>} opening */
  async #open(opening) {
    await opening;
    // The browser asked for leave, and the visitor went away meanwhile.
    if (!this.#isOpen) this.#devices.close();
  }
}
