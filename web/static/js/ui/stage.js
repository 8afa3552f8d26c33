import { find, findAs, write } from './dom.js';

/** @typedef {'main' | 'third'} Seat */
/** @typedef {import('./talk.js').Talk} Talk */

/** The pictures of the others, each in the place its macro `person` keeps for it. */
export class Stage {
  #stage = find('[data-stage]');
  #words;

  /** @param {import('./talk_words.js').TalkWords} words */
  constructor(words) {
    this.#words = words;
  }

  /** @returns {Record<Seat, HTMLVideoElement>} what shows and plays them */
  static videos() {
    /** @param {Seat} seat */
    const of = (seat) => findAs(HTMLVideoElement, `[data-other-picture="${seat}"]`);
    return { main: of('main'), third: of('third') };
  }

  /**
   * @param {Talk} talk
   * @returns {string} what is said in place of pictures
   */
  render(talk) {
    const isOfThree = talk.others.length > 1;
    this.#stage.toggleAttribute('data-three', isOfThree);
    find('[data-person="third"]', this.#stage).hidden = !isOfThree;
    const said = talk.others.map((party) => this.#words.onStage(party));
    if (said.length === 0) this.#say('main', '');
    for (const [index, party] of talk.others.entries()) {
      const seat = index === 0 ? 'main' : 'third';
      this.#say(seat, said[index]);
      this.#name(seat, party, isOfThree);
    }
    return [...new Set(said)].filter(Boolean).join(' ');
  }

  /** @param {Seat} seat @param {string} text */
  #say(seat, text) {
    const words = find(`[data-person="${seat}"] [data-stage-words]`, this.#stage);
    words.hidden = text === '';
    write(find('p', words), text);
  }

  /**
   * @param {Seat} seat
   * @param {import('./party.js').Party} party
   * @param {boolean} isOfThree so that it must be said whose picture this is
   */
  #name(seat, party, isOfThree) {
    const { hasArrived, theirs } = party;
    const words = this.#words.of(party);
    const frame = find(`[data-person="${seat}"]`, this.#stage);
    find('video', frame).ariaLabel = words?.picture() ?? '';
    find('[data-person-words]', frame).hidden = !isOfThree;
    write(find('[data-person-name]', frame), words?.name() ?? '');
    for (const kind of /** @type {const} */ (['microphone', 'camera']))
      find(`[data-person-off="${kind}"]`, frame).hidden = !hasArrived || theirs[kind];
  }
}
