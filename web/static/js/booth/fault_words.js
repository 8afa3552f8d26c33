import { t } from '../core/texts.js';
import { deviceWords } from '../ui/device_words.js';

/** @typedef {import('../core/faults.js').Faults} Faults */
/** @typedef {import('../ui/fault_notice.js').Said} Said */

/** What visitors can do something about; plugs and programs are for the staff. */
const FOR_VISITORS = new Set(
  'camera_black camera_frozen microphone_silent microphone_muted'.split(' '),
);

/**
 * What is wrong with the booth's devices, as the visitor should know it.
 *
 * @param {Faults} faults
 * @returns {Said | null}
 */
export function faultWords(faults) {
  const { all } = faults;
  if (all.length === 0) return null;
  const happened = all.map(told).join(' ');
  const [title, wayOn] = !faults.needsSound
    ? [t('You cannot be seen'), t('Signing needs the picture: ask the staff of the centre.')]
    : meaning(!faults.of('microphone'), !faults.of('camera'), !faults.of('speaker'));
  return { title, text: `${happened} ${wayOn}` };
}

/** @param {import('../core/types').DeviceIssue} issue */
function told(issue) {
  const { what, advice } = deviceWords(issue);
  return FOR_VISITORS.has(issue) ? `${what} ${advice}` : what;
}

/**
 * @param {boolean} isHeard
 * @param {boolean} isSeen
 * @param {boolean} hears
 * @returns {[string, string]} what it means, and how it goes on
 */
function meaning(isHeard, isSeen, hears) {
  const help = t('The staff of the centre can help you.');
  if (!hears && !isHeard)
    return [
      t('You can neither hear nor be heard'),
      `${t('You can go on: you and the specialist write to each other.')} ${help}`,
    ];
  if (!hears)
    return [
      t('You cannot hear the specialist'),
      `${t('You are heard: say that you have no sound. The specialist can write to you.')} ${help}`,
    ];
  if (isHeard)
    return [
      t('You can be heard, but not seen'),
      `${t('You can go on without a picture: the specialist will hear you.')} ${help}`,
    ];
  if (isSeen)
    return [
      t('You can be seen, but not heard'),
      `${t('You can go on: the specialist will see you and speak to you, and you can write.')} ${help}`,
    ];
  return [
    t('You can be neither seen nor heard'),
    `${t('You can go on: you will see and hear the specialist, and you can write.')} ${help}`,
  ];
}
