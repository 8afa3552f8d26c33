/**
 * What a test asks of a page: whom it shows, whom it plays, and what it has sent.
 *
 * Put into every page before its own scripts, so that it sees each peer connection being made.
 */

(() => {
  const COLUMNS = 4;
  const ROWS = 2;
  /** Black, white, red, blue: the colours of tests/browser/media.py in RGB. */
  const COLOURS = [
    [0, 0, 0],
    [255, 255, 255],
    [255, 0, 0],
    [0, 0, 255],
  ];

  /** @type {WeakRef<RTCPeerConnection>[]} not held: what a page keeps is measured too */
  const connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.push(new WeakRef(this));
    }
  };

  function open() {
    return connections
      .map((each) => each.deref())
      .filter((each) => each !== undefined)
      .filter(({ connectionState }) => connectionState !== 'closed');
  }

  const canvas = new OffscreenCanvas(COLUMNS * 8, ROWS * 8);
  const context = canvas.getContext('2d', { willReadFrequently: true });

  /**
   * The number a video shows, or null while it shows nothing.
   *
   * @param {string} selector
   */
  function code(selector) {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector(selector));
    if (!video || !context || video.videoWidth === 0) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    let number = 0;
    for (let index = 0; index < COLUMNS * ROWS; index += 1) {
      const x = (index % COLUMNS) * 8 + 4;
      const y = Math.floor(index / COLUMNS) * 8 + 4;
      const [red, green, blue] = context.getImageData(x, y, 1, 1).data;
      const distances = COLOURS.map(
        ([r, g, b]) => (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2,
      );
      number |= distances.indexOf(Math.min(...distances)) << (2 * index);
    }
    return number;
  }

  /**
   * The strongest frequency, in hertz, that a video's sound has within a second; null: silence.
   *
   * @param {string} selector
   */
  async function frequency(selector) {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector(selector));
    const stream = /** @type {MediaStream | null} */ (video?.srcObject ?? null);
    if (!stream || stream.getAudioTracks().length === 0) return null;
    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: 8192, smoothingTimeConstant: 0 });
    audio.createMediaStreamSource(stream).connect(analyser);
    const levels = new Float32Array(analyser.frequencyBinCount);
    const strongest = { level: -60, bin: -1 };
    for (let sample = 0; sample < 10; sample += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      analyser.getFloatFrequencyData(levels);
      levels.forEach((level, bin) => {
        if (level > strongest.level) Object.assign(strongest, { level, bin });
      });
    }
    const { sampleRate } = audio;
    await audio.close();
    return strongest.bin < 0 ? null : (strongest.bin * sampleRate) / analyser.fftSize;
  }

  /** How many pictures a video has shown. @param {string} selector */
  function frames(selector) {
    const video = /** @type {HTMLVideoElement | null} */ (document.querySelector(selector));
    return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  }

  /** What arrives of the other's picture: how many by when (ms), and how many lines each has. */
  async function picture() {
    const seen = { at: 0, frames: 0, lines: 0 };
    for (const connection of open()) {
      for (const stats of (await connection.getStats()).values()) {
        if (stats.type !== 'inbound-rtp' || !stats.framesDecoded) continue;
        Object.assign(seen, { at: stats.timestamp, frames: stats.framesDecoded, lines: stats.frameHeight });
      }
    }
    return seen;
  }

  /** What open connections have sent and received of sound, pictures, and photos and text. */
  async function traffic() {
    const now = open();
    const total = {
      made: connections.length,
      connected: now.filter(({ connectionState }) => connectionState === 'connected').length,
      bytesSent: 0,
      framesSent: 0,
      dataBytesSent: 0,
      bytesReceived: 0,
      samplesPlayed: 0,
      samplesMadeUp: 0,
    };
    for (const connection of now) {
      for (const stats of (await connection.getStats()).values()) {
        if (stats.type === 'outbound-rtp') {
          total.bytesSent += stats.bytesSent;
          total.framesSent += stats.framesSent ?? 0;
        } else if (stats.type === 'data-channel') total.dataBytesSent += stats.bytesSent;
        else if (stats.type === 'inbound-rtp') {
          total.bytesReceived += stats.bytesReceived;
          total.samplesPlayed += stats.totalSamplesReceived ?? 0;
          total.samplesMadeUp += stats.concealedSamples ?? 0;
        }
      }
    }
    return total;
  }

  /**
   * Ends the connection that a video shows, behind the back of the page's own scripts.
   *
   * @param {HTMLVideoElement} video
   */
  function cut(video) {
    const tracks = /** @type {MediaStream} */ (video.srcObject).getTracks();
    open()
      .find((each) => each.getReceivers().some(({ track }) => tracks.includes(track)))
      ?.close();
  }

  /** @type {Map<RTCRtpSender, MediaStreamTrack | null>} */
  const spoken = new Map();

  /**
   * Sends digital silence in place of the microphone, behind the back of the page's own scripts.
   *
   * @param {boolean} isOn
   */
  async function hush(isOn) {
    if (isOn) {
      const [silence] = new AudioContext()
        .createMediaStreamDestination()
        .stream.getAudioTracks();
      for (const connection of open()) {
        for (const sender of connection.getSenders().filter(({ track }) => track?.kind === 'audio')) {
          spoken.set(sender, sender.track);
          await sender.replaceTrack(silence);
        }
      }
    } else {
      for (const [sender, track] of spoken) await sender.replaceTrack(track);
      spoken.clear();
    }
  }

  Object.assign(globalThis, { probe: { hush, code, frequency, frames, picture, traffic, cut } });
})();
