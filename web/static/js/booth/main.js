import { Call } from '../core/call.js';
import { Devices } from '../core/devices.js';
import { DocumentCamera } from '../core/document_camera.js';
import { Faults } from '../core/faults.js';
import { Hardware } from '../core/hardware.js';
import { IssueReports } from '../core/issue_reports.js';
import { Reporter } from '../core/reporter.js';
import { Rationing } from '../core/rationing.js';
import { Sampler } from '../core/sampler.js';
import { pageData } from '../core/texts.js';
import { Wire } from '../core/wire.js';
import { Announcer } from '../ui/announcer.js';
import { ConnectionTest } from '../ui/connection_test.js';
import { DeviceDialog } from '../ui/device_dialog.js';
import { find, onActions } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { FaultNotice } from '../ui/fault_notice.js';
import { Loudspeaker } from '../ui/loudspeaker.js';
import { Photos } from '../ui/photos.js';
import { PictureSampler } from '../ui/picture_sampler.js';
import { Showing } from '../ui/showing.js';
import { Stage } from '../ui/stage.js';
import { Talk } from '../ui/talk.js';
import { TalkWords } from '../ui/talk_words.js';
import { WritePane } from '../ui/write_pane.js';
import { Writing } from '../ui/writing.js';
import { showBroken } from './broken.js';
import { Comfort } from './comfort.js';
import { faultWords } from './fault_words.js';
import { Handset } from './handset.js';
import { HostCall } from './host_call.js';
import { Loudness } from './loudness.js';
import { OwnPicture } from './own_picture.js';
import { ScreenKeyboard } from './screen_keyboard.js';
import { ShowPane } from './show_pane.js';
import { VOCABULARY } from './talk_vocabulary.js';
import { TopicScreen } from './topic_screen.js';
import { Visit } from './visit.js';

/** @typedef {import('./topics.js').Topic} Topic */

/**
 * @typedef {object} Sound see signaling.sound.Sound
 * @property {number} loudness
 * @property {boolean} echo_cancellation
 * @property {boolean} noise_suppression
 * @property {boolean} gain_control
 * @property {string} handset
 */

const page = /** @type {import('../core/types').Page & { topics: Topic[], sound: Sound }} */ (
  pageData()
);
const { sound } = page;
const wire = new Wire({ url: page.ws, language: page.language });
const devices = new Devices({
  echoCancellation: sound.echo_cancellation,
  noiseSuppression: sound.noise_suppression,
  autoGainControl: sound.gain_control,
});
const faults = new Faults(devices, new PictureSampler());
const call = new Call({ wire, devices, hardware: new Hardware() });
const sampler = new Sampler(call);
new Reporter(sampler, wire);
const videos = Stage.videos();
const speaker = new Loudspeaker(Object.values(videos), devices, sound.loudness);
const handset = sound.handset ? new Handset({ devices, speaker, name: sound.handset }) : null;
const rationing = new Rationing(call, sampler);
const talk = new Talk({ call, devices, faults, rationing, sampler, videos });
const reports = new IssueReports(wire);
const topics = new Map(page.topics.map((topic) => [topic.id, topic]));

const comfort = new Comfort();
const topicScreen = new TopicScreen();
const loudness = new Loudness(speaker);
const own = new OwnPicture(devices);
const deviceDialog = new DeviceDialog(devices, speaker);
const connectionTest = new ConnectionTest({ wire, devices, surface: 'booth' });
const { language } = page;
new FaultNotice(faults, () => faultWords(faults));
const host = new HostCall({
  wire,
  errands: new Errands(wire),
  announcer: new Announcer(),
  issues: () => faults.all,
});
const visit = new Visit({ wire, devices, faults, call, talk, host, language, topics, topicScreen });
const report = () => reports.set([...faults.all, ...talk.alarms]);
faults.on('change', report);
talk.on('change', report);
wire.on('booth.state', ({ consultation, health }) => {
  showBroken(health);
  if (consultation) faults.needsSound = consultation.mode !== 'sign';
  reports.follow(consultation);
});

const showing = new Showing({ talk, wire, exhibit: 'document' });
const photos = new Photos(call, talk, { takes: false });
const camera = new DocumentCamera(devices);
const showPane = new ShowPane({ talk, devices, showing, photos, camera });
wire.on('booth.state', ({ consultation }) => showing.follow(consultation?.state === 'active'));

const writing = new Writing(call, talk, wire);
const words = new TalkWords(VOCABULARY);
const writePane = new WritePane({ writing, talk, faults, words, isAhead: true });
const keyboard = new ScreenKeyboard(language);

onActions({
  ...visit.actions,
  ...host.actions,
  ...writePane.actions,
  ...showPane.actions,
  ...keyboard.actions,
  comfort: () => comfort.open(),
  devices: () => deviceDialog.open(),
  'check-connection': (pressed) => connectionTest.run(pressed),
  'try-devices': () => devices.regain(),
  'speaker-tone': () => deviceDialog.playTone(),
  louder: () => loudness.turn(1),
  quieter: () => loudness.turn(-1),
  handset: () => handset?.toggle(),
  microphone: () => talk.toggle('microphone'),
  camera: () => talk.toggle('camera'),
  'sound-on': async () => {
    await talk.turnSoundOn();
    find('#conversation-title').focus();
  },
  'topics-previous': () => topicScreen.turn(-1),
  'topics-next': () => topicScreen.turn(1),
  'hide-own': () => own.hide(true),
  'show-own': () => own.hide(false),
});
own.render();
wire.open();
// A page kept for "back" would bring the last visitor's screen with it.
addEventListener('pageshow', (event) => event.persisted && location.reload());
