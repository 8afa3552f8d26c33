import { t } from '../core/texts.js';
import { toast } from '../ui/toast.js';

/** @typedef {import('../core/types').ConsultantState} State */

/**
 * Says why an offer is gone that was for two, when it was the other who did not take it.
 *
 * @param {State | null} before
 * @param {State} now
 */
export function tellOfLostOffer(before, now) {
  const offer = before?.consultation;
  // Who did not take it is paused, and is told of that instead.
  if (offer?.state !== 'offered' || now.consultation || now.status !== 'available') return;
  const text = words(now.cause);
  if (text) toast(text);
}

/** @param {string} cause of the state without the offer */
function words(cause) {
  switch (cause) {
    case 'interpreter_declined':
    case 'interpreter_timed_out':
      return t('The interpreter could not answer. The visitor keeps their place in the line.');
    case 'interpreter_lost':
      return t('The interpreter lost the connection. The visitor keeps their place in the line.');
    case 'decline':
    case 'offer_timed_out':
      return t('The consultant could not answer. The visitor keeps their place in the line.');
    case 'consultant_lost':
      return t('The consultant lost the connection. The visitor keeps their place in the line.');
    default:
      return '';
  }
}
