import { choices } from './capture.js';

const STORED = 'okno.document-camera';
/** Few pictures a second, and each of them sharp. */
const SHARP = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 10, max: 15 },
};

/** The camera of this booth that looks at documents: any but the one that sees the face. */
export class DocumentCamera {
  #devices;

  /** @param {import('./devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
  }

  /** @returns {Promise<string[]>} ids, the one used last first; empty when there is but one camera */
  async ids() {
    const face = this.#devices.video?.getSettings().deviceId;
    const { camera: cameras } = await choices();
    const known = localStorage.getItem(STORED);
    const ids = cameras.map(({ id }) => id).filter((id) => face !== undefined && id !== face);
    return known !== null && ids.includes(known) ? [known, ...ids.filter((id) => id !== known)] : ids;
  }

  /**
   * @param {string} id one of `ids`, which is taken first from now on
   * @returns {Promise<MediaStreamTrack>} rejected as getUserMedia is
   */
  async open(id) {
    const video = { ...SHARP, deviceId: { exact: id } };
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    localStorage.setItem(STORED, id);
    return stream.getVideoTracks()[0];
  }
}
