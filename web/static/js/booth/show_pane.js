import { chime } from '../core/sound.js';
import { takeStill } from '../core/still.js';
import { t } from '../core/texts.js';
import { find, findAs, write } from '../ui/dom.js';
import { Exhibit } from '../ui/exhibit.js';
import { toast } from '../ui/toast.js';
import { documentShown, photoShown, windowShown } from './exhibited.js';

/** A still picture of the only camera must not disturb the face that others see meanwhile. */
const FACE_LIMIT = { width: 1920, height: 1080 };

/**
 * What the visitor shows: a document under the second camera, or held before the only one, and
 * photos of it. And what the specialist shows to them.
 */
export class ShowPane {
  #talk;
  #devices;
  #showing;
  #photos;
  #camera;
  #exhibit = new Exhibit();
  #button = findAs(HTMLButtonElement, '[data-action="show-document"]');
  /** The visitor holds a document before the camera that sees their face. */
  #isHeldUp = false;
  #isTaking = false;
  #isAsked = false;
  /** The document camera was pulled out while it showed something. */
  #isLost = false;
  /** The specialist shows a window. */
  #hasWindow = false;
  /** Cameras that could look at it, the present one first. @type {string[]} */
  #cameras = [];

  /**
   * @param {object} parts
   * @param {import('../ui/talk.js').Talk} parts.talk
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../ui/showing.js').Showing} parts.showing
   * @param {import('../ui/photos.js').Photos} parts.photos
   * @param {import('../core/document_camera.js').DocumentCamera} parts.camera
   */
  constructor({ talk, devices, showing, photos, camera }) {
    this.#talk = talk;
    this.#devices = devices;
    this.#showing = showing;
    this.#photos = photos;
    this.#camera = camera;
    const render = () => this.#render();
    talk.on('change', render);
    showing.on('change', render);
    photos.on('change', render);
    showing.on('lost', () => {
      this.#isLost = true;
      this.#photos.forget();
      render();
    });
    photos.on('wanted', () => {
      this.#isAsked = true;
      void chime();
      this.#render();
    });
  }

  /** What the buttons of the page do, by their `data-action`. */
  get actions() {
    return {
      ...this.#exhibit.actions,
      'show-document': () => (this.#isShown ? this.#stop() : this.#show()),
      'stop-showing': () => this.#stop(),
      'other-camera': () => this.#use([...this.#cameras.slice(1), this.#cameras[0]]),
      'take-photo': () => this.#takePhoto(),
      'close-photo': () => this.#photos.forget(),
    };
  }

  get #isShown() {
    return this.#isHeldUp || this.#showing.stream !== null;
  }

  async #show() {
    if (!this.#talk.isOn) return;
    await this.#use(await this.#camera.ids());
    find('[data-exhibit-view]').focus();
  }

  /** @param {string[]} cameras the first one that gives a picture is used */
  async #use(cameras) {
    this.#cameras = cameras;
    this.#isLost = false;
    this.#photos.forget();
    // Some systems give a camera to one program at a time, and only then to the next.
    this.#showing.stop();
    for (const id of cameras) {
      try {
        this.#showing.start(await this.#camera.open(id));
        return;
      } catch (error) {
        console.info('Document camera:', error);
      }
    }
    this.#isHeldUp = this.#talk.isOn;
    this.#render();
  }

  #stop() {
    this.#isHeldUp = false;
    this.#photos.forget();
    this.#showing.stop();
    this.#render();
    this.#button.focus();
  }

  async #takePhoto() {
    const { track } = this.#showing;
    const camera = track ?? (this.#isHeldUp ? this.#devices.video : null);
    if (!camera || this.#isTaking) return;
    this.#isAsked = false;
    this.#set({ isTaking: true });
    try {
      const limit = track ? undefined : FACE_LIMIT;
      const blob = await this.#showing.hold(() => takeStill(camera, limit));
      this.#set({ isTaking: false });
      const sent = this.#talk.isOn ? await this.#photos.send(blob) : null;
      if (sent) this.#showing.reportPhoto(sent);
    } catch (error) {
      // The camera was unplugged meanwhile, of which the page hears otherwise.
      console.info('No photo:', error);
      this.#set({ isTaking: false });
    }
  }

  /** @param {{ isTaking: boolean }} now */
  #set({ isTaking }) {
    this.#isTaking = isTaking;
    this.#render();
  }

  #render() {
    const { isOn } = this.#talk;
    if (!isOn) this.#isHeldUp = this.#isAsked = this.#isLost = false;
    this.#button.disabled = !isOn || !this.#devices.video;
    this.#button.ariaPressed = String(this.#isShown);
    const isWish = this.#isAsked && !this.#isShown;
    this.#button.toggleAttribute('data-wanted', isWish);
    write(find('[data-document-wish]'), this.#wish(isWish));
    this.#tellOfWindow();
    this.#exhibit.render(this.#exhibited(), '#conversation-title');
  }

  /** @param {boolean} isWish @returns {string} why the button should be pressed; empty: no need to */
  #wish(isWish) {
    if (isWish)
      return t('The specialist asks for a picture of a document. Press “Show a document”.');
    return this.#isLost
      ? t('The document camera is off: the specialist no longer sees the document. Press “Show a document” to go on.')
      : '';
  }

  /** Who looked at a window hears that it is gone. */
  #tellOfWindow() {
    const { isOn } = this.#talk;
    const hasWindow = isOn && this.#window !== undefined;
    if (this.#hasWindow && !hasWindow && isOn) toast(t('The specialist no longer shows a window.'));
    this.#hasWindow = hasWindow;
  }

  /** Who shows one. */
  get #window() {
    return this.#talk.others.find(({ theirs }) => theirs.shows === 'screen');
  }

  /** @returns {import('../ui/exhibit.js').Exhibited | null} */
  #exhibited() {
    const { isOn, own, main } = this.#talk;
    if (!isOn) return null;
    const { photo, state, share, isOpen } = this.#photos;
    if (photo) return photoShown({ photo, state, share, isShown: this.#isShown });
    const { stream } = this.#showing;
    if (this.#isShown)
      return documentShown({
        stream: stream ?? this.#devices.stream,
        isApart: stream !== null,
        isSeen: stream !== null || own.camera,
        isTaking: this.#isTaking,
        isAsked: this.#isAsked,
        canSend: isOpen,
        hasOthers: stream !== null && this.#cameras.length > 1,
        isHeld: main.ours === 'picture',
      });
    return this.#window ? windowShown(this.#window) : null;
  }
}
