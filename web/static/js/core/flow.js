/**
 * How much has arrived from the other side.
 *
 * @typedef {object} Arrivals
 * @property {number} packets of sound and picture
 * @property {number} answers to the question whether it can be reached
 */

/** @param {RTCStatsReport} report @returns {Arrivals} */
export function arrivalsOf(report) {
  const sum = (/** @type {string} */ wanted, /** @type {string} */ counter) =>
    [...report.values()]
      .filter(({ type }) => type === wanted)
      .reduce((all, stats) => all + (stats[counter] ?? 0), 0);
  return {
    packets: sum('inbound-rtp', 'packetsReceived'),
    answers: sum('candidate-pair', 'responsesReceived'),
  };
}
