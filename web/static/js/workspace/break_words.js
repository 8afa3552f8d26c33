import { t } from '../core/texts.js';

/**
 * Why no visitors come, and what to do about it.
 *
 * @param {import('../core/types').StatusReason} reason
 * @param {string} [chosen] the name of the reason that was chosen for a break
 * @returns {{ title: string, words: string }}
 */
export function breakWords(reason, chosen) {
  switch (reason) {
    case 'offer_missed':
      return {
        title: t('You are paused: a visitor was not answered'),
        words: t(
          'The visitor keeps their place and is offered to someone else. Say when you are back.',
        ),
      };
    case 'offer_declined':
      return {
        title: t('You are paused: you declined a visitor'),
        words: t(
          'The visitor keeps their place and is offered to someone else. Say when you are back.',
        ),
      };
    case 'connection_lost':
      return {
        title: t('You are paused: the connection was lost'),
        words: t('This page was away for too long. Say when you are back.'),
      };
    default:
      return {
        title: chosen ? t('Break: {reason}', { reason: chosen }) : t('You take no visitors now'),
        words: t(
          'Camera and microphone are off. Visitors are offered to you once you are available.',
        ),
      };
  }
}
