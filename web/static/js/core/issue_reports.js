/** @typedef {import('./wire.js').Wire} Wire */

/**
 * Tells the server what is wrong here while there is a consultation it belongs to.
 */
export class IssueReports {
  #wire;
  /** The consultation and its link, as the last state names them; null: there is none. */
  #about = /** @type {string | null} */ (null);
  /** @type {ReadonlySet<string>} */
  #present = new Set();
  /** What the server has been told of it. */
  #told = new Set();

  /** @param {Wire} wire */
  constructor(wire) {
    this.#wire = wire;
    wire.on('up', () => {
      // What was on its way when the socket was lost is said again; if it was heard, that changes
      // nothing.
      for (const issue of this.#told) this.#wire.tell('issue.report', { issue, on: true });
      this.#tell();
    });
  }

  /**
   * @param {{ id: string, state: string, link: import('./types').LinkInfo | null } | null} consultation
   */
  follow(consultation) {
    const isOver = !consultation || ['wrapping_up', 'closed'].includes(consultation.state);
    const about = isOver ? null : `${consultation.id} ${consultation.link?.id}`;
    if (about === this.#about) return;
    this.#about = about;
    this.#told.clear();
    this.#tell();
  }

  /** @param {Iterable<string>} issues all there are now */
  set(issues) {
    this.#present = new Set(issues);
    this.#tell();
  }

  #tell() {
    if (this.#about === null || !this.#wire.isUp) return;
    for (const issue of this.#present) if (!this.#told.has(issue)) this.#say(issue, true);
    for (const issue of this.#told) if (!this.#present.has(issue)) this.#say(issue, false);
  }

  /** @param {string} issue @param {boolean} on */
  #say(issue, on) {
    if (!this.#wire.tell('issue.report', { issue, on })) return;
    if (on) this.#told.add(issue);
    else this.#told.delete(issue);
  }
}
