import { find, findAs, write } from './dom.js';
import { Zoom } from './zoom.js';

/**
 * What stands on the stage besides people.
 *
 * @typedef {object} Exhibited
 * @property {MediaStream | import('../core/photo.js').Photo | null} picture
 * @property {string} name of the picture, for screen readers
 * @property {string} words what it is, and what happens to it
 * @property {number | null} share how much of a photo is under way, 0 to 1
 * @property {string[]} actions of the buttons that make sense with it
 */

/** The place that a document, a window or a photo takes beside the people, made by a macro. */
export class Exhibit {
  #stage = find('[data-stage]');
  #frame = find('[data-exhibit-frame]');
  #view = find('[data-exhibit-view]');
  #video = findAs(HTMLVideoElement, '[data-exhibit-picture]');
  #image = findAs(HTMLImageElement, '[data-exhibit-photo]');
  #words = find('[data-exhibit-words]');
  #live = find('[data-exhibit-live]');
  #share = findAs(HTMLProgressElement, '[data-exhibit-share]');
  #buttons = /** @type {HTMLElement[]} */ ([...this.#frame.querySelectorAll('[data-action]')]);
  #zoom = new Zoom(this.#view);

  /** What its buttons do that is the same everywhere. */
  get actions() {
    return {
      'zoom-in': () => this.#zoom.by(1),
      'zoom-out': () => this.#zoom.by(-1),
      'zoom-fit': () => this.#zoom.fit(),
      swap: () => this.swap(),
    };
  }

  /** Gives most of the stage to the people, or back to what is shown. */
  swap() {
    if (!this.#frame.hidden) this.#stage.toggleAttribute('data-swapped');
  }

  /**
   * @param {Exhibited | null} exhibited null: only people are on the stage
   * @param {string} elsewhere selector of what takes the focus when its button goes
   */
  render(exhibited, elsewhere) {
    const { picture = null, name = '', words = '', share = null, actions = [] } = exhibited ?? {};
    this.#stage.toggleAttribute('data-exhibit', exhibited !== null);
    if (!exhibited) this.#stage.removeAttribute('data-swapped');
    const hadFocus = this.#frame.contains(document.activeElement);
    this.#frame.hidden = exhibited === null;
    for (const button of this.#buttons)
      button.hidden = !actions.includes(button.dataset.action ?? '');
    this.#put(picture);
    this.#view.ariaLabel = name;
    write(this.#words, words);
    write(this.#live, words);
    this.#share.hidden = share === null;
    this.#share.value = share ?? 0;
    if (hadFocus && document.activeElement === document.body)
      (exhibited ? this.#view : find(elsewhere)).focus();
  }

  /** @param {Exhibited['picture']} picture */
  #put(picture) {
    const stream = picture instanceof MediaStream ? picture : null;
    const url = picture && !stream ? /** @type {{ url: string }} */ (picture).url : null;
    if (this.#video.srcObject === stream && this.#image.getAttribute('src') === url) return;
    this.#zoom.fit();
    this.#video.hidden = stream === null;
    this.#video.srcObject = stream;
    // What comes from afar does not always begin by itself.
    if (stream) this.#video.play().catch((error) => console.debug('Not shown:', error));
    this.#image.hidden = url === null;
    if (url) this.#image.src = url;
    else this.#image.removeAttribute('src');
  }
}
