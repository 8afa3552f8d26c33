import { t } from '../core/texts.js';

/**
 * What staff are told of a conversation.
 *
 * @type {import('../ui/talk_words.js').Vocabulary}
 */
export const VOCABULARY = {
  interrupted: () => t('The connection is interrupted and is being restored.'),
  failed: () => t('The connection broke off. The visitor is back in the line.'),
  badly: () =>
    t('The connection is weak: what you hear and see may break off. Ask again for what matters.'),
  mutually: () =>
    t('The connection is weak: you may miss words of each other. Speak slowly, and ask again for what matters.'),
  sides: {
    visitor: {
      name: () => t('Visitor'),
      picture: () => t('Picture of the visitor'),
      connecting: () => t('Connecting you with the visitor'),
      unseen: () => t('The visitor has no picture. You can talk.'),
      unheard: () => t('The visitor’s microphone is off.'),
      mute: () => t('The visitor’s microphone does not work.'),
      writes: () => t('The visitor writes: their microphone does not work.'),
      deaf: () => t('The visitor cannot hear you. Write to them.'),
      interrupted: () => t('The connection with the visitor is interrupted and is being restored.'),
      paused: () => t('The visitor’s picture is paused to keep the sound.'),
      muted: () => t('The visitor’s sound is off to keep the picture.'),
      silent: () =>
        t('The visitor cannot be heard, though the microphone is on. Ask them by a sign to speak up, or to call somebody of the centre.'),
      still: () => t('The visitor’s picture stands still. The sound goes on.'),
      badly: () =>
        t('The connection is weak: the visitor may miss what you say. Speak slowly and in short sentences.'),
    },
    consultant: {
      name: () => t('Consultant'),
      picture: () => t('Picture of the consultant'),
      connecting: () => t('Connecting you with the consultant'),
      unseen: () => t('The consultant has no picture.'),
      unheard: () => t('The consultant’s microphone is off.'),
      mute: () => t('The consultant’s microphone does not work.'),
      writes: () => t('The consultant writes: their microphone does not work.'),
      deaf: () => t('The consultant cannot hear you. Write to them.'),
      interrupted: () =>
        t('The connection with the consultant is interrupted and is being restored.'),
      paused: () => t('The consultant’s picture is paused to keep the sound.'),
      muted: () => t('The consultant’s sound is off to keep the picture.'),
      silent: () =>
        t('The consultant cannot be heard, though the microphone is on. Ask them to look at their headset.'),
      still: () => t('The consultant’s picture stands still. The sound goes on.'),
      badly: () =>
        t('The connection is weak: the consultant may miss what you say. Speak slowly and in short sentences.'),
    },
    interpreter: {
      name: () => t('Interpreter'),
      picture: () => t('Picture of the interpreter'),
      connecting: () => t('Connecting you with the interpreter'),
      unseen: () => t('The interpreter has no picture.'),
      unheard: () => t('The interpreter’s microphone is off.'),
      mute: () => t('The interpreter’s microphone does not work.'),
      writes: () => t('The interpreter writes: their microphone does not work.'),
      deaf: () => t('The interpreter cannot hear you. Write to them.'),
      interrupted: () =>
        t('The connection with the interpreter is interrupted and is being restored.'),
      paused: () => t('The interpreter’s picture is paused to keep the sound.'),
      muted: () => t('The interpreter’s sound is off to keep the picture.'),
      silent: () =>
        t('The interpreter cannot be heard, though the microphone is on. Ask them to look at their headset.'),
      still: () => t('The interpreter’s picture stands still. The sound goes on.'),
      badly: () =>
        t('The connection is weak: the interpreter may miss what you say. Speak slowly and in short sentences.'),
    },
  },
};
