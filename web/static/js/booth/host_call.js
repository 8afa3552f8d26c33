import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { toast } from '../ui/toast.js';
import { clock } from './times.js';

/** @typedef {import('../core/types').HostAtBooth} HostAtBooth */

/** Calls a person of the centre to this booth, and says on every screen whether somebody comes. */
export class HostCall {
  #errands;
  #announcer;
  #issues;
  #place = find('[data-host]');
  /** @type {HostAtBooth | null} the open call */
  #call = null;

  /**
   * @param {object} parts
   * @param {import('../core/wire.js').Wire} parts.wire
   * @param {import('../ui/errands.js').Errands} parts.errands
   * @param {import('../ui/announcer.js').Announcer} parts.announcer
   * @param {() => string[]} parts.issues what is wrong with the devices here
   */
  constructor({ wire, errands, announcer, issues }) {
    this.#errands = errands;
    this.#announcer = announcer;
    this.#issues = issues;
    wire.on('booth.state', ({ host, cause }) => this.#follow(host, cause));
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      'call-host': () => this.#errands.run('host.call', { issues: this.#issues() }),
      'release-host': () => this.#errands.run('host.release', {}),
    };
  }

  /** Whether somebody here waits for a person. */
  get isOpen() {
    return this.#call !== null;
  }

  /** The visit is over. @returns {Promise<void>} when the server knows that nobody waits any more */
  leave() {
    return this.#errands.insist('host.release', { reason: 'left' }, () => this.isOpen);
  }

  /** @param {HostAtBooth | null} call @param {string} cause of the state that says so */
  #follow(call, cause) {
    const [before, place] = [this.#call, this.#place];
    this.#call = call;
    const hadFocus = isOnButtonOf(call ? 'call-host' : 'release-host');
    document.body.toggleAttribute('data-host-called', call !== null);
    place.hidden = call === null;
    if (call) this.#say(call);
    // The button that was pressed is gone; the words that took its place are read.
    if (hadFocus && call) find('[data-host-focus]').focus();
    else if (hadFocus) find('main').focus();
    if (before && cause === 'host_run_out')
      toast(t('Nobody has answered the call. Call again, or go to the staff of the centre.'));
  }

  /** @param {HostAtBooth} call */
  #say(call) {
    const { at, coming_at: comingAt } = call;
    const words = /** @type {NodeListOf<HTMLElement>} */ (
      this.#place.querySelectorAll('[data-called]')
    );
    for (const each of words) {
      const { called = '', coming = '' } = each.dataset;
      write(each, (comingAt ? coming : called).replace('{time}', clock(comingAt ?? at)));
    }
    this.#announcer.say(words[0].textContent ?? '');
  }
}

/** @param {string} action */
function isOnButtonOf(action) {
  return document.activeElement?.closest(`[data-action="${action}"]`) !== null;
}
