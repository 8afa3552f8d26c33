import { t } from '../core/texts.js';

/**
 * What it means to the visitor that the service is away.
 *
 * @param {string | undefined} state of their consultation
 * @returns {string}
 */
export function outageWords(state) {
  if (state === 'waiting' || state === 'offered')
    return t('No connection. Your place is kept while we reconnect.');
  if (state === 'connecting' || state === 'active')
    return t('The service is being reached again; the conversation goes on.');
  return t('No connection. We are reconnecting.');
}
