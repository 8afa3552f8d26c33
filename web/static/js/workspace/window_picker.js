import { t } from '../core/texts.js';

/** Letters are to be read, and hardly anything moves; no sound, which others would hear twice. */
const WANTED = {
  video: { displaySurface: 'window', frameRate: { ideal: 10, max: 15 } },
  audio: false,
  // This page would show itself showing itself.
  selfBrowserSurface: 'exclude',
  surfaceSwitching: 'include',
};

/**
 * Call from a press. The browser asks which window, tab or screen it shall be.
 *
 * @returns {Promise<{ track: MediaStreamTrack | null, words: string }>} without a track: why, for the
 *   person; empty when they chose none
 */
export async function pickWindow() {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(WANTED);
    return { track: stream.getVideoTracks()[0], words: '' };
  } catch (error) {
    const { name } = /** @type {Error} */ (error);
    // The person has closed the browser's question, or the browser may not ask it: it says so itself.
    if (name === 'NotAllowedError' || name === 'InvalidStateError') return { track: null, words: '' };
    return { track: null, words: t('No window can be shown from this browser.') };
  }
}
