/** Real-time text as ITU-T T.140 has it: what is written, and how it changes, one code point at a time. */

export const ERASE = '\b';
export const NEW_LINE = '\u2028';
/** Something may be missing here. */
export const MISSING = '\uFFFD';

/** Code points of one line; what is longer goes on in the next. */
export const MOST_IN_LINE = 500;
/** Lines of one person that are kept. */
const MOST_LINES = 200;

const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2029]/g;
/** Controls, halves of characters, and what turns the direction of the text around it. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2060-\u206F\u200B\u200E\u200F\uFEFF]/gu;

/**
 * @param {string} text as it was typed, pasted or dictated
 * @returns {string} the same as a part of one line that everybody sees alike
 */
export function plain(text) {
  return text.replace(/[\t\n\r\v\f\u0085\u2028\u2029]/g, ' ').replace(UNSEEN, '');
}

/**
 * @param {string} before what the other side has of a line
 * @param {string} after what it is to have
 * @returns {string} what to send: erasing goes from the end
 */
export function edits(before, after) {
  const [old, now] = [[...before], [...after]];
  let same = 0;
  while (same < old.length && old[same] === now[same]) same += 1;
  return ERASE.repeat(old.length - same) + now.slice(same).join('');
}

/** What one person has written, as it arrives. Whatever arrives, it is bounded and plain. */
export class Transcript {
  /** The line that is being written. */
  open = '';
  /** Those before it; each is an object, so that it can be told from another of the same text. */
  /** @type {{ text: string }[]} */
  finished = [];

  /** @param {string} block of T.140 */
  take(block) {
    const text = block.replace(LINE_ENDS, NEW_LINE);
    for (const character of text) {
      if (character === NEW_LINE) this.#finish();
      else if (character === ERASE) this.#erase();
      else if (character.replace(UNSEEN, '') !== '') this.#add(character);
    }
  }

  /** The line that was being written is begun anew by whoever writes it. */
  restart() {
    this.open = '';
  }

  #finish() {
    this.finished.push({ text: this.open });
    if (this.finished.length > MOST_LINES) this.finished.shift();
    this.open = '';
  }

  #erase() {
    // Before the first character of a line stands the end of the line before.
    if (this.open === '') this.open = this.finished.pop()?.text ?? '';
    else this.open = [...this.open].slice(0, -1).join('');
  }

  /** @param {string} character */
  #add(character) {
    if ([...this.open].length >= MOST_IN_LINE) this.#finish();
    this.open += character;
  }
}
