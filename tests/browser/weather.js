/**
 * Lets a test spoil a network as its page sees it: the counters of the browser, which are all that the
 * page knows of a network, say that hardly anything gets through. What follows from that is real.
 *
 * Put into the pages of a context by `add_init_script`. A network that is really bad is in
 * `tests/network`; this is for what is shown of one.
 */

(() => {
  const weather = {
    /** Bits a second that the browser believes get through; null: as they are. */
    room: null,
    /** Seconds that every way takes longer. */
    delay: 0,
    /** Share of packets lost, either way. */
    loss: 0,
  };
  const { prototype } = RTCPeerConnection;
  const count = prototype.getStats;

  prototype.getStats = async function (/** @type {any} */ selector) {
    const report = await count.call(this, selector);
    const bent = [...report].map(([id, stats]) => [id, bend(stats)]);
    return /** @type {any} */ (new Map(/** @type {any} */ (bent)));
  };
  Object.assign(globalThis, { weather });

  /** @param {any} stats */
  function bend(stats) {
    const { room, delay, loss } = weather;
    switch (stats.type) {
      case 'candidate-pair':
        return {
          ...stats,
          availableOutgoingBitrate: room ?? stats.availableOutgoingBitrate,
          currentRoundTripTime: stats.currentRoundTripTime + delay,
          totalRoundTripTime: stats.totalRoundTripTime + delay * stats.responsesReceived,
        };
      case 'remote-inbound-rtp':
        return {
          ...stats,
          roundTripTime: (stats.roundTripTime ?? 0) + delay,
          fractionLost: Math.max(stats.fractionLost ?? 0, loss),
        };
      case 'inbound-rtp':
        return {
          ...stats,
          packetsLost: stats.packetsLost + (stats.packetsReceived * loss) / (1 - loss),
        };
      default:
        return stats;
    }
  }
})();
