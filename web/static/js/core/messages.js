/** @typedef {import('./types').LinkInfo} LinkInfo */

/** What a consultation does not have is left out by the server's scripts. */
const NOTHING = {
  priority: null,
  interpreter: null,
  connected_at: null,
  link: null,
  more: [],
  outcome: null,
  return_at: null,
  deadline: null,
};

/** Nor what the checks of a booth have not found. */
const UNHARMED = { sound_at: null, bad: false, failed: {}, cannot: [] };

/**
 * The links of a consultation as this person sees it, the main one first.
 *
 * @param {{ link: LinkInfo | null, more: LinkInfo[] } | null} consultation
 * @returns {LinkInfo[]}
 */
export function linksOf(consultation) {
  return consultation?.link ? [consultation.link, ...consultation.more] : [];
}

/**
 * @param {any} message of the server
 * @returns {any} with everything its type promises
 */
export function complete(message) {
  if (message.type !== 'booth.state' && message.type !== 'consultant.state') return message;
  const { consultation, health, note = null } = message;
  return {
    ...message,
    note,
    consultation: consultation ? { ...NOTHING, ...consultation } : null,
    health: health ? { ...UNHARMED, ...health } : null,
  };
}
