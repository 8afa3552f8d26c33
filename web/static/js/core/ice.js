/** Of their time, credentials that are used for a new connection have at least so much left. */
const FRESH = 2 / 3;
/** Milliseconds; a timer takes no more. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * The servers that help links through firewalls, asked for when needed and kept while good.
 *
 * Links are restarted with fresh credentials when a third of the time of the last ones is over. The
 * other side's may have been a third older, so neither ever uses any that run out.
 */
export class IceServers {
  /** @type {import('./types').Ice | null} */
  #known = null;
  /** How long the known ones were good for when they came, milliseconds. */
  #validity = Infinity;
  /** Whether they were told to be replaced, whatever the clock of the server is thought to be now. */
  #isAged = false;
  /** @type {Promise<void> | null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('./wire.js').Wire} wire
   * @param {() => void} [aged] the known ones should be replaced, also where they are in use
   */
  constructor(wire, aged = () => {}) {
    this.wire = wire;
    this.aged = aged;
  }

  /** Whether those that are known were good once and should be replaced. */
  get isAged() {
    return this.#known !== null && !this.#isFresh();
  }

  close() {
    clearTimeout(this.#timer);
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
    if (!this.#known || this.#isAged) return false;
    const { expires_at: expiresAt } = this.#known;
    return expiresAt === null || expiresAt - this.wire.serverNow() > FRESH * this.#validity;
  }

  async #ask() {
    try {
      this.#known = /** @type {import('./types').Ice} */ (await this.wire.request('ice.get'));
    } catch (error) {
      console.warn('No fresh ICE servers:', error);
      return;
    }
    const { expires_at: expiresAt } = this.#known;
    clearTimeout(this.#timer);
    this.#isAged = false;
    if (expiresAt === null) return;
    this.#validity = expiresAt - this.wire.serverNow();
    const aging = Math.min((1 - FRESH) * this.#validity, LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      this.#isAged = true;
      this.aged();
    }, aging);
  }
}
