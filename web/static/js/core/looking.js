import { watchPermissions } from './permissions.js';

/** How often a device is asked for that others hold, as nobody tells when they let go of it. */
const AGAIN_MS = 10_000;

/**
 * Looks for what may bring a missing device back, or take the leave to use one away.
 */
export class Looking {
  #listener;
  #ending = new AbortController();

  /**
   * @param {object} listener
   * @param {() => void} listener.regain what is missing may be there now
   * @param {(kind: import('./devices.js').Kind) => void} listener.withdraw it may not be used any more
   * @param {() => boolean} listener.isBusy whether another program holds one
   */
  constructor(listener) {
    this.#listener = listener;
  }

  begin() {
    this.end();
    if (!navigator.mediaDevices) return;
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const { regain, withdraw, isBusy } = this.#listener;
    navigator.mediaDevices.addEventListener('devicechange', regain, { signal });
    void watchPermissions(signal, (kind, isGranted) => (isGranted ? regain() : withdraw(kind)));
    const timer = setInterval(() => isBusy() && regain(), AGAIN_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  end() {
    this.#ending.abort();
  }
}
