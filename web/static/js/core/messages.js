/** @typedef {import('./types').LinkInfo} LinkInfo */
/** @typedef {import('./types').Recording} Recording */

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
  recording: null,
};
const NO_RECORDING = { by: null, keep_days: null, link: null };

/** Nor what the checks of a booth have not found. */
const UNHARMED = { sound_at: null, bad: false, failed: {}, cannot: [] };

/** What a page says of its devices only when it is otherwise. */
const PLAIN_MEDIA = { shows: 'none', speaks: true, hears: true };

/**
 * The links of a consultation as this person sees it, the main one first, the recorder's last.
 *
 * @param {{ link: LinkInfo | null, more: LinkInfo[], recording: Recording | null } | null} consultation
 * @returns {LinkInfo[]}
 */
export function linksOf(consultation) {
  if (!consultation?.link) return [];
  const { link, more, recording } = consultation;
  const recorder = recording?.link;
  return recorder ? [link, ...more, { id: recorder, owner: false, to: 'recorder' }] : [link, ...more];
}

/**
 * @param {any} message of the server
 * @returns {any} with everything its type promises
 */
export function complete(message) {
  if (message.type === 'link.media') return { ...PLAIN_MEDIA, ...message };
  if (message.type === 'link.ready') return { restart: false, hardware: [], ...message };
  if (message.type !== 'booth.state' && message.type !== 'consultant.state') return message;
  const { consultation, health, host, note = null } = message;
  return {
    ...message,
    note,
    consultation: consultation ? withEverything(consultation) : null,
    health: health ? { ...UNHARMED, ...health } : null,
    host: host ? { coming_at: null, ...host } : null,
  };
}

/** @param {any} consultation */
function withEverything(consultation) {
  const recording = consultation.recording ? { ...NO_RECORDING, ...consultation.recording } : null;
  return { ...NOTHING, ...consultation, recording };
}
