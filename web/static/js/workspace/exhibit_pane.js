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

/** What others show in the talk, photos of it, and the window that the consultant shows. */
export class ExhibitPane {
  #talk;
  #showing;
  #photos;
  #exhibit = new Exhibit();
  #window = findAs(HTMLButtonElement, '[data-action="show-window"]');
  #ask = findAs(HTMLButtonElement, '[data-action="ask-photo"]');
  #interprets = false;
  #isPicking = false;

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
    photos.on('arrived', () => void chime());
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      ...this.#exhibit.actions,
      'show-window': () => this.toggleWindow(),
      'stop-showing': () => this.#showing.stop(),
      'ask-photo': () => this.askForPhoto(),
      'close-photo': () => this.#photos.forget(),
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

  #render() {
    const { isOn } = this.#talk;
    this.#window.hidden = this.#ask.hidden = this.#interprets;
    this.#window.ariaPressed = String(this.#showing.stream !== null);
    this.#window.disabled = !isOn;
    this.#ask.disabled = !isOn || !this.#photos.isOpen;
    const sign = find('[data-showing-sign]');
    sign.hidden = this.#showing.stream === null;
    write(find('[data-showing-words]', sign), sign.hidden ? '' : t('The visitor sees your window.'));
    this.#exhibit.render(isOn ? this.#exhibited() : null, '#talk-title');
  }

  /** @returns {Exhibited | null} */
  #exhibited() {
    const { photo, share } = this.#photos;
    const coming = share === null ? '' : t('A picture is coming.');
    if (photo) {
      const { width, height } = photo;
      return {
        picture: photo,
        name: t('Picture from the visitor'),
        words: coming || t('Picture from the visitor, {width} × {height}.', { width, height }),
        share,
        actions: [...LOOKING, 'close-photo'],
      };
    }
    const party = this.#talk.others.find(({ theirs }) => theirs.shows !== 'none');
    if (!party) {
      const name = t('Picture from the visitor');
      return coming ? { picture: null, name, words: coming, share, actions: [] } : null;
    }
    const isDocument = party.theirs.shows === 'document';
    const words = isDocument
      ? t('The visitor shows a document.')
      : t('The consultant shows a window.');
    return { picture: party.shown, name: words, words: coming || words, share, actions: LOOKING };
  }
}
