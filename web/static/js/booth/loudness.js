import { t } from '../core/texts.js';
import { find, findAs, write } from '../ui/dom.js';

/** Louder and quieter; with the next visitor the booth is as loud as it was set up. */
export class Loudness {
  #speaker;
  #louder = findAs(HTMLButtonElement, '[data-action="louder"]');
  #quieter = findAs(HTMLButtonElement, '[data-action="quieter"]');
  #words = find('[data-loudness]');

  /** @param {import('../ui/loudspeaker.js').Loudspeaker} speaker */
  constructor(speaker) {
    this.#speaker = speaker;
    this.#render();
  }

  /** @param {1 | -1} direction */
  turn(direction) {
    this.#speaker.turn(direction);
    this.#render();
  }

  #render() {
    const { isLoudest, isQuietest, loudness } = this.#speaker;
    write(this.#words, t('{n} of 10', { n: Math.round(loudness / 10) }));
    // Not `disabled`, which would take the focus away from whoever presses it again and again.
    this.#louder.ariaDisabled = String(isLoudest);
    this.#quieter.ariaDisabled = String(isQuietest);
  }
}
