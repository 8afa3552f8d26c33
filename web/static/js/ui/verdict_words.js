import { t } from '../core/texts.js';

/** @typedef {import('../core/types').Part} Part */

/**
 * How one part is, in words: what it means, and what to do.
 *
 * @param {Part} part
 * @param {{ grade: import('../core/types').Grade, why?: string }} judgement
 * @returns {string}
 */
export function verdictWords(part, { grade, why }) {
  return `${partName(part)}: ${grade === 'good' ? t('works') : reason(why ?? '')}`;
}

/** @param {Part} part */
function partName(part) {
  const names = {
    camera: t('Camera'),
    microphone: t('Microphone'),
    speaker: t('Loudspeaker'),
    network: t('Network'),
    turn: t('Relay'),
  };
  return names[part];
}

/** @param {string} why */
function reason(why) {
  /** @type {Record<string, string>} */
  const reasons = {
    denied: t('the browser may not use it; allow it beside the address'),
    missing: t('not connected'),
    busy: t('used by another program; close that program'),
    insecure: t('the page has no secure address'),
    broken: t('cannot be switched on; unplug it and plug it in again'),
    no_picture: t('gives no picture'),
    black: t('shows only black; open its cover or switch on the light'),
    frozen: t('shows the same picture again and again; unplug it and plug it in again'),
    small: t('gives a very small picture'),
    jerky: t('gives few pictures a second; more light often helps'),
    silent: t('gives no sound at all; look for a switch on it'),
    blocked: t('the browser holds sound back; touch the page and try again'),
    deaf: t('could not be heard, because the microphone does not work'),
    faint: t('is hardly heard'),
    not_heard: t('the microphone does not hear it'),
    no_probe: t('could not be checked now'),
    crowded: t('could not be checked now: too many are checking'),
    no_path: t('no way through; ask whoever looks after the network'),
    slow: t('slow: the picture may be small or stand still, the sound comes first'),
    lossy: t('loses much: sound and picture may break off'),
    far: t('answers late: wait a moment before you reply'),
    garbled: t('pictures arrive damaged'),
    no_relay: t('cannot be reached; ask whoever looks after the network'),
    not_relayed: t('brings nothing through; ask whoever looks after the network'),
  };
  return reasons[why] ?? t('could not be checked now');
}
