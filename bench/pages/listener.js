/**
 * What one person sees and hears of the other, second by second: how much of the other's tone arrives,
 * how the picture is, and what the browser believes that it could send.
 *
 * Put into every page before its own scripts, the minimal ones and Okno's alike.
 */

(() => {
  /** Milliseconds between two looks at the sound. */
  const LOOK = 25;
  /** The tone is there when it is so much of what is heard. */
  const PRESENT = 0.02;

  /** @type {WeakRef<RTCPeerConnection>[]} not held: what a page keeps is measured too */
  const connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.push(new WeakRef(this));
    }
  };

  /**
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} frequency of the samples' rate
   * @returns {number} amplitude of that tone (Goertzel)
   */
  function amplitude(samples, frequency) {
    const turn = 2 * Math.cos(2 * Math.PI * frequency);
    let [last, before] = [0, 0];
    for (const sample of samples) [last, before] = [sample + turn * last - before, last];
    const power = last * last + before * before - turn * last * before;
    return (2 * Math.sqrt(Math.max(power, 0))) / samples.length;
  }

  /** The state of what is received and sent, summed up since the beginning. */
  async function counters() {
    const seen = { samples: 0, concealed: 0, frames: 0, freeze: 0, width: 0, height: 0, room: 0, sent: 0 };
    for (const connection of connections.map((each) => each.deref())) {
      if (!connection || connection.connectionState === 'closed') continue;
      for (const stats of (await connection.getStats()).values()) {
        if (stats.type === 'inbound-rtp' && stats.kind === 'audio') {
          seen.samples += stats.totalSamplesReceived ?? 0;
          seen.concealed += stats.concealedSamples ?? 0;
        } else if (stats.type === 'inbound-rtp' && stats.framesDecoded) {
          seen.frames += stats.framesDecoded;
          seen.freeze += stats.totalFreezesDuration ?? 0;
          seen.width = stats.frameWidth;
          seen.height = stats.frameHeight;
        } else if (stats.type === 'candidate-pair' && stats.nominated) {
          seen.room = (stats.availableOutgoingBitrate ?? 0) / 1000;
          seen.sent += stats.bytesSent;
        }
      }
    }
    return seen;
  }

  /**
   * @param {number} frequency of the other's tone, hertz
   * @param {number} seconds
   */
  async function listen(frequency, seconds) {
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('[data-other-picture]'));
    const audio = new AudioContext();
    const analyser = new AnalyserNode(audio, { fftSize: 1024 });
    const stream = /** @type {MediaStream} */ (video.srcObject);
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const rows = [];
    for (let second = 0; second < seconds; second += 1) {
      const before = await counters();
      const end = performance.now() + 1000;
      let [heard, looks, quiet, gap] = [0, 0, 0, 0];
      while (performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, LOOK));
        analyser.getFloatTimeDomainData(samples);
        const isHeard = amplitude(samples, frequency / audio.sampleRate) > PRESENT;
        heard += Number(isHeard);
        looks += 1;
        quiet = isHeard ? 0 : quiet + LOOK;
        gap = Math.max(gap, quiet);
      }
      const after = await counters();
      rows.push({
        heard: heard / looks,
        gap,
        concealed: (after.concealed - before.concealed) / Math.max(1, after.samples - before.samples),
        fps: after.frames - before.frames,
        freeze: after.freeze - before.freeze,
        height: after.frames > before.frames ? after.height : 0,
        room: after.room,
        kbps: ((after.sent - before.sent) * 8) / 1000,
      });
    }
    await audio.close();
    return rows;
  }

  Object.assign(globalThis, { listener: { listen } });
})();
