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
    const isNeeded = CAPTURED.has(screen);
    // The ready check opens the devices by itself and tells how it went.
    if (screen === 'ready') void this.#ready.enter();
    else {
      this.#ready.leave();
      if (isNeeded && !this.#isOpen) void this.#devices.open({ microphone: true, camera: true });
      if (!isNeeded) this.#devices.close();
    }
    this.#isOpen = isNeeded;
  }
}
