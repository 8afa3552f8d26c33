/**
 * Times, in milliseconds since 1970, of the press on "accept" and of the first picture of the other.
 *
 * Put into every page before its own scripts, the minimal ones and Okno's alike.
 */

(() => {
  const times = { pressed: 0, shown: 0 };
  const now = () => performance.timeOrigin + performance.now();

  addEventListener(
    'click',
    (event) => {
      const pressed = /** @type {Element} */ (event.target).closest('[data-action="accept"]');
      if (pressed) times.pressed = now();
    },
    { capture: true },
  );

  /** Before the press: waits for the next picture. */
  function arm() {
    Object.assign(times, { pressed: 0, shown: 0 });
    const video = /** @type {HTMLVideoElement} */ (document.querySelector('[data-other-picture]'));
    video.requestVideoFrameCallback(() => {
      times.shown = now();
    });
  }

  Object.assign(globalThis, { stopwatch: { arm, times } });
})();
