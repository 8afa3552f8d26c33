import { nameOf } from './codecs.js';

/** A picture as cameras are asked for it, and as links carry it while nothing is held back. */
const PICTURE = { width: 1280, height: 720, framerate: 30, bitrate: 2_500_000 };

/**
 * What this machine does in hardware. Its browser is asked once; until it has answered, and where it
 * does not tell, nothing is known, so that no link waits for it.
 */
export class Hardware {
  /** Codecs of pictures that it both makes and shows in hardware, such as `H264`. @type {string[]} */
  codecs = [];

  constructor() {
    void this.#ask();
  }

  async #ask() {
    const known = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
    // Of the profiles of a codec the first is the one that is sent.
    const names = [...new Set(known.map(nameOf))];
    const firsts = names.map((name) => known.find((codec) => nameOf(codec) === name));
    const isOurs = await Promise.all(firsts.map((codec) => codec && isInHardware(codec)));
    this.codecs = names.filter((_, index) => isOurs[index]);
  }
}

/** @param {RTCRtpCodec} codec */
async function isInHardware({ mimeType, sdpFmtpLine }) {
  const contentType = [mimeType, sdpFmtpLine].filter(Boolean).join(';');
  /** @type {{ type: 'webrtc', video: VideoConfiguration }} */
  const question = { type: 'webrtc', video: { contentType, ...PICTURE } };
  try {
    const { mediaCapabilities } = navigator;
    const answers = [mediaCapabilities.decodingInfo(question), mediaCapabilities.encodingInfo(question)];
    return (await Promise.all(answers)).every(({ powerEfficient }) => powerEfficient);
  } catch (error) {
    // Repairs and the like are listed as codecs, and not every browser takes the question.
    console.debug('Not told of hardware:', error);
    return false;
  }
}
