import { chime } from '../core/sound.js';
import { t } from '../core/texts.js';

const CHIME_EVERY_MS = 4_000;

/** Calls the consultant, who may be in another window: by sound, title and notification. */
export class Ringer {
  #title = document.title;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ringing;
  /** @type {Notification | null} */
  #notification = null;

  /** Browsers ask the person for leave, and only after a press. */
  static async ask() {
    if ('Notification' in window && Notification.permission === 'default') {
      await Notification.requestPermission();
    }
  }

  /** @param {string} ticket @param {string} topic */
  start(ticket, topic) {
    this.stop();
    document.title = t('Visitor {ticket} is calling', { ticket });
    void chime();
    this.#ringing = setInterval(() => void chime(), CHIME_EVERY_MS);
    if ('Notification' in window && Notification.permission === 'granted') {
      const title = t('Visitor {ticket} is calling', { ticket });
      this.#notification = new Notification(title, { body: topic, tag: 'okno-offer' });
      this.#notification.onclick = () => window.focus();
    }
  }

  stop() {
    clearInterval(this.#ringing);
    document.title = this.#title;
    this.#notification?.close();
    this.#notification = null;
  }
}
