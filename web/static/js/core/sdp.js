/**
 * What the other page needs of a candidate.
 *
 * @param {RTCIceCandidate} candidate
 * @returns {import('./types').Candidate}
 */
export function toWire({ candidate, sdpMid, sdpMLineIndex, usernameFragment }) {
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

/**
 * The certificate of the side that wrote it.
 *
 * @param {import('./types').Description} description
 */
export function fingerprintOf({ sdp }) {
  return /^a=fingerprint:(.+)$/m.exec(sdp)?.[1].trim() ?? '';
}
