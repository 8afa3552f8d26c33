/**
 * When sound and picture of the others were last seen to flow: put into every page by tests that
 * take the network away, before the page's own scripts.
 *
 * Looks at the counters of the browser ten times a second and keeps what they said.
 */

(() => {
  const EVERY = 100;
  const KEPT = 3000;
  /** @type {RTCPeerConnection[]} */
  const connections = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.push(this);
    }
  };

  /** Shown and heard since this page was loaded, by the time. */
  const looks = [{ at: Date.now(), frames: 0, samples: 0 }];

  /** Counters of things that are replaced begin anew; this one does not. */
  class Total {
    value = 0;
    #last = 0;

    /** @param {number} counted */
    take(counted) {
      this.value += counted >= this.#last ? counted - this.#last : counted;
      this.#last = counted;
    }
  }

  const frames = new Total();
  const samples = new Total();

  async function look() {
    const video = document.querySelector('[data-other-picture]');
    if (video instanceof HTMLVideoElement)
      frames.take(video.getVideoPlaybackQuality().totalVideoFrames);
    const open = connections.filter(({ connectionState }) => connectionState !== 'closed');
    for (const each of open.slice(-1)) {
      for (const { type, kind, totalSamplesReceived, concealedSamples } of await counted(each)) {
        if (type === 'inbound-rtp' && kind === 'audio')
          samples.take((totalSamplesReceived ?? 0) - (concealedSamples ?? 0));
      }
    }
    looks.push({ at: Date.now(), frames: frames.value, samples: samples.value });
    if (looks.length > KEPT) looks.shift();
    setTimeout(() => void look(), EVERY);
  }
  /** @param {RTCPeerConnection} connection which may be closed meanwhile */
  async function counted(connection) {
    try {
      return [...(await connection.getStats()).values()];
    } catch (error) {
      console.debug('Not counted:', error);
      return [];
    }
  }
  void look();

  /**
   * Milliseconds from that moment until so much more had been shown and so much real sound been
   * played; null: not yet.
   *
   * @param {[number, number, number]} what milliseconds since 1970, pictures, seconds of sound
   */
  function after([moment, more, seconds]) {
    const earlier = looks.filter(({ at }) => at <= moment);
    const before = earlier.at(-1) ?? { frames: 0, samples: 0 };
    const back = looks.find(
      ({ at, frames: shown, samples: played }) =>
        at > moment &&
        shown >= before.frames + more &&
        played >= before.samples + seconds * 48_000,
    );
    return back ? back.at - moment : null;
  }

  /** How what is received now reaches this page: through what, and how that is reached. */
  async function routes() {
    const found = [];
    for (const each of connections.filter(({ connectionState }) => connectionState === 'connected')) {
      const stats = await each.getStats();
      for (const { type, selectedCandidatePairId } of stats.values()) {
        if (type !== 'transport') continue;
        const pair = stats.get(selectedCandidatePairId);
        const local = stats.get(pair?.localCandidateId);
        found.push({ local: local?.candidateType, protocol: local?.relayProtocol });
      }
    }
    return found;
  }

  /** When the credentials that the newest connection uses run out, seconds since 1970. */
  function expires() {
    const [server] = connections.at(-1)?.getConfiguration().iceServers ?? [];
    return Number(server?.username?.split(':')[0]);
  }

  Object.assign(globalThis, { returns: { after, routes, expires } });
})();
