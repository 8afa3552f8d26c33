import { t } from '../core/texts.js';

/** @typedef {import('../ui/exhibit.js').Exhibited} Exhibited */

/**
 * @param {object} facts
 * @param {import('../core/photo.js').Photo} facts.photo
 * @param {import('../ui/photos.js').PhotoState} facts.state
 * @param {number | null} facts.share
 * @param {boolean} facts.isShown the camera still looks at the document
 * @returns {Exhibited} a still picture that the visitor sent
 */
export function photoShown({ photo, state, share, isShown }) {
  const again = state === 'failed' && isShown ? ['take-photo'] : [];
  /** @type {Partial<Record<import('../ui/photos.js').PhotoState, string>>} */
  const words = {
    sending: t('The picture is being sent.'),
    sent: t('The specialist has this picture. It is gone after the conversation.'),
    failed: t('The picture was not sent. Take it again.'),
  };
  const stop = isShown ? ['stop-showing'] : [];
  return {
    picture: photo,
    name: t('The picture you sent'),
    words: words[state] ?? '',
    share,
    actions: [...again, 'close-photo', ...stop],
  };
}

/**
 * @param {object} facts
 * @param {MediaStream} facts.stream
 * @param {boolean} facts.isApart it has a camera of its own
 * @param {boolean} facts.isSeen that camera is on
 * @param {boolean} facts.isTaking a still picture is being taken
 * @param {boolean} facts.isAsked somebody asks for one
 * @param {boolean} facts.canSend one
 * @param {boolean} facts.hasOthers there are more cameras
 * @param {boolean} facts.isHeld the network has no room for it
 * @returns {Exhibited} what the visitor shows
 */
export function documentShown(facts) {
  const { stream, isSeen, isTaking, canSend, hasOthers } = facts;
  return {
    picture: stream,
    name: t('Your document, as the specialist sees it'),
    words: wordsOf(facts),
    share: null,
    actions: [
      ...(canSend && isSeen && !isTaking ? ['take-photo'] : []),
      ...(hasOthers ? ['other-camera'] : []),
      'stop-showing',
    ],
  };
}

/**
 * @param {{ isApart: boolean, isSeen: boolean, isTaking: boolean, isAsked: boolean,
 *   isHeld: boolean }} facts
 */
function wordsOf({ isApart, isSeen, isTaking, isAsked, isHeld }) {
  if (isTaking) return t('Hold it still: the picture is being taken.');
  if (!isSeen) return t('Your camera is off. Turn it on to show a document.');
  if (isHeld)
    return t('The connection is weak: the specialist does not see the document now. It comes back by itself.');
  if (isAsked) return t('The specialist asks for a picture of it. Press “Take a picture of it”.');
  return isApart
    ? t('The specialist sees your document.')
    : t('Hold the document in front of the camera. The specialist sees the same as you.');
}

/**
 * @param {import('../ui/party.js').Party} party
 * @returns {Exhibited} what somebody else shows
 */
export function windowShown({ shown, theirs }) {
  return {
    picture: shown,
    name: t('What the specialist shows you'),
    words:
      theirs.holds === 'picture'
        ? t('The connection is weak: the window stands still to keep the sound.')
        : t('The specialist shows you a window.'),
    share: null,
    actions: ['zoom-in', 'zoom-out'],
  };
}
