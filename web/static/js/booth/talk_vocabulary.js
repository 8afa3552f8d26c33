import { t } from '../core/texts.js';

/**
 * What a visitor is told of a conversation.
 *
 * @type {import('../ui/talk_words.js').Vocabulary}
 */
export const VOCABULARY = {
  interrupted: () => t('The connection is interrupted. Stay here, it is being restored.'),
  failed: () => t('The connection broke off. We are calling again.'),
  badly: () =>
    t('The connection is weak: what you hear and see may break off. Ask to hear it again.'),
  mutually: () =>
    t('The connection is weak: you may miss words of each other. Speak slowly, and ask to hear it again.'),
  sides: {
    consultant: {
      name: () => t('Specialist'),
      picture: () => t('Picture of the specialist'),
      connecting: () => t('Connecting you with the specialist'),
      unseen: () => t('The specialist has no picture now. You can talk.'),
      unheard: () => t('The specialist’s microphone is off.'),
      mute: () => t('The specialist’s microphone does not work.'),
      writes: () => t('The specialist writes: their microphone does not work.'),
      deaf: () => t('The specialist cannot hear you. Write to them.'),
      interrupted: () =>
        t('The connection with the specialist is interrupted. Stay here, it is being restored.'),
      paused: () => t('The specialist’s picture is paused to keep the sound. You can talk.'),
      muted: () => t('The specialist’s sound is off to keep the picture.'),
      silent: () =>
        t('The specialist cannot be heard. Show by a sign that you hear nothing.'),
      still: () => t('The specialist’s picture stands still. You can talk.'),
      badly: () =>
        t('The connection is weak: the specialist may not understand everything. Speak slowly.'),
    },
    interpreter: {
      name: () => t('Interpreter'),
      picture: () => t('Picture of the interpreter'),
      connecting: () => t('Connecting you with the interpreter'),
      unseen: () => t('The interpreter has no picture now.'),
      unheard: () => t('The interpreter’s microphone is off.'),
      mute: () => t('The interpreter’s microphone does not work.'),
      writes: () => t('The interpreter writes: their microphone does not work.'),
      deaf: () => t('The interpreter cannot hear you. Write to them.'),
      interrupted: () =>
        t('The connection with the interpreter is interrupted. Stay here, it is being restored.'),
      paused: () => t('The interpreter’s picture is paused to keep the sound.'),
      muted: () => t('The interpreter’s sound is off to keep the picture.'),
      silent: () =>
        t('The interpreter cannot be heard. Show by a sign that you hear nothing.'),
      still: () => t('The interpreter’s picture stands still. You can talk.'),
      badly: () =>
        t('The connection is weak: the interpreter may not understand everything. Speak slowly.'),
    },
  },
};
