/** @typedef {import('./types').Condition} Condition */

/** Milliseconds. */
const DISCONNECTED_PATIENCE = 2000;
const FIRST_PATIENCE = 6000;
const ATTEMPT_PATIENCE = 5000;
const GIVE_UP_AFTER = 20_000;
/** The browser itself notices a dead path sooner, so one that is still said to stand is not dead. */
const BELIEVED_AFTER = 8000;

/**
 * @typedef {object} Remedies
 * @property {() => boolean} restart finds new ways between the same two connections; false: that
 *   cannot be done now
 * @property {() => boolean} renew begins with new connections; false: that cannot be done now
 * @property {() => boolean} giveUp nothing helped for so long that people should not wait for it;
 *   false: that cannot be said now
 * @property {(condition: Condition) => void} report
 */

/**
 * Decides what is done when a connection does not come about or breaks: a restart, then new
 * connections, then giving up. It looks at the connection alone; a lost socket is none of its business.
 */
export class Recovery {
  /** @type {Condition} */
  #condition = 'connecting';
  #isConnected = false;
  /** @type {RTCPeerConnectionState} */
  #state = 'new';
  #attempts = 0;
  /** When it broke last, by `performance.now()`. */
  #brokeAt = 0;
  #carrying = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #nextAttempt;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #deadline;

  /** @param {Remedies} remedies */
  constructor(remedies) {
    this.remedies = remedies;
  }

  get isStanding() {
    return this.#isConnected;
  }

  /** Whether it once stood, or should stand by now, and does not. */
  get isBroken() {
    return this.#condition === 'interrupted' || this.#condition === 'failed' || this.#attempts > 0;
  }

  /** The two sides have begun to negotiate. */
  begin() {
    if (!this.#isConnected && this.#nextAttempt === undefined) this.#tryAfter(FIRST_PATIENCE);
  }

  /** @param {RTCPeerConnectionState} state */
  watch(state) {
    this.#state = state;
    if (state === 'connected') this.#stands();
    else if (state === 'disconnected') this.#broke(DISCONNECTED_PATIENCE);
    else if (state === 'failed' || state === 'closed') this.#broke(0);
  }

  /** Nothing arrives any more of what was flowing, whatever the connection says of itself. */
  silent() {
    if (this.#isConnected) this.#broke(0);
  }

  /** Something arrives again. */
  heard() {
    if (!this.#isConnected && this.#state === 'connected') this.#stands();
  }

  /** The connection was thrown away to make a new one. */
  replaced() {
    this.#state = 'new';
    if (this.#isConnected) this.#broke(FIRST_PATIENCE);
  }

  /** @param {boolean} carrying whether people wait for each other's sound and picture */
  carry(carrying) {
    this.#carrying = carrying;
    if (!carrying) {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
    } else if (!this.#isConnected) this.#setDeadline();
  }

  /** The other side is there (again): tries at once. */
  retry() {
    if (!this.#isConnected) this.#try();
  }

  /** The socket was away, so that nothing could be tried: starts the time to giving up anew. */
  wait() {
    if (this.#deadline === undefined) return;
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#setDeadline();
  }

  stop() {
    this.#carrying = false;
    clearTimeout(this.#nextAttempt);
    clearTimeout(this.#deadline);
  }

  #stands() {
    this.#isConnected = true;
    this.#attempts = 0;
    clearTimeout(this.#nextAttempt);
    clearTimeout(this.#deadline);
    this.#nextAttempt = this.#deadline = undefined;
    this.#report('good');
  }

  /** @param {number} patience milliseconds in which it may mend itself */
  #broke(patience) {
    if (this.#isConnected) {
      this.#brokeAt = performance.now();
      this.#report('interrupted');
    }
    this.#isConnected = false;
    this.#setDeadline();
    // While an attempt is under way it has its own time.
    if (this.#attempts === 0) this.#tryAfter(patience);
  }

  /** @param {number} pause milliseconds */
  #tryAfter(pause) {
    clearTimeout(this.#nextAttempt);
    this.#nextAttempt = setTimeout(() => this.#try(), pause);
  }

  #try() {
    if (this.#state === 'connected' && performance.now() - this.#brokeAt > BELIEVED_AFTER) {
      // It was silent because nothing is sent.
      this.#stands();
      return;
    }
    this.#tryAfter(ATTEMPT_PATIENCE);
    const tried = this.#attempts === 0 ? this.remedies.restart() : this.remedies.renew();
    if (tried) this.#attempts += 1;
  }

  #setDeadline() {
    if (!this.#carrying || this.#deadline !== undefined) return;
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined;
      if (this.remedies.giveUp()) this.#report('failed');
      this.#setDeadline();
    }, GIVE_UP_AFTER);
  }

  /** @param {Condition} condition */
  #report(condition) {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.remedies.report(condition);
  }
}
