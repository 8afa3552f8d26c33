import { t } from '../core/texts.js';
import { find, write } from '../ui/dom.js';
import { showOwn } from '../ui/own_stream.js';

/** Farther than this a finger has moved something, and not only pressed it. */
const DRAGGED_PX = 12;

/** @type {Record<string, (corner: [string, string]) => [string, string]>} */
const STEPS = {
  ArrowUp: ([, side]) => ['top', side],
  ArrowDown: ([, side]) => ['bottom', side],
  ArrowLeft: ([height]) => [height, 'start'],
  ArrowRight: ([height]) => [height, 'end'],
};

/** The visitor's own picture: in any corner of the conversation, or hidden. */
export class OwnPicture {
  #devices;
  #frame = find('[data-own]');
  #handle = find('[data-action="move-own"]');
  #show = find('[data-action="show-own"]');
  #screen = find('section[data-screen="conversation"]');

  /** @param {import('../core/devices.js').Devices} devices */
  constructor(devices) {
    this.#devices = devices;
    devices.on('change', () => this.render());
    this.#handle.addEventListener('pointerdown', (event) => this.#drag(event));
    this.#handle.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const [height, side] = (this.#frame.dataset.corner ?? 'bottom-end').split('-');
      this.#place(step([height, side]));
    });
  }

  /** Shows what the camera sees, or says that it sees nothing. */
  render() {
    const { video, stream, switched, isOpening } = this.#devices;
    const missing = isOpening ? t('The camera is starting') : t('No camera');
    const words = video ? t('Your camera is off') : missing;
    for (const picture of document.querySelectorAll('[data-own-picture]')) {
      showOwn(/** @type {HTMLVideoElement} */ (picture), video ? stream : null);
    }
    for (const none of document.querySelectorAll('[data-no-picture]')) {
      const element = /** @type {HTMLElement} */ (none);
      element.hidden = video !== null && switched.camera;
      write(find('span', element), words);
    }
  }

  /** @param {boolean} hidden */
  hide(hidden) {
    this.#frame.hidden = hidden;
    this.#show.hidden = !hidden;
    this.#screen.dataset.own = hidden ? 'hidden' : 'shown';
    (hidden ? this.#show : find('[data-action="hide-own"]')).focus();
  }

  /** @param {PointerEvent} start */
  #drag(start) {
    const frame = this.#frame;
    this.#handle.setPointerCapture(start.pointerId);
    const stop = new AbortController();
    const { signal } = stop;
    /** @param {PointerEvent} event */
    const move = (event) => {
      const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
      if (Math.hypot(x, y) < DRAGGED_PX && frame.dataset.dragged === undefined) return;
      frame.dataset.dragged = '';
      frame.style.translate = `${x}px ${y}px`;
    };
    const end = () => {
      stop.abort();
      if (frame.dataset.dragged === undefined) return;
      const corner = this.#nearestCorner();
      delete frame.dataset.dragged;
      frame.style.translate = '';
      this.#place(corner);
    };
    this.#handle.addEventListener('pointermove', move, { signal });
    this.#handle.addEventListener('pointerup', end, { signal });
    this.#handle.addEventListener('pointercancel', end, { signal });
  }

  /** @returns {[string, string]} */
  #nearestCorner() {
    const stage = find('[data-stage]').getBoundingClientRect();
    const own = this.#frame.getBoundingClientRect();
    const isLow = own.top + own.height / 2 > stage.top + stage.height / 2;
    const isRight = own.left + own.width / 2 > stage.left + stage.width / 2;
    return [isLow ? 'bottom' : 'top', isRight ? 'end' : 'start'];
  }

  /** @param {[string, string]} corner */
  #place([height, side]) {
    this.#frame.dataset.corner = `${height}-${side}`;
    this.#show.dataset.corner = `${height}-${side}`;
  }
}
