import { factsOf } from './stats.js';
import { pause, within } from './waiting.js';

/** @typedef {'connected' | 'no_path' | 'no_probe' | 'busy'} Outcome */
/** @typedef {{ place: number, sdp: string, picture: number, tone: number[] }} Answer */

const GATHER = 2_000;
const CONNECT = 6_000;
/** Waiting for a place at the probe: how often to ask, and how long at most. */
const ASK_EVERY = 2_000;
const LONGEST_WAIT = 60_000;
const PATIENCE = 4_000;
/** The probe looks at the camera, it need not admire it. */
const ENCODING = { maxFramerate: 8, maxBitrate: 150_000, scaleResolutionDownBy: 4 };

/** One call to the probe, from its offer to its end. */
export class ProbeCall {
  #connection;
  #channel;
  #url;
  #name = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  #signal;
  #onPlace;
  /** @type {Map<string, (said: any) => void>} */
  #waiting = new Map();
  /** What the probe said it shows and plays. */
  picture = 0;
  /** @type {number[]} */
  tone = [];
  /** @type {MediaStreamTrack[]} */
  tracks = [];
  /** @type {(bytes: number) => void} */
  onBytes = () => {};

  /**
   * @param {object} options
   * @param {string} options.surface
   * @param {RTCConfiguration} options.configuration
   * @param {AbortSignal} options.signal ends it at once
   * @param {MediaStream | null} options.stream what to send; null: the call is for its channel alone
   * @param {(place: number) => void} [options.onPlace] told the place while it waits
   */
  constructor({ surface, configuration, signal, stream, onPlace = () => {} }) {
    this.#url = `/probe/calls?surface=${surface}`;
    this.#signal = signal;
    this.#onPlace = onPlace;
    const connection = new RTCPeerConnection(configuration);
    this.#connection = connection;
    this.#channel = connection.createDataChannel('probe');
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    connection.ontrack = ({ track }) => this.tracks.push(track);
    if (stream) {
      connection.addTransceiver(stream.getAudioTracks()[0] ?? 'audio', { direction: 'sendrecv' });
      connection.addTransceiver(stream.getVideoTracks()[0] ?? 'video', {
        direction: 'sendrecv',
        sendEncodings: [ENCODING],
      });
    }
    signal.addEventListener('abort', () => void this.close());
  }

  /** @returns {Promise<Outcome>} */
  async connect() {
    const connection = this.#connection;
    await connection.setLocalDescription();
    await within(GATHER, 'icegatheringstatechange', connection, () => this.#isGathered);
    // Far relays take their time.
    const hasAny = () => this.hasWays || this.#isGathered;
    await within(CONNECT, 'icecandidate', connection, hasAny);
    if (!this.hasWays) return 'no_path';
    const answer = await this.#ask();
    if (typeof answer === 'string') return answer;
    this.picture = answer.picture;
    this.tone = answer.tone;
    await connection.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    await within(CONNECT, 'open', this.#channel, () => this.#channel.readyState === 'open');
    if (this.#channel.readyState === 'open') return 'connected';
    return (await this.#isThere()) ? 'no_path' : 'no_probe';
  }

  /** Whether there is any address at which this page could be reached. */
  get hasWays() {
    return /^a=candidate:/m.test(this.#connection.localDescription?.sdp ?? '');
  }

  get #isGathered() {
    return this.#connection.iceGatheringState === 'complete';
  }

  /** @returns {Promise<Answer | Outcome>} once there is a place */
  async #ask() {
    const sdp = this.#connection.localDescription?.sdp ?? '';
    const body = JSON.stringify({ call: this.#name, sdp });
    const last = performance.now() + LONGEST_WAIT;
    while (performance.now() < last && !this.#signal.aborted) {
      const said = await this.#fetch('POST', this.#url, body);
      if (!said?.ok) return [429, 503].includes(said?.status ?? 0) ? refusal(said) : 'no_probe';
      const answer = /** @type {Answer} */ (await said.json());
      if (answer.sdp) return answer;
      this.#onPlace(answer.place);
      await pause(ASK_EVERY);
    }
    return 'busy';
  }

  /** Whether the probe still answers: if not, nobody can say anything about the network. */
  async #isThere() {
    return (await this.#end())?.ok ?? false;
  }

  #end() {
    return this.#fetch('DELETE', this.#url.replace('?', `/${this.#name}?`));
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {string} [body]
   */
  async #fetch(method, url, body) {
    try {
      return await fetch(url, { method, body, keepalive: method === 'DELETE' });
    } catch {
      return null; // the node is away
    }
  }

  /** @param {object} request */
  tell(request) {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(request));
  }

  /** @param {ArrayBuffer} bytes */
  send(bytes) {
    if (this.#channel.readyState === 'open') this.#channel.send(bytes);
    return this.#channel.bufferedAmount;
  }

  get unsent() {
    return this.#channel.bufferedAmount;
  }

  /**
   * @param {object} request
   * @param {string} did how the answer calls itself
   * @returns {Promise<any>} null when none came in time
   */
  async ask(request, did) {
    /** @type {Promise<any>} */
    const answered = new Promise((resolve) => this.#waiting.set(did, resolve));
    this.tell(request);
    return Promise.race([answered, pause(PATIENCE).then(() => null)]);
  }

  async stats() {
    return factsOf(/** @type {any} */ (await this.#connection.getStats()));
  }

  /** Lets go of it; the probe is told, in case the network swallows the goodbye. */
  async close() {
    if (this.#connection.connectionState === 'closed') return;
    this.#connection.close();
    await this.#end();
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    if (typeof data !== 'string') return this.onBytes(data.byteLength);
    const said = JSON.parse(data);
    this.#waiting.get(said.did)?.(said);
    this.#waiting.delete(said.did);
  }
}

/** @param {Response | null} said */
function refusal(said) {
  return /** @type {Outcome} */ (said?.headers.get('Retry-After') === '10' ? 'no_probe' : 'busy');
}
