import { QUALITY, capture } from '../core/capture.js';
import { checkUp } from '../core/checkup.js';
import { IceServers } from '../core/ice.js';
import { t, tn } from '../core/texts.js';
import { find, write } from './dom.js';
import { verdictWords } from './verdict_words.js';

/** @typedef {import('../core/types').Part} Part */

/** @type {Part[]} */
const PARTS = ['camera', 'microphone', 'speaker', 'network', 'turn'];

/** Tests devices and connection for the person at this page, without a sound, and says how they are. */
export class ConnectionTest {
  #wire;
  #devices;
  #surface;
  #ice;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {object} parts
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {string} parts.surface
   */
  constructor({ wire, devices, surface }) {
    this.#wire = wire;
    this.#devices = devices;
    this.#surface = surface;
    this.#ice = new IceServers(wire);
  }

  /** @param {HTMLElement} pressed the button, in the frame where the words are to stand */
  async run(pressed) {
    if (this.#running) return;
    const running = (this.#running = new AbortController());
    const frame = /** @type {HTMLElement} */ (pressed.closest('[data-connection-test]'));
    const said = find('[data-check-words]', frame);
    const list = find('[data-check-list]', frame);
    list.replaceChildren();
    write(said, t('Checking. This takes a few seconds.'));
    const own = await this.#borrow();
    try {
      const facts = await checkUp(
        { ...own, withSound: false },
        {
          surface: this.#surface,
          configuration: await this.#ice.configuration(),
          signal: running.signal,
          onPlace: (place) => write(said, placeWords(place)),
        },
      );
      const { parts } = /** @type {import('../core/types').Verdict} */ (
        await this.#wire.request('connection.checked', { facts })
      );
      const tested = PARTS.filter((part) => parts[part].why !== 'not_tested');
      list.replaceChildren(...tested.map((part) => item(part, parts[part])));
      write(said, summary(tested.map((part) => parts[part].grade)));
      list.scrollIntoView({ block: 'nearest' });
    } catch {
      write(said, t('The check could not be finished. Try again in a moment.'));
    } finally {
      own.release();
      this.#running = null;
    }
  }

  /** What is open already, else opened for the test alone. */
  async #borrow() {
    const { stream, audio, video } = this.#devices;
    if (audio || video) {
      /** @param {MediaStreamTrack | null} track @returns {import('../core/types').DeviceResult} */
      const result = (track) => ({ on: track !== null, reason: track ? null : 'missing' });
      return {
        stream: new MediaStream(stream.getTracks()),
        devices: { microphone: result(audio), camera: result(video) },
        release: () => {},
      };
    }
    const { tracks, ...devices } = await capture({ microphone: true, camera: true }, {}, QUALITY);
    return {
      stream: new MediaStream(tracks),
      devices,
      release: () => tracks.forEach((track) => track.stop()),
    };
  }
}

/**
 * @param {Part} part
 * @param {{ grade: import('../core/types').Grade, why?: string }} judgement
 */
function item(part, judgement) {
  const row = document.createElement('li');
  row.dataset.part = part;
  row.dataset.grade = judgement.grade;
  row.textContent = verdictWords(part, judgement);
  return row;
}

/** @param {number} place */
function placeWords(place) {
  const before = tn('{n} other check is before yours.', '{n} other checks are before yours.', place);
  return `${t('The check begins in a moment.')} ${before}`;
}

/** @param {import('../core/types').Grade[]} grades */
function summary(grades) {
  if (grades.includes('failed')) return t('Something does not work:');
  if (grades.includes('poor')) return t('It works, though not well:');
  return grades.includes('good') ? t('Everything that was checked works:') : t('Nothing could be found out:');
}
