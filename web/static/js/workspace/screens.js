/**
 * Which pane stands in the centre: a function of what the server says.
 *
 * @typedef {'loading' | 'break' | 'idle' | 'offer' | 'talk' | 'wrap-up' | 'evicted'} Screen
 *
 * @param {object} facts
 * @param {boolean} facts.isEvicted another window has taken over
 * @param {import('../core/types').ConsultantState | null} facts.state null until it is known
 * @returns {Screen}
 */
export function screenOf({ isEvicted, state }) {
  if (isEvicted) return 'evicted';
  if (!state) return 'loading';
  switch (state.consultation?.state) {
    case 'offered':
      return 'offer';
    case 'connecting':
    case 'active':
      return 'talk';
    case 'wrapping_up':
      return 'wrap-up';
    default:
      return state.status === 'available' ? 'idle' : 'break';
  }
}
