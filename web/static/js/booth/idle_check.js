import { QUALITY, capture } from '../core/capture.js';
import { checkUp } from '../core/checkup.js';
import { IceServers } from '../core/ice.js';
import { isAloud, nextCheck, restAfter } from './check_schedule.js';

/** The microphone as it is, and not what a browser makes of it, which takes the tone for an echo. */
const AS_IT_IS = {
  ...QUALITY,
  microphone: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
};
const TOUCHES = ['pointerdown', 'keydown', 'pagehide'];

/** Lets a booth that nobody is at check itself; whoever touches the screen ends that at once. */
export class IdleCheck {
  #wire;
  #schedule;
  #onRunning;
  #ice;
  /** @type {import('../core/types').BoothHealth | null} */
  #health = null;
  /** @type {AbortController | null} */
  #running = null;
  #isKnown = false;
  /** Not before, by the page's own clock: somebody may be there, or the last try failed. */
  #notBefore = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('../core/wire.js').Wire} wire
   * @param {import('./check_schedule.js').Schedule} schedule
   * @param {(isRunning: boolean) => void} onRunning
   */
  constructor(wire, schedule, onRunning) {
    this.#wire = wire;
    this.#onRunning = onRunning;
    this.#schedule = schedule;
    this.#ice = new IceServers(wire);
    for (const touch of TOUCHES) addEventListener(touch, () => this.#stop());
    wire.on('booth.state', ({ health }) => {
      this.#health = health;
      this.#isKnown = true;
      this.#plan();
    });
    // Without a server there is nobody to call, nor to tell.
    wire.on('down', () => this.#stop());
    wire.on('up', () => this.#plan());
  }

  #stop() {
    this.#running?.abort();
    this.#rest();
  }

  #rest() {
    this.#notBefore = performance.now() + restAfter(this.#schedule);
    this.#plan();
  }

  #plan() {
    clearTimeout(this.#timer);
    if (!this.#isKnown || !this.#wire.isUp || this.#running) return;
    const left = nextCheck(this.#health, this.#schedule, this.#wire.serverNow(), Math.random());
    if (left === null) return;
    const rest = this.#notBefore - performance.now();
    this.#timer = setTimeout(() => void this.#check(), Math.max(left, rest));
  }

  async #check() {
    const running = new AbortController();
    this.#running = running;
    this.#onRunning(true);
    const wanted = await mayBeUsed();
    const { tracks, ...devices } = await capture(wanted, {}, AS_IT_IS);
    const release = () => tracks.forEach((track) => track.stop());
    running.signal.addEventListener('abort', release);
    try {
      if (running.signal.aborted) return release();
      const withSound = isAloud(this.#health, this.#schedule, this.#wire.serverNow());
      const facts = await checkUp(
        { stream: new MediaStream(tracks), devices, withSound },
        {
          surface: 'booth',
          configuration: await this.#ice.configuration(),
          signal: running.signal,
        },
      );
      release();
      if (facts) await this.#wire.request('booth.checked', { facts });
    } catch (error) {
      // Somebody came, or the server went: the next check will tell.
      console.warn('The check was not finished:', error);
    } finally {
      release();
      this.#running = null;
      this.#onRunning(false);
      // What it found comes with the next state; without one it is tried again.
      this.#rest();
    }
  }
}

/**
 * Which devices to open: none that the browser would first ask somebody about.
 *
 * @returns {Promise<{ microphone: boolean, camera: boolean }>}
 */
async function mayBeUsed() {
  /** @param {string} name */
  const may = async (name) => {
    try {
      const asked = { name: /** @type {PermissionName} */ (name) };
      return (await navigator.permissions.query(asked)).state !== 'prompt';
    } catch {
      return false; // a browser that does not tell
    }
  };
  return { microphone: await may('microphone'), camera: await may('camera') };
}
