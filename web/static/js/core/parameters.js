/** @typedef {RTCRtpSendParameters & { degradationPreference?: string }} Parameters */

/** Another change came in between: what was read is out of date. */
const OVERTAKEN = 'InvalidModificationError';
const ATTEMPTS = 3;

/**
 * Changes how a sender sends. Browsers take a change only of what was read last, so that two at the same
 * time need a second attempt.
 *
 * @param {RTCRtpSender} sender
 * @param {(parameters: Parameters) => void} how
 */
export async function change(sender, how) {
  for (let attempt = 1; ; attempt += 1) {
    const parameters = sender.getParameters();
    how(parameters);
    try {
      return await sender.setParameters(parameters);
    } catch (error) {
      const { name } = /** @type {Error} */ (error);
      if (name === OVERTAKEN && attempt < ATTEMPTS) continue;
      // The connection was closed meanwhile, or the browser does not know one of the wishes: it sends
      // as it sees fit.
      console.debug('Not changed:', error);
      return;
    }
  }
}
