import { Emitter } from '../core/events.js';
import { INTERPRETED, SIGN, SPEECH } from '../core/ladder.js';
import { linksOf } from '../core/messages.js';
import { Party } from './party.js';

/** @typedef {import('../core/types').MediaOn} MediaOn */
/** @typedef {import('../core/types').Given} Given */
/** @typedef {import('../core/devices.js').Kind} Kind */
/** @typedef {import('../core/types').BoothConsultation} BoothConsultation */
/** @typedef {import('../core/types').ConsultantConsultation} ConsultantConsultation */

/**
 * What there is to show of a conversation, at the booth and in the workspace alike.
 *
 * @extends {Emitter<{ change: null }>}
 */
export class Talk extends Emitter {
  #call;
  #devices;
  #faults;
  #rationing;
  /** @type {BoothConsultation | ConsultantConsultation | null} */
  #consultation = null;
  #isCarrying = false;
  /** @type {string | undefined} the recorder's link that was ended here */
  #leftRecorder;
  /** Whom this person came to talk to: at the booth the specialist, for staff the visitor. */
  main;
  /** Who is there besides, if anybody: the interpreter, or for the interpreter the consultant. */
  third;

  /**
   * @param {object} parts
   * @param {import('../core/call.js').Call} parts.call
   * @param {import('../core/devices.js').Devices} parts.devices
   * @param {import('../core/faults.js').Faults} parts.faults
   * @param {import('../core/rationing.js').Rationing} parts.rationing
   * @param {import('../core/sampler.js').Sampler} parts.sampler
   * @param {{ main: HTMLVideoElement, third: HTMLVideoElement }} parts.videos
   */
  constructor({ call, devices, faults, rationing, sampler, videos }) {
    super();
    this.#call = call;
    this.#devices = devices;
    this.#faults = faults;
    this.#rationing = rationing;
    this.main = new Party(call, sampler, videos.main);
    this.third = new Party(call, sampler, videos.third);
    for (const party of [this.main, this.third]) party.on('change', () => this.emit('change', null));
    const tell = () => {
      call.sendMedia(this.given);
      this.emit('change', null);
    };
    devices.on('change', tell);
    faults.on('change', tell);
  }

  /** @returns {Party[]} the others in the conversation, the main one first */
  get others() {
    return [this.main, this.third].filter(({ side }) => side !== null);
  }

  /** @returns {MediaOn} which devices there are */
  get has() {
    return { microphone: this.#devices.audio !== null, camera: this.#devices.video !== null };
  }

  /** @returns {MediaOn} which of them are switched on */
  get own() {
    const { has } = this;
    const { microphone, camera } = this.#devices.switched;
    return { microphone: has.microphone && microphone, camera: has.camera && camera };
  }

  /** @returns {Given} what the others get from here: silence and darkness are nothing */
  get given() {
    const { microphone, camera } = this.own;
    const [silent, dark] = [this.#faults.of('microphone'), this.#faults.of('camera')];
    const hears = this.#faults.of('speaker') === null;
    return { microphone: microphone && !silent, camera: camera && !dark, speaks: !silent, hears };
  }

  /** Whether this person has ended the present conversation. */
  get isEnded() {
    return this.main.isEnded;
  }

  /** What is wrong with the links to the others. */
  get alarms() {
    return new Set(this.others.flatMap(({ alarms }) => alarms));
  }

  /** Whether people may see and hear each other now. */
  get isOn() {
    return this.#isCarrying && !this.isEnded;
  }

  /** @returns {string[]} ids of the links to people, the main one first */
  get links() {
    const people = linksOf(this.#consultation).filter(({ to }) => to !== 'recorder');
    return people.map(({ id }) => id);
  }

  /** Whether the browser holds somebody's sound back until something is pressed. */
  get isSilenced() {
    return this.others.some(({ isSilenced }) => isSilenced);
  }

  /**
   * @param {BoothConsultation | ConsultantConsultation | null} consultation
   * @param {boolean} isCarrying whether people may see and hear each other yet
   */
  follow(consultation, isCarrying) {
    this.#consultation = consultation;
    this.#isCarrying = isCarrying;
    const links = linksOf(consultation);
    const people = links.filter(({ to }) => to !== 'recorder');
    this.main.meet(people[0] ?? null);
    this.third.meet(people[1] ?? null);
    const { isOn } = this;
    this.#call.follow(
      links.filter(({ id }) => id !== this.#leftRecorder),
      isOn,
    );
    const isSigned = consultation?.mode === 'sign';
    const rungs = consultation?.interpreter ? INTERPRETED : isSigned ? SIGN : SPEECH;
    const [ids, recorder] = [people.map(({ id }) => id), consultation?.recording?.link ?? null];
    this.#rationing.follow(new Set(ids), rungs, rungs !== SPEECH, recorder);
    for (const party of [this.main, this.third]) party.carry(isOn);
  }

  /**
   * Ends the conversation on this side at once and for good: nobody here is seen or heard any more,
   * nor are the others, even while the server cannot be told.
   */
  end() {
    for (const party of this.others) party.end();
    this.follow(this.#consultation, false);
  }

  /** Nothing goes to the present recorder any more, whatever the server has heard of that. */
  leaveRecorder() {
    this.#leftRecorder = this.#consultation?.recording?.link ?? undefined;
    this.follow(this.#consultation, this.#isCarrying);
  }

  /** @param {Kind} kind */
  toggle(kind) {
    if (!this.has[kind]) return;
    const on = !this.#devices.switched[kind];
    this.#devices.switch(kind, on);
  }

  /**
   * Shows something besides the face.
   *
   * @param {import('../core/types').Shows} shows
   * @param {MediaStreamTrack | null} track null: nothing, or nothing new for a moment
   */
  show(shows, track) {
    this.#call.show(shows, track);
  }

  /** @param {string} link to somebody who has begun to write */
  noteWriting(link) {
    this.others[this.links.indexOf(link)]?.noteWriting();
  }

  /** Call from a press. */
  async turnSoundOn() {
    await Promise.all(this.others.map((party) => party.turnSoundOn()));
  }
}
