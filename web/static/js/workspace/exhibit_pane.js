import { chime } from '../core/sound.js';
import { t } from '../core/texts.js';
import { find, findAs, write } from '../ui/dom.js';
import { Exhibit } from '../ui/exhibit.js';
import { toast } from '../ui/toast.js';
import { pickWindow } from './window_picker.js';

/** @typedef {import('../ui/exhibit.js').Exhibited} Exhibited */
/** @typedef {import('../core/types').ConsultantConsultation} Consultation */

/** Buttons that are there whenever there is something to look at. */
const LOOKING = ['swap', 'zoom-in', 'zoom-out', 'zoom-fit'];

/** While there is no room for it, whoever looks at it sees the last of it, and is told so. */
const HELD = {
  document: () => t('The connection is weak: the document stands still to keep the sound.'),
  theirWindow: () => t('The connection is weak: the window stands still to keep the sound.'),
  window: () => t('The connection is weak: your window stands still at the visitor’s.'),
};

/** @type {Record<import('../core/types').Shows, () => string>} */
const ENDED = {
  document: () => t('The visitor no longer shows a document.'),
  screen: () => t('The consultant no longer shows a window.'),
  none: () => '',
};

/**
 * What others show in the talk, photos of it, and the window that the consultant shows. Of a photo and
 * what is shown live, what came last is in front.
 */
export class ExhibitPane {
  #talk;
  #showing;
  #photos;
  #exhibit = new Exhibit();
  #window = findAs(HTMLButtonElement, '[data-action="show-window"]');
  #ask = findAs(HTMLButtonElement, '[data-action="ask-photo"]');
  #interprets = false;
  #isPicking = false;
  /** @type {import('../core/types').Shows} what somebody else shows */
  #shown = 'none';
  #isPhotoInFront = true;

  /**
   * @param {object} parts
   * @param {import('../ui/talk.js').Talk} parts.talk
   * @param {import('../ui/showing.js').Showing} parts.showing
   * @param {import('../ui/photos.js').Photos} parts.photos
   */
  constructor({ talk, showing, photos }) {
    this.#talk = talk;
    this.#showing = showing;
    this.#photos = photos;
    const render = () => this.#render();
    talk.on('change', render);
    showing.on('change', render);
    photos.on('change', render);
    photos.on('arrived', () => {
      void chime();
      this.#turn({ isPhotoInFront: true });
    });
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      ...this.#exhibit.actions,
      'show-window': () => this.toggleWindow(),
      'stop-showing': () => this.#showing.stop(),
      'ask-photo': () => this.askForPhoto(),
      'close-photo': () => this.#photos.forget(),
      'show-photo': () => this.#turn({ isPhotoInFront: true }),
      'show-live': () => this.#turn({ isPhotoInFront: false }),
    };
  }

  /** @param {Consultation | null} consultation */
  follow(consultation) {
    this.#interprets = consultation?.interprets ?? false;
    this.#showing.follow(consultation?.state === 'active');
    this.#render();
  }

  /** Call from a press: the browser asks which window it shall be. */
  async toggleWindow() {
    if (this.#showing.stream) this.#showing.stop();
    else if (this.#talk.isOn && !this.#interprets && !this.#isPicking) {
      this.#isPicking = true;
      const { track, words } = await pickWindow();
      this.#isPicking = false;
      if (track) this.#showing.start(track);
      else if (words) toast(words);
    }
  }

  askForPhoto() {
    if (this.#ask.disabled || this.#ask.hidden) return;
    this.#photos.ask();
    toast(t('The visitor is asked for a picture.'));
  }

  /** @param {{ isPhotoInFront: boolean }} now */
  #turn({ isPhotoInFront }) {
    this.#isPhotoInFront = isPhotoInFront;
    this.#render();
  }

  /** Brings in front what lies behind. */
  turnOver() {
    if (this.#photos.photo && this.#party) this.#turn({ isPhotoInFront: !this.#isPhotoInFront });
  }

  #render() {
    const { isOn } = this.#talk;
    const hasBegun = this.#notice(isOn);
    this.#window.hidden = this.#ask.hidden = this.#interprets;
    this.#window.ariaPressed = String(this.#showing.stream !== null);
    this.#window.disabled = !isOn;
    this.#ask.disabled = !isOn || !this.#photos.isOpen;
    const sign = find('[data-showing-sign]');
    sign.hidden = this.#showing.stream === null;
    const words = this.#talk.main.ours === 'picture' ? HELD.window() : t('The visitor sees your window.');
    write(find('[data-showing-words]', sign), sign.hidden ? '' : words);
    this.#exhibit.render(isOn ? this.#exhibited() : null, '#talk-title');
    // Whoever interprets watches hands first.
    if (hasBegun && this.#interprets) this.#exhibit.swap();
  }

  /**
   * Somebody has begun, or does not go on, to show something.
   *
   * @param {boolean} isOn
   * @returns {boolean} whether there was nothing to look at before
   */
  #notice(isOn) {
    const shown = (isOn && this.#party?.theirs.shows) || 'none';
    if (shown === this.#shown) return false;
    const hasBegun = this.#shown === 'none';
    if (shown !== 'none') this.#isPhotoInFront = false;
    else if (isOn) toast(ENDED[this.#shown]());
    this.#shown = shown;
    return hasBegun;
  }

  /** Who shows something. */
  get #party() {
    return this.#talk.others.find(({ theirs }) => theirs.shows !== 'none');
  }

  /** @returns {Exhibited | null} */
  #exhibited() {
    const { photo, share } = this.#photos;
    const live = this.#live();
    const front = photo && (this.#isPhotoInFront || !live) ? photoShown(photo, live !== null) : live;
    const coming = share === null ? '' : t('A picture is coming.');
    if (!front && !coming) return null;
    const name = t('Picture from the visitor');
    const shown = front ?? { picture: null, name, words: '', actions: [] };
    return { ...shown, words: coming || shown.words, share };
  }

  /** @returns {Exhibited | null} the moving picture of a document or a window */
  #live() {
    const party = this.#party;
    if (!party) return null;
    const { shows, holds } = party.theirs;
    const name = shows === 'document' ? t('The visitor shows a document.') : t('The consultant shows a window.');
    const held = shows === 'document' ? HELD.document() : HELD.theirWindow();
    return {
      picture: party.shown,
      name,
      words: holds === 'picture' ? held : name,
      share: null,
      actions: this.#photos.photo ? [...LOOKING, 'show-photo'] : LOOKING,
    };
  }
}

/**
 * @param {import('../core/photo.js').Photo} photo
 * @param {boolean} isOverLive something is shown that it lies on
 * @returns {Exhibited}
 */
function photoShown(photo, isOverLive) {
  const { width, height } = photo;
  return {
    picture: photo,
    name: t('Picture from the visitor'),
    words: t('A still picture from the visitor, {width} × {height}.', { width, height }),
    share: null,
    actions: [...LOOKING, ...(isOverLive ? ['show-live'] : []), 'close-photo'],
  };
}
