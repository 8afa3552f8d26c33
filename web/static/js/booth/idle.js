import { t } from '../core/texts.js';
import { ask, isDialogOpen } from '../ui/dialogs.js';
import { find, findAs } from '../ui/dom.js';
import { countdown } from '../ui/words.js';

/** How long nothing may be touched before we ask, and how long the answer may take. */
const QUIET_MS = 90_000;
const ANSWER_MS = 30_000;

const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'wheel'];

/** Asks "Are you still there?" where a visitor may have walked away without a word. */
export class IdleWatch {
  #onGone;
  #isExcused;
  #words = find('[data-still-there]');
  #isOn = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {() => void} onGone nobody answered, or the visitor said to finish
   * @param {() => boolean} isExcused whether the visitor waits for somebody, and need not touch anything
   */
  constructor(onGone, isExcused) {
    this.#onGone = onGone;
    this.#isExcused = isExcused;
    for (const sign of SIGNS_OF_LIFE) {
      addEventListener(sign, () => this.#isOn && this.#restart(), { passive: true });
    }
  }

  /** @param {boolean} on whether this is a screen where somebody ought to be doing something */
  watch(on) {
    this.#isOn = on;
    clearTimeout(this.#timer);
    if (on) this.#restart();
  }

  #restart() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), QUIET_MS);
  }

  async #ask() {
    if (this.#isExcused()) return this.#restart();
    if (isDialogOpen()) for (const open of document.querySelectorAll('dialog')) open.close();
    const dialog = findAs(HTMLDialogElement, '#still-there');
    const end = performance.now() + ANSWER_MS;
    const tell = () => {
      const left = end - performance.now();
      this.#words.textContent = t('This screen starts over in {time}.', { time: countdown(left) });
      if (left <= 0) dialog.close('gone');
    };
    tell();
    const ticking = setInterval(tell, 1000);
    const answer = await ask('still-there');
    clearInterval(ticking);
    if (answer === 'gone' || answer === 'finish') this.#onGone();
    else if (this.#isOn) this.#restart();
  }
}
