import { remember } from './screens.js';

/** What this page knows of the visitor's consultation. */
export class Memory {
  /** Whether the server has told its state at least once. */
  isKnown = false;
  /** Whether another window has taken over. */
  isEvicted = false;
  /** @type {import('../core/types').BoothConsultation | null} */
  consultation = null;
  /** @type {import('../core/types').Place | null} */
  place = null;
  /** @type {import('./screens.js').Visit | null} */
  visit = null;
  /** When the line closes in which the visitor waits or has waited, server time. */
  closesAt = /** @type {number | null} */ (null);

  /** @param {import('../core/types').BoothConsultation | null} consultation as the server says */
  follow(consultation) {
    this.isKnown = true;
    this.consultation = consultation;
    if (this.place?.consultation !== consultation?.id) this.place = null;
    this.visit = remember(this.visit, consultation);
  }

  /** @param {import('../core/types').Place} place */
  stand(place) {
    this.place = place;
    this.closesAt = place.closes_at;
  }

  /** @param {...string} states */
  isIn(...states) {
    return states.includes(this.consultation?.state ?? '');
  }

  finish() {
    if (this.visit) this.visit = { ...this.visit, hasFinished: true };
  }

  setRated() {
    if (this.visit) this.visit = { ...this.visit, isRated: true };
  }

  forget() {
    this.visit = null;
    this.closesAt = null;
  }
}
