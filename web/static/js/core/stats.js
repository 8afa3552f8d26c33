/**
 * What a browser counts of one peer connection, taken out of its `getStats` report: plain numbers
 * under one name in every browser. What a browser does not count is undefined.
 */

/** @typedef {'audio' | 'video'} Kind */

/**
 * What has arrived of sound or picture since the connection began.
 *
 * @typedef {object} Inbound
 * @property {string} id changes with the sender
 * @property {string} codec
 * @property {boolean} fec
 * @property {number} packets
 * @property {number} lost packets; may fall when they come late
 * @property {number} bytes
 * @property {number | undefined} jitter seconds
 * @property {number | undefined} energy sum of loudness squared times seconds, 1 being the loudest
 * @property {number | undefined} heard seconds of sound
 * @property {number | undefined} samples of sound
 * @property {number | undefined} concealed samples that were made up, silence apart
 * @property {number | undefined} frames shown
 * @property {number | undefined} width pixels
 * @property {number | undefined} height pixels
 * @property {number | undefined} frozen seconds in which the picture stood still
 * @property {number | undefined} playing what is played now, by the sender's clock, ms
 */

/**
 * What was sent of sound or picture since the connection began, and what the receiver said of it.
 *
 * @typedef {object} Outbound
 * @property {string} id
 * @property {string} codec
 * @property {boolean} fec
 * @property {number} packets
 * @property {number} bytes
 * @property {number | undefined} again those of them that were sent once more
 * @property {number | undefined} energy as above, of the microphone
 * @property {number | undefined} heard
 * @property {number | undefined} frames
 * @property {number | undefined} width
 * @property {number | undefined} height
 * @property {{ at: number, loss: number | undefined, jitter: number | undefined,
 *   rtt: number | undefined } | null} remote the last receiver report: its time (ms), the share
 *   lost since the one before, and seconds
 */

/**
 * The way the packets take.
 *
 * @typedef {object} Path
 * @property {string} local type of our end: `host`, `srflx`, `prflx` or `relay`
 * @property {string} remote type of the other end
 * @property {string} protocol `udp`, `tcp` or `tls`, to the relay when there is one
 * @property {string} ufrag of our end; another one after an ICE restart. Empty: not told (Firefox)
 * @property {number} signs of the other side: bytes and answers since the connection began
 * @property {number} asked how many round trips were measured
 * @property {number} waited seconds they took together
 * @property {number | undefined} rtt seconds, the last of them
 * @property {number | undefined} room bits a second that the browser believes get through
 */

/**
 * @typedef {object} Facts
 * @property {number} at ms, the browser's clock
 * @property {Record<Kind, Inbound | null>} received
 * @property {Record<Kind, Outbound | null>} sent
 * @property {Path | null} path
 */

/**
 * @param {ReadonlyMap<string, any>} report from `getStats`
 * @returns {Facts}
 */
export function factsOf(report) {
  const all = [...report.values()];
  return {
    at: Math.max(0, ...all.map(({ timestamp }) => timestamp)),
    received: { audio: inbound(report, 'audio'), video: inbound(report, 'video') },
    sent: { audio: outbound(report, 'audio'), video: outbound(report, 'video') },
    path: path(report, all),
  };
}

/**
 * The person's own sound and picture: further ones, such as a document, are negotiated later.
 *
 * @param {ReadonlyMap<string, any>} report
 * @param {string} type
 * @param {Kind} kind
 */
function first(report, type, kind) {
  /** @param {{ mid?: string }} stats */
  const place = ({ mid }) => Number(mid ?? 0);
  return [...report.values()]
    .filter((stats) => stats.type === type && stats.kind === kind)
    .reduce((best, stats) => (best && place(best) <= place(stats) ? best : stats), null);
}

/** @param {ReadonlyMap<string, any>} report @param {string | undefined} id */
function codecOf(report, id) {
  const { mimeType = '', sdpFmtpLine = '' } = report.get(id ?? '') ?? {};
  return { codec: mimeType.split('/')[1] ?? '', fec: /\buseinbandfec=1\b/.test(sdpFmtpLine) };
}

/** @param {ReadonlyMap<string, any>} report @param {Kind} kind @returns {Inbound | null} */
function inbound(report, kind) {
  const stats = first(report, 'inbound-rtp', kind);
  if (!stats) return null;
  const { concealedSamples: concealed, silentConcealedSamples: silent = 0 } = stats;
  return {
    id: stats.id,
    ...codecOf(report, stats.codecId),
    packets: stats.packetsReceived ?? 0,
    lost: stats.packetsLost ?? 0,
    bytes: stats.bytesReceived ?? 0,
    jitter: stats.jitter,
    energy: stats.totalAudioEnergy,
    heard: stats.totalSamplesDuration,
    samples: stats.totalSamplesReceived,
    concealed: concealed === undefined ? undefined : concealed - silent,
    frames: stats.framesDecoded,
    width: stats.frameWidth,
    height: stats.frameHeight,
    frozen: stats.totalFreezesDuration,
    playing: stats.estimatedPlayoutTimestamp,
  };
}

/** @param {ReadonlyMap<string, any>} report @param {Kind} kind @returns {Outbound | null} */
function outbound(report, kind) {
  const stats = first(report, 'outbound-rtp', kind);
  if (!stats) return null;
  const source = report.get(stats.mediaSourceId ?? '') ?? {};
  const remote = report.get(stats.remoteId ?? '');
  return {
    id: stats.id,
    ...codecOf(report, stats.codecId),
    packets: stats.packetsSent ?? 0,
    bytes: stats.bytesSent ?? 0,
    again: stats.retransmittedBytesSent,
    energy: source.totalAudioEnergy,
    heard: source.totalSamplesDuration,
    frames: stats.framesSent ?? stats.framesEncoded,
    width: stats.frameWidth,
    height: stats.frameHeight,
    remote: remote
      ? {
          at: remote.timestamp,
          loss: remote.fractionLost,
          jitter: remote.jitter,
          rtt: remote.roundTripTime,
        }
      : null,
  };
}

/** @param {ReadonlyMap<string, any>} report @param {any[]} all @returns {Path | null} */
function path(report, all) {
  const transport = all.find(({ type }) => type === 'transport');
  // Firefox marks the pair itself and names none.
  const pair =
    report.get(transport?.selectedCandidatePairId ?? '') ??
    all.find(({ type, nominated, state }) => {
      return type === 'candidate-pair' && nominated && state === 'succeeded';
    });
  const local = report.get(pair?.localCandidateId ?? '');
  const remote = report.get(pair?.remoteCandidateId ?? '');
  if (!local || !remote) return null;
  const { bytesReceived = 0, responsesReceived = 0, requestsReceived = 0 } = pair;
  return {
    local: local.candidateType,
    remote: remote.candidateType,
    protocol: local.relayProtocol || local.protocol,
    ufrag: local.usernameFragment ?? transport?.iceLocalUsernameFragment ?? '',
    signs: bytesReceived + responsesReceived + requestsReceived,
    asked: responsesReceived,
    waited: pair.totalRoundTripTime ?? 0,
    rtt: pair.currentRoundTripTime,
    room: pair.availableOutgoingBitrate,
  };
}
