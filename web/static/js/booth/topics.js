/**
 * What the page knows of a topic.
 *
 * @typedef {object} Topic
 * @property {string} id
 * @property {string} name
 * @property {string} hint
 * @property {boolean} is_open by its hours, when the page was made
 * @property {number | null} opens_at when tickets are given again once they are not; null: unknown
 * @property {boolean} is_stopped by staff
 * @property {boolean} is_signed a consultant signs for it
 */

/**
 * @param {Topic} topic
 * @param {number} now server time
 * @returns {boolean} whether the server would give no ticket for it, as far as the page can know
 */
export function isShut(topic, now) {
  if (topic.is_stopped) return true;
  return !topic.is_open && (topic.opens_at === null || now < topic.opens_at);
}

/**
 * @param {Topic} topic that is shut
 * @returns {number | null} when tickets are given again; null: nobody knows
 */
export function reopensAt(topic) {
  return topic.is_stopped ? null : topic.opens_at;
}
