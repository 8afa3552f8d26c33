/**
 * An EventTarget whose events have names and details known to the type checker.
 *
 * @template {object} Events event name -> type of its `detail`
 */
export class Emitter extends EventTarget {
  /**
   * Calls the listener with the detail of each such event.
   *
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {(detail: Events[Name]) => void} listener
   * @param {AddEventListenerOptions} [options]
   * @returns {() => void} stops it
   */
  on(name, listener, options) {
    /** @param {Event} event */
    const handle = (event) => listener(/** @type {CustomEvent<Events[Name]>} */ (event).detail);
    this.addEventListener(name, handle, options);
    return () => this.removeEventListener(name, handle);
  }

  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {Events[Name]} detail
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
