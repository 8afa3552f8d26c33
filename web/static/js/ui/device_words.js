import { t } from '../core/texts.js';

/** @typedef {import('../core/types').DeviceIssue} DeviceIssue */

/**
 * What is wrong with a device, and what to do about it.
 *
 * @type {Record<DeviceIssue, () => string>}
 */
const WORDS = {
  microphone_denied: () =>
    t('The browser may not use the microphone. Allow it in the browser, then try again.'),
  microphone_missing: () => t('No microphone is connected.'),
  microphone_busy: () =>
    t('Another program is using the microphone. Close it, then try again.'),
  microphone_failed: () => t('The microphone does not work.'),
  microphone_lost: () =>
    t('The microphone was unplugged. Plug it in again: it is used at once.'),
  microphone_silent: () =>
    t('The microphone gives no sound at all. Switch it on at the device, or choose another.'),
  microphone_muted: () =>
    t('The microphone is muted by the system or by the headset. Press the button on it.'),
  camera_denied: () =>
    t('The browser may not use the camera. Allow it in the browser, then try again.'),
  camera_missing: () => t('No camera is connected.'),
  camera_busy: () => t('Another program is using the camera. Close it, then try again.'),
  camera_failed: () => t('The camera does not work.'),
  camera_lost: () => t('The camera was unplugged. Plug it in again: it is used at once.'),
  camera_black: () =>
    t('The camera shows nothing but darkness. Uncover it, or choose another.'),
  speaker_missing: () => t('No loudspeaker is connected. Plug one in: it is used at once.'),
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
  const isMicrophone = kind === 'microphone';
  if (reason === 'insecure')
    return isMicrophone
      ? t('The browser gives no microphone to a page without a secure address.')
      : t('The browser gives no camera to a page without a secure address.');
  return deviceWords(`${kind}_${reason === 'unwanted' ? 'failed' : reason}`);
}
