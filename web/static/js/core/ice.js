/** Credentials that run out within this many milliseconds are not used for a new connection. */
const MARGIN = 60_000;

/** The servers that help links through firewalls, asked for when needed and kept while good. */
export class IceServers {
  /** @type {import('./types').Ice | null} */
  #known = null;
  /** @type {Promise<void> | null} */
  #asking = null;

  /** @param {import('./wire.js').Wire} wire */
  constructor(wire) {
    this.wire = wire;
  }

  /**
   * What to make or restart a connection with. The wire may be away: then old credentials are
   * better than none, and people on one network need none.
   *
   * @returns {Promise<RTCConfiguration>}
   */
  async configuration() {
    if (!this.#isFresh() && this.wire.isUp) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = null;
      });
      await this.#asking;
    }
    return {
      iceServers: this.#known?.servers ?? [],
      iceTransportPolicy: this.#known?.relay_only ? 'relay' : 'all',
    };
  }

  #isFresh() {
    if (!this.#known) return false;
    const { expires_at: expiresAt } = this.#known;
    return expiresAt === null || expiresAt - MARGIN > this.wire.serverNow();
  }

  async #ask() {
    try {
      this.#known = /** @type {import('./types').Ice} */ (await this.wire.request('ice.get'));
    } catch (error) {
      console.warn('No fresh ICE servers:', error);
    }
  }
}
