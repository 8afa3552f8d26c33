import { chime } from '../core/sound.js';
import { Announcer } from '../ui/announcer.js';

/** Lets a new call from a booth be noticed by who does not look: said once, heard, and in the title. */
export class CallSigns {
  #root;
  #title = document.title;
  #announcer = new Announcer();
  /** Calls that were there already. */
  #known;

  /** @param {HTMLElement} root holds the calls, each with data-call and its words in data-said */
  constructor(root) {
    this.#root = root;
    this.#known = new Set(this.#calls.keys());
    this.#count();
  }

  /** @returns {Map<string, string>} words by call */
  get #calls() {
    const all = /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll('[data-call]'));
    return new Map([...all].map(({ dataset: { call = '', said = '' } }) => [call, said]));
  }

  /** Call when the wall was shown anew. */
  look() {
    const calls = this.#calls;
    const news = [...calls].filter(([call]) => !this.#known.has(call)).map(([, said]) => said);
    this.#known = new Set(calls.keys());
    this.#count();
    if (news.length === 0) return;
    this.#announcer.say(`${news.join('. ')}.`);
    void chime();
  }

  #count() {
    const waiting = this.#root.querySelectorAll('[data-call].waiting').length;
    document.title = waiting > 0 ? `(${waiting}) ${this.#title}` : this.#title;
  }
}
