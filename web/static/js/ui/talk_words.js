import { t } from '../core/texts.js';

/** @typedef {import('./party.js').Party} Party */
/** @typedef {import('./talk.js').Talk} Talk */

/**
 * What is said of one kind of person.
 *
 * @typedef {object} SideWords
 * @property {() => string} name
 * @property {() => string} picture what a screen reader calls their picture
 * @property {() => string} connecting
 * @property {() => string} unseen they show no picture
 * @property {() => string} unheard their microphone is off
 * @property {() => string} mute their microphone does not work
 * @property {() => string} writes they write because of that
 * @property {() => string} deaf they cannot hear this person
 * @property {() => string} interrupted the link to them is, and not every one
 * @property {() => string} paused their picture is, to keep the sound
 * @property {() => string} muted their sound is, to keep the picture
 * @property {() => string} silent nothing is heard of them, though their microphone is on
 * @property {() => string} still their picture does not move
 * @property {() => string} badly they hear and see this person badly
 */

/**
 * What is said of a conversation on one surface.
 *
 * @typedef {object} Vocabulary
 * @property {Partial<Record<import('../core/types').Side, SideWords>>} sides those one may talk to
 * @property {() => string} interrupted
 * @property {() => string} failed
 * @property {() => string} badly this person hears and sees badly
 * @property {() => string} mutually so do the others
 */

/** Alarms that say by themselves that the connection is weak. */
const WEAK = new Set(['weak_sending', 'weak_receiving']);

/** Puts a conversation into words. */
export class TalkWords {
  #vocabulary;

  /** @param {Vocabulary} vocabulary */
  constructor(vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** @param {Party} party */
  of({ side }) {
    return side ? (this.#vocabulary.sides[side] ?? null) : null;
  }

  /**
   * @param {Party} party
   * @returns {string} what stands in place of their picture; empty: the picture does
   */
  onStage(party) {
    const { condition, hasArrived, theirs, isEnded } = party;
    if (isEnded) return t('The conversation is over');
    if (condition === 'failed') return this.#vocabulary.failed();
    // What they said last of their picture does not hold any more; the line says what does.
    if (condition === 'interrupted') return '';
    const words = this.of(party);
    if (!hasArrived) return words?.connecting() ?? '';
    if (!theirs.camera) return words?.unseen() ?? '';
    return theirs.holds === 'picture' ? (words?.paused() ?? '') : '';
  }

  /** @param {Talk} talk @returns {string} whose microphone is off, and who cannot speak or hear at all */
  unheard({ others }) {
    const said = others.flatMap((party) => {
      const { hasArrived, theirs, writes } = party;
      const words = this.of(party);
      if (!hasArrived || !words) return [];
      const mute = writes ? words.writes() : words.mute();
      const silent = theirs.speaks ? words.unheard() : mute;
      return [theirs.microphone ? '' : silent, theirs.hears ? '' : words.deaf()];
    });
    return said.filter(Boolean).join(' ');
  }

  /** @param {Talk} talk @returns {boolean} whether nothing comes of somebody at the moment */
  isBroken({ others }) {
    return others.some(({ condition }) => condition === 'interrupted');
  }

  /** @param {Talk} talk @returns {string} how the connection is; empty before there is one */
  connection({ others }) {
    const broken = others.filter(({ condition }) => condition === 'interrupted');
    if (broken.length > 0) {
      const words = broken.length < others.length ? this.of(broken[0]) : null;
      return (words ?? this.#vocabulary).interrupted();
    }
    const isHere = others.length > 0 && others.every(({ hasArrived }) => hasArrived);
    return isHere ? this.#weakness(others) : '';
  }

  /**
   * @param {Party[]} others
   * @returns {string} that it is weak, unless an alarm says so, and what is held back but does not
   *   stand in place of a picture
   */
  #weakness(others) {
    const ours = new Set(others.map((party) => party.ours));
    const theirs = new Set(others.map((party) => party.theirs.holds));
    const alarms = others.flatMap((party) => party.alarms);
    const isWeak = [...ours, ...theirs].some((holds) => holds !== 'nothing');
    if (!isWeak) return alarms.length > 0 ? '' : t('The connection is good.');
    const said = alarms.some((alarm) => WEAK.has(alarm)) ? [] : [t('The connection is weak.')];
    if (ours.has('picture')) said.push(t('Your picture is paused to keep the sound.'));
    if (ours.has('sound')) said.push(t('Your sound is off to keep the picture.'));
    for (const party of others)
      if (party.theirs.holds === 'sound') said.push(this.of(party)?.muted() ?? '');
    if (said.length < 2 && (ours.has('size') || theirs.has('size')))
      said.push(t('The pictures are smaller for now.'));
    return said.join(' ');
  }

  /** @param {Talk} talk @returns {string} what is wrong with the links, and what to do about it */
  alarms({ others, alarms }) {
    const said = others.flatMap((party) => {
      const words = this.of(party);
      const present = new Set(party.alarms);
      return [
        present.has('other_silent') ? words?.silent() : '',
        present.has('picture_frozen') ? words?.still() : '',
        present.has('weak_sending') && !alarms.has('weak_receiving') ? words?.badly() : '',
      ];
    });
    if (alarms.has('weak_receiving'))
      said.push(alarms.has('weak_sending') ? this.#vocabulary.mutually() : this.#vocabulary.badly());
    return said.filter(Boolean).join(' ');
  }

  /** @param {Talk} talk @returns {string} that the person's own microphone is switched off */
  own({ own, has }) {
    return has.microphone && !own.microphone ? t('You cannot be heard: your microphone is off.') : '';
  }
}
