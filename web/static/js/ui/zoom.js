const STEP = 1.5;
const MOST = 8;
/** Part of the view that an arrow key moves by. */
const STRIDE = 0.15;

/** Fingers that are closer lie on each other. */
const LEAST_SPREAD = 0.02;

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** @typedef {{ x: number, y: number }} Point from the middle of the view, in parts of it */

/** Makes what is in a view larger, and lets it be moved about: by wheel, fingers and keys. */
export class Zoom {
  #view;
  #scale = 1;
  #x = 0;
  #y = 0;
  /** Where the fingers are that lie on it, two at most. @type {Map<number, Point>} */
  #fingers = new Map();

  /** @param {HTMLElement} view focusable; everything in it is moved together */
  constructor(view) {
    this.#view = view;
    view.addEventListener('wheel', (event) => this.#turn(event), { passive: false });
    view.addEventListener('pointerdown', (event) => this.#touch(event));
    view.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel']))
      view.addEventListener(end, ({ pointerId }) => this.#fingers.delete(pointerId));
    view.addEventListener('keydown', (event) => this.#press(event));
  }

  /** @param {number} steps larger, or smaller when negative */
  by(steps) {
    this.#set(this.#scale * STEP ** steps, this.#x, this.#y);
  }

  /** The whole picture again. */
  fit() {
    this.#set(1, 0, 0);
  }

  /** @param {WheelEvent} event */
  #turn(event) {
    event.preventDefault();
    const point = this.#pointOf(event);
    this.#pull(point, point, STEP ** (-event.deltaY / 200));
  }

  /** @param {PointerEvent} event */
  #touch(event) {
    if (event.button !== 0 || this.#fingers.size === 2) return;
    this.#view.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, this.#pointOf(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#fingers.has(event.pointerId)) return;
    const before = [...this.#fingers.values()];
    this.#fingers.set(event.pointerId, this.#pointOf(event));
    const after = [...this.#fingers.values()];
    this.#pull(middle(before), middle(after), spread(after) / spread(before));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || this.#scale === 1) return;
    event.preventDefault();
    this.#set(this.#scale, this.#x + arrow[0] * STRIDE, this.#y + arrow[1] * STRIDE);
  }

  /** @param {MouseEvent} event @returns {Point} */
  #pointOf({ clientX, clientY }) {
    const { left, top, width, height } = this.#view.getBoundingClientRect();
    return { x: (clientX - left) / width - 0.5, y: (clientY - top) / height - 0.5 };
  }

  /**
   * Moves what is at one point to another, and makes it larger around it.
   *
   * @param {Point} from
   * @param {Point} to
   * @param {number} times
   */
  #pull(from, to, times) {
    const scale = clamp(this.#scale * times, 1, MOST);
    const grown = scale / this.#scale;
    this.#set(scale, to.x - (from.x - this.#x) * grown, to.y - (from.y - this.#y) * grown);
  }

  /** @param {number} scale @param {number} x @param {number} y */
  #set(scale, x, y) {
    this.#scale = clamp(scale, 1, MOST);
    const reach = (this.#scale - 1) / 2;
    this.#x = clamp(x, -reach, reach);
    this.#y = clamp(y, -reach, reach);
    const { style, dataset } = this.#view;
    style.setProperty('--zoom', this.#scale.toFixed(3));
    style.setProperty('--zoom-x', `${(this.#x * 100).toFixed(2)}%`);
    style.setProperty('--zoom-y', `${(this.#y * 100).toFixed(2)}%`);
    dataset.zoomed = String(this.#scale > 1);
  }
}

/** @param {Point[]} points @returns {Point} */
function middle(points) {
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  return { x, y };
}

/** @param {Point[]} points @returns {number} how far two fingers are apart; of one: 1 */
function spread([one, other]) {
  return other ? Math.max(Math.hypot(one.x - other.x, one.y - other.y), LEAST_SPREAD) : 1;
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
