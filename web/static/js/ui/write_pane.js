import { chime } from '../core/sound.js';
import { MISSING, plain } from '../core/t140.js';
import { t } from '../core/texts.js';
import { copyOf, find, findAs, write } from './dom.js';
import { toast } from './toast.js';
import { WrittenBefore } from './written_before.js';

/** How far from its end a log may be scrolled to follow what is new. */
const NEAR_PX = 40;

/** What is written in the talk, under the pictures: a log of finished lines, and those being written. */
export class WritePane {
  #writing;
  #talk;
  #faults;
  #words;
  #isAhead;
  #pane = find('[data-writing]');
  #view = find('[data-writing-view]', this.#pane);
  #log = find('[data-writing-log]', this.#pane);
  #open = find('[data-writing-open]', this.#pane);
  #empty = find('[data-writing-empty]', this.#pane);
  #gone = find('[data-writing-gone]', this.#pane);
  #before = new WrittenBefore();
  #waiting = find('[data-writing-waiting]', this.#pane);
  #live = find('[data-writing-live]');
  #input = findAs(HTMLTextAreaElement, '[data-writing-input]', this.#pane);
  #button = findAs(HTMLButtonElement, '[data-action="write"]');
  /** The rows of the log, by their lines. @type {Map<{ text: string }, HTMLElement>} */
  #rows = new Map();
  /** Whether the end of the log is in sight, and what is new comes into it. */
  #isAtEnd = true;
  #isOpen = false;
  /** Whether this person wants to write as soon as they can. */
  #isWished = false;

  /**
   * @param {object} parts
   * @param {import('./writing.js').Writing} parts.writing
   * @param {import('./talk.js').Talk} parts.talk
   * @param {import('../core/faults.js').Faults} parts.faults
   * @param {import('./talk_words.js').TalkWords} parts.words
   * @param {boolean} parts.isAhead whether it is offered before there is somebody to read it
   */
  constructor({ writing, talk, faults, words, isAhead }) {
    this.#writing = writing;
    this.#talk = talk;
    this.#faults = faults;
    this.#words = words;
    this.#isAhead = isAhead;
    this.#input.addEventListener('input', ({ timeStamp }) => writing.write(this.#input.value, timeStamp));
    // The way back to keys that act at once.
    this.#input.addEventListener('keydown', ({ key }) => key === 'Escape' && this.#button.focus());
    writing.on('came', () => this.#attend());
    this.#view.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#view;
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    });
    new ResizeObserver(() => this.#follow()).observe(this.#view);
    const render = () => this.render();
    writing.on('change', render);
    talk.on('change', render);
    faults.on('change', render);
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      write: () => this.toggle(),
      'write-instead': () => this.#goOn(),
      'end-line': () => {
        this.#writing.end(performance.now());
        this.#input.focus();
      },
    };
  }

  toggle() {
    if (this.#button.disabled) return;
    this.#isOpen = !this.#isOpen;
    this.render();
    if (this.#isOpen) this.#input.focus();
    else this.#button.focus();
  }

  /** By writing: now, or once there is somebody to read it. */
  #goOn() {
    if (this.#talk.isOn) {
      if (!this.#isOpen) this.toggle();
      return;
    }
    this.#isWished = true;
    this.render();
    toast(t('In the conversation you will write instead of speaking.'));
  }

  /** Somebody writes: their words come into sight, and the focus stays where it is. */
  #attend() {
    if (this.#isOpen || !this.#talk.isOn) return;
    this.#isOpen = true;
    void chime();
    write(this.#live, t('Somebody writes to you. The words stand under the picture.'));
  }

  render() {
    const { isOn } = this.#talk;
    const canWrite = isOn && this.#writing.isOpen;
    if (!isOn) this.#isOpen = false;
    const isDue = this.#isWished && canWrite;
    if (isDue) {
      this.#isWished = false;
      this.#isOpen = true;
    }
    this.#button.disabled = !canWrite && !this.#isOpen;
    this.#button.ariaExpanded = String(this.#isOpen);
    this.#offer();
    this.#pane.hidden = !this.#isOpen;
    if (!this.#isOpen) write(this.#live, '');
    this.#renderLines();
    // The screen may only be coming up, which puts the focus on its heading.
    if (isDue) setTimeout(() => this.#input.focus());
  }

  /** Offers to write wherever it is said that this person cannot be heard, or hears nothing. */
  #offer() {
    const isImpaired = (this.#faults.of('microphone') ?? this.#faults.of('speaker')) !== null;
    const canBegin = this.#talk.isOn || this.#isAhead;
    const isOffered = isImpaired && canBegin && !this.#isOpen && !this.#isWished;
    document.documentElement.toggleAttribute('data-writing-offered', isOffered);
  }

  #renderLines() {
    const { log, open, own, isWaiting } = this.#writing;
    const there = new Set(log.map(({ line }) => line));
    for (const [line, row] of this.#rows) {
      if (there.has(line)) continue;
      row.remove();
      this.#rows.delete(line);
    }
    for (const { link, line } of log) {
      if (this.#rows.has(line)) continue;
      const row = this.#log.appendChild(this.#row(link, line.text));
      this.#rows.set(line, row);
    }
    while (this.#open.children.length > open.length) this.#open.lastElementChild?.remove();
    for (const [index, { link, text }] of open.entries()) {
      const row = this.#open.children[index] ?? this.#open.appendChild(this.#row(link, ''));
      this.#fill(/** @type {HTMLElement} */ (row), link, text);
    }
    const isWritten = log.length > 0 || open.length > 0;
    const link = this.#talk.isOn ? (this.#talk.links[0] ?? null) : null;
    const isGone = this.#before.follow(link, isWritten);
    this.#gone.hidden = !isGone;
    this.#empty.hidden = isWritten || isGone;
    this.#waiting.hidden = !isWaiting;
    if (plain(this.#input.value) !== own) this.#input.value = own;
    this.#follow();
  }

  #follow() {
    if (this.#isAtEnd) this.#view.scrollTop = this.#view.scrollHeight;
  }

  /** @param {string | null} link @param {string} text */
  #row(link, text) {
    const row = copyOf('writing-line');
    row.toggleAttribute('data-own', link === null);
    this.#fill(row, link, text);
    return row;
  }

  /** @param {HTMLElement} row @param {string | null} link of whose it is @param {string} text */
  #fill(row, link, text) {
    write(find('[data-name]', row), this.#nameOf(link));
    write(find('[data-text]', row), text);
    find('[data-missing]', row).hidden = !text.includes(MISSING);
  }

  /** @param {string | null} link */
  #nameOf(link) {
    if (link === null) return t('You');
    const party = this.#talk.others[this.#talk.links.indexOf(link)];
    return (party && this.#words.of(party)?.name()) ?? '';
  }
}
