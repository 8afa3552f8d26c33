/**
 * @param {RTCStatsReport} report
 * @returns {number} packets of sound and picture that have arrived
 */
export function packetsArrived(report) {
  const streams = [...report.values()].filter(({ type }) => type === 'inbound-rtp');
  return streams.reduce((sum, { packetsReceived }) => sum + (packetsReceived ?? 0), 0);
}

/**
 * Sends pictures that can be shown without those before them. After a gap the other side could show
 * nothing for seconds, until it asks for one.
 *
 * @param {RTCPeerConnection} connection
 */
export async function sendWholePictures(connection) {
  const senders = connection.getSenders().filter(({ track }) => track?.kind === 'video');
  await Promise.all(senders.map(sendWhole));
}

/** @param {RTCRtpSender} sender */
async function sendWhole(sender) {
  const parameters = sender.getParameters();
  const encodingOptions = parameters.encodings.map(() => ({ keyFrame: true }));
  // Browsers that do not know the options leave it at that, and the other side has to ask.
  const set = /** @type {(all: RTCRtpSendParameters, options: object) => Promise<void>} */ (
    sender.setParameters.bind(sender)
  );
  try {
    await set(parameters, { encodingOptions });
  } catch (error) {
    console.debug('No whole picture:', error);
  }
}
