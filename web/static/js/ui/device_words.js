import { t } from '../core/texts.js';

/** @typedef {import('../core/types').DeviceIssue} DeviceIssue */

/** @typedef {{ what: string, advice: string }} DeviceWords what is wrong, and what to do about it */

/** @type {Record<DeviceIssue, () => DeviceWords>} */
const WORDS = {
  microphone_denied: () => ({
    what: t('The browser may not use the microphone.'),
    advice: t('Allow it in the browser, then try again.'),
  }),
  microphone_missing: () => ({
    what: t('No microphone is connected.'),
    advice: t('Plug it in: it is used at once.'),
  }),
  microphone_busy: () => ({
    what: t('Another program is using the microphone.'),
    advice: t('Close that program: it is used soon after that.'),
  }),
  microphone_failed: () => ({ what: t('The microphone does not work.'), advice: '' }),
  microphone_lost: () => ({
    what: t('The microphone was unplugged.'),
    advice: t('Plug it in: it is used at once.'),
  }),
  microphone_silent: () => ({
    what: t('The microphone gives no sound at all.'),
    advice: t('Switch it on at the device, or choose another.'),
  }),
  microphone_muted: () => ({
    what: t('The microphone is muted by the system or by the headset.'),
    advice: t('Press the button on the headset.'),
  }),
  camera_denied: () => ({
    what: t('The browser may not use the camera.'),
    advice: t('Allow it in the browser, then try again.'),
  }),
  camera_missing: () => ({
    what: t('No camera is connected.'),
    advice: t('Plug it in: it is used at once.'),
  }),
  camera_busy: () => ({
    what: t('Another program is using the camera.'),
    advice: t('Close that program: it is used soon after that.'),
  }),
  camera_failed: () => ({ what: t('The camera does not work.'), advice: '' }),
  camera_lost: () => ({
    what: t('The camera was unplugged.'),
    advice: t('Plug it in: it is used at once.'),
  }),
  camera_black: () => ({
    what: t('The camera shows nothing but darkness.'),
    advice: t('Uncover it, or choose another.'),
  }),
  camera_frozen: () => ({
    what: t('The camera shows the same picture again and again.'),
    advice: t('Choose another camera.'),
  }),
  speaker_missing: () => ({
    what: t('No loudspeaker is connected.'),
    advice: t('Plug it in: it is used at once.'),
  }),
};

/** @param {DeviceIssue} issue */
export function deviceWords(issue) {
  return WORDS[issue]();
}

/**
 * Why a device could not be taken.
 *
 * @param {'microphone' | 'camera'} kind
 * @param {import('../core/types').Missing} reason
 * @returns {string}
 */
export function deviceFault(kind, reason) {
  if (reason === 'insecure')
    return kind === 'microphone'
      ? t('The browser gives no microphone to a page without a secure address.')
      : t('The browser gives no camera to a page without a secure address.');
  const { what, advice } = deviceWords(`${kind}_${reason === 'unwanted' ? 'failed' : reason}`);
  return `${what} ${advice}`;
}
