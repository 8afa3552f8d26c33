import { toast } from '../ui/toast.js';
import { t } from '../core/texts.js';

/** How many milliseconds the server may take to answer. */
const PATIENCE = 5_000;

/** Sends the answer to a call from a booth without leaving the wall. */
export class CallAnswers {
  #done;

  /**
   * @param {HTMLElement} root holds the forms
   * @param {() => void} done the wall is old now
   */
  constructor(root, done) {
    this.#done = done;
    root.addEventListener('submit', (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.matches('[data-answer]')) return;
      event.preventDefault();
      void this.#send(form, /** @type {SubmitEvent} */ (event).submitter);
    });
  }

  /** @param {HTMLFormElement} form @param {HTMLElement | null} pressed */
  async #send(form, pressed) {
    const body = new URLSearchParams(
      /** @type {any} */ (new FormData(form, pressed)), // of texts alone
    );
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(form.action, { method: 'POST', body, signal });
      if (answer.status === 409) toast(t('Somebody else is on the way already, or the call is over.'));
      else if (!answer.ok) toast(t('This was not done. Press again.'));
    } catch {
      toast(t('This was not done. Press again.'));
    }
    this.#done();
  }
}
