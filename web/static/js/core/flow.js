import { change } from './parameters.js';

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
  await Promise.all(
    senders.map((sender) => {
      const encodingOptions = sender.getParameters().encodings.map(() => ({ keyFrame: true }));
      return change(sender, () => undefined, { encodingOptions });
    }),
  );
}
