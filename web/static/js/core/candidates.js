const MOST_EARLY = 64;

/** The ways to the other side that it has told of. What comes before its description waits for that. */
export class Candidates {
  #connection;
  /** @type {RTCIceCandidateInit[]} */
  #early = [];

  /** @param {RTCPeerConnection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {import('./types').Candidate} candidate */
  async add(candidate) {
    if (this.#connection.remoteDescription) await this.#use(candidate);
    else if (this.#early.length < MOST_EARLY) this.#early.push(candidate);
  }

  /** The description is here. */
  async described() {
    for (const candidate of this.#early.splice(0)) await this.#use(candidate);
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #use(candidate) {
    try {
      await this.#connection.addIceCandidate(candidate);
    } catch (error) {
      // It belongs to an offer that a newer one has replaced, or has a form this browser cannot use.
      console.debug('Candidate not used:', error);
    }
  }
}
