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

/**
 * Why a ticket is no longer in the line although nobody has talked.
 *
 * @param {string | null} outcome of the consultation
 * @returns {string}
 */
export function endedWords(outcome) {
  return outcome === 'technical_network'
    ? t('Sound and picture could not be made. You can take a new ticket or ask the staff.')
    : t(
        'This booth was without a connection for too long, and the place could not be kept. We are sorry. You can take a new ticket now.',
      );
}
