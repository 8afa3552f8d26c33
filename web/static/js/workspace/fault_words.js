import { t } from '../core/texts.js';
import { deviceWords } from '../ui/device_words.js';

/**
 * What is wrong with the consultant's devices, and how a conversation goes on meanwhile.
 *
 * @param {import('../core/faults.js').Faults} faults
 * @returns {import('../ui/fault_notice.js').Said | null}
 */
export function faultWords(faults) {
  const { all } = faults;
  if (all.length === 0) return null;
  const [title, wayOn] = meaning(!faults.of('microphone'), !faults.of('camera'));
  return {
    title: faults.of('speaker') ? t('You cannot hear visitors') : title,
    text: [...all.map(told), wayOn].join(' '),
  };
}

/** @param {import('../core/types').DeviceIssue} issue */
function told(issue) {
  const { what, advice } = deviceWords(issue);
  return `${what} ${advice}`;
}

/**
 * @param {boolean} isHeard
 * @param {boolean} isSeen
 * @returns {[string, string]}
 */
function meaning(isHeard, isSeen) {
  if (isHeard && isSeen) return ['', t('Visitors hear and see you.')];
  if (isHeard)
    return [t('You can be heard, but not seen'), t('You can go on with sound alone.')];
  if (isSeen)
    return [
      t('You can be seen, but not heard'),
      t('Visitors wait for your voice: write to the one you talk to, and take a break if it cannot be mended.'),
    ];
  return [
    t('You can be neither seen nor heard'),
    t('Visitors wait for your voice: write to the one you talk to, and take a break if it cannot be mended.'),
  ];
}
