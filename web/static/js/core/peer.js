import { Candidates } from './candidates.js';
import { withSilence } from './codecs.js';
import { addDataLines, addLines, isOfShown, preferHardware, putOn, takeLines } from './lines.js';
import { fingerprintOf, toWire } from './sdp.js';

/** @typedef {import('./types').Description} Description */
/** @typedef {import('./lines.js').Tracks} Tracks */

/**
 * @typedef {object} PeerListener
 * @property {(number: number, description: Description) => void} described to send to the other
 * @property {(candidate: import('./types').Candidate) => void} found a way to reach us, to send
 * @property {(remote: import('./types').Remote) => void} received the other's tracks, silent until they send
 * @property {(state: RTCPeerConnectionState) => void} changed
 */

/**
 * One RTCPeerConnection with sound, picture, what is shown besides, photos and text each way.
 *
 * Only the owner of the link offers, so offers never collide; the other side takes whatever is newer
 * than what it has. Both directions are negotiated without tracks: putting one on later needs no
 * negotiation. What negotiates must not overlap; the caller queues it.
 */
export class Peer {
  #connection;
  #listener;
  /** Of the last offer made or taken. */
  #number;
  /** The certificate of the other side, which stands for its connection. */
  #fingerprint = '';
  #candidates;
  /** @type {Tracks} */
  #tracks = { audio: null, video: null, shown: null };
  /** Names sound and picture as belonging together, so that the other side keeps them in step. */
  #local = new MediaStream();

  /**
   * @param {RTCConfiguration} configuration
   * @param {PeerListener} listener
   * @param {{ owner: boolean, number?: number }} role and the number of the link's last offer
   */
  constructor(configuration, listener, { owner, number = -1 }) {
    this.#number = number;
    this.#listener = listener;
    const connection = new RTCPeerConnection(configuration);
    this.#connection = connection;
    this.#candidates = new Candidates(connection);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) listener.found(toWire(candidate));
    };
    connection.onconnectionstatechange = () => listener.changed(connection.connectionState);
    const [stream, shown] = [new MediaStream(), new MediaStream()];
    const remote = { stream, shown, ...addDataLines(connection) };
    connection.ontrack = ({ track, transceiver }) => {
      (isOfShown(connection, transceiver) ? shown : stream).addTrack(track);
      // Later tracks join the streams that are already known.
      if (stream.getTracks().length + shown.getTracks().length === 1) listener.received(remote);
    };
    if (owner) addLines(connection, this.#local);
  }

  get number() {
    return this.#number;
  }

  /** Whether an offer was made or taken. */
  get isUsed() {
    return this.#connection.signalingState !== 'stable' || this.#fingerprint !== '';
  }

  /** Whether the last offer made here has no answer yet. */
  get isUnanswered() {
    return this.#connection.signalingState === 'have-local-offer';
  }

  get state() {
    return this.#connection.connectionState;
  }

  /**
   * Owner: from the next offer on.
   *
   * @param {string[]} ours codecs that this machine handles in hardware
   * @param {string[]} theirs the other machine
   */
  prefer(ours, theirs) {
    preferHardware(this.#connection, ours, theirs);
  }

  /**
   * Owner: offers, from new addresses when it is a restart.
   *
   * @param {RTCConfiguration} [fresh] for a restart
   */
  async offer(fresh) {
    const connection = this.#connection;
    if (fresh) {
      connection.setConfiguration(fresh);
      connection.restartIce();
    }
    await connection.setLocalDescription();
    this.#number += 1;
    this.#describe();
  }

  /** Owner: makes the last offer once more, if it has no answer. */
  repeatOffer() {
    if (this.isUnanswered) this.#describe();
  }

  /**
   * Owner: takes the answer to the last offer; others came too late.
   *
   * @param {number} number
   * @param {Description} answer
   */
  async takeAnswer(number, answer) {
    if (number !== this.#number) return;
    if (this.#connection.signalingState !== 'have-local-offer') return;
    await this.#setRemote(answer);
  }

  /**
   * The other side: answers an offer that is newer than the last one. An offer that is repeated
   * is answered as before, for its answer may have been lost.
   *
   * @param {number} number
   * @param {Description} offer
   * @param {RTCConfiguration} fresh for a restart
   */
  async takeOffer(number, offer, fresh) {
    if (number < this.#number) return;
    if (number > this.#number) {
      this.#connection.setConfiguration(fresh);
      await this.#setRemote(offer);
      takeLines(this.#connection, this.#local);
      await putOn(this.#connection, this.#tracks);
      await this.#connection.setLocalDescription();
      this.#number = number;
    }
    this.#describe();
  }

  /**
   * @param {Description} description
   * @returns {boolean} whether it comes from the connection this one talks to
   */
  isFor(description) {
    return this.#fingerprint === '' || fingerprintOf(description) === this.#fingerprint;
  }

  /** @param {import('./types').Candidate} candidate */
  addCandidate(candidate) {
    return this.#candidates.add(candidate);
  }

  /**
   * Sends these tracks from now on; null sends nothing of that kind. May be called at any time, and
   * has begun when it returns: this is what people wait for after "accept".
   *
   * @param {Tracks} tracks
   */
  carry(tracks) {
    this.#tracks = tracks;
    return putOn(this.#connection, tracks);
  }

  /** @returns {Promise<RTCStatsReport>} what was counted since it began */
  report() {
    return this.#connection.getStats();
  }

  close() {
    const connection = this.#connection;
    connection.onicecandidate = connection.onconnectionstatechange = connection.ontrack = null;
    connection.close();
  }

  /** @param {Description} description */
  async #setRemote(description) {
    const { type, sdp } = description;
    await this.#connection.setRemoteDescription({ type, sdp: withSilence(sdp) });
    this.#fingerprint = fingerprintOf(description);
    await this.#candidates.described();
  }

  #describe() {
    const { type, sdp } = /** @type {Description} */ (this.#connection.localDescription);
    this.#listener.described(this.#number, { type, sdp });
  }
}
