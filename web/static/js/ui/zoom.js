const STEP = 1.5;
const MOST = 8;
/** Part of the view that an arrow key moves by. */
const STRIDE = 0.15;

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Makes what is in a view larger, and lets it be moved about: by wheel, by dragging, by keys. */
export class Zoom {
  #view;
  #scale = 1;
  /** From the middle, in parts of the view. */
  #x = 0;
  #y = 0;

  /** @param {HTMLElement} view focusable; everything in it is moved together */
  constructor(view) {
    this.#view = view;
    view.addEventListener('wheel', (event) => this.#turn(event), { passive: false });
    view.addEventListener('pointerdown', (event) => this.#drag(event));
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
    const { left, top, width, height } = this.#view.getBoundingClientRect();
    const scale = clamp(this.#scale * STEP ** (-event.deltaY / 200), 1, MOST);
    // What is under the pointer stays there.
    const [x, y] = [(event.clientX - left) / width - 0.5, (event.clientY - top) / height - 0.5];
    const grown = scale / this.#scale;
    this.#set(scale, x - (x - this.#x) * grown, y - (y - this.#y) * grown);
  }

  /** @param {PointerEvent} start */
  #drag(start) {
    if (this.#scale === 1 || start.button !== 0) return;
    this.#view.setPointerCapture(start.pointerId);
    const { width, height } = this.#view.getBoundingClientRect();
    const [x, y] = [this.#x, this.#y];
    const stop = new AbortController();
    const { signal } = stop;
    /** @param {PointerEvent} event */
    const move = (event) =>
      this.#set(
        this.#scale,
        x + (event.clientX - start.clientX) / width,
        y + (event.clientY - start.clientY) / height,
      );
    this.#view.addEventListener('pointermove', move, { signal });
    for (const end of ['pointerup', 'pointercancel'])
      this.#view.addEventListener(end, () => stop.abort(), { signal });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || this.#scale === 1) return;
    event.preventDefault();
    this.#set(this.#scale, this.#x + arrow[0] * STRIDE, this.#y + arrow[1] * STRIDE);
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

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
