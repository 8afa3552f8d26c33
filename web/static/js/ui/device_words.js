import { t } from '../core/texts.js';

/**
 * What it means that a device does not work, and what to do.
 *
 * @param {'microphone' | 'camera'} kind
 * @param {import('../core/types').Missing} reason
 * @returns {string}
 */
export function deviceFault(kind, reason) {
  const isMicrophone = kind === 'microphone';
  switch (reason) {
    case 'denied':
      return isMicrophone
        ? t('The browser may not use the microphone. Allow it in the browser, then try again.')
        : t('The browser may not use the camera. Allow it in the browser, then try again.');
    case 'missing':
      return isMicrophone ? t('No microphone is connected.') : t('No camera is connected.');
    case 'busy':
      return isMicrophone
        ? t('Another program is using the microphone. Close it, then try again.')
        : t('Another program is using the camera. Close it, then try again.');
    case 'insecure':
      return isMicrophone
        ? t('The browser gives no microphone to a page without a secure address.')
        : t('The browser gives no camera to a page without a secure address.');
    default:
      return isMicrophone ? t('The microphone does not work.') : t('The camera does not work.');
  }
}
