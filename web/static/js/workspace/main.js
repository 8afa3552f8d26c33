import { Call } from '../core/call.js';
import { Devices } from '../core/devices.js';
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
import { ask } from '../ui/dialogs.js';
import { onActions } from '../ui/dom.js';
import { Errands } from '../ui/errands.js';
import { FaultNotice } from '../ui/fault_notice.js';
import { Loudspeaker } from '../ui/loudspeaker.js';
import { Photos } from '../ui/photos.js';
import { PictureSampler } from '../ui/picture_sampler.js';
import { ScreenSwitch } from '../ui/screen_switch.js';
import { Showing } from '../ui/showing.js';
import { Stage } from '../ui/stage.js';
import { Talk } from '../ui/talk.js';
import { TalkWords } from '../ui/talk_words.js';
import { WritePane } from '../ui/write_pane.js';
import { Writing } from '../ui/writing.js';
import { ExhibitPane } from './exhibit_pane.js';
import { faultWords } from './fault_words.js';
import { LinePanel } from './line_panel.js';
import { Names } from './names.js';
import { OfferPane } from './offer_pane.js';
import { OwnBox } from './own_box.js';
import { Shortcuts } from './shortcuts.js';
import { StatusControl } from './status_control.js';
import { TalkPane } from './talk_pane.js';
import { VOCABULARY } from './talk_vocabulary.js';
import { VisitorPanel } from './visitor_panel.js';
import { Workspace } from './workspace.js';

const page = pageData();
const names = new Names();
const wire = new Wire({ url: page.ws, language: page.language });
const devices = new Devices();
const faults = new Faults(devices, new PictureSampler());
const call = new Call({ wire, devices, hardware: new Hardware() });
const sampler = new Sampler(call);
new Reporter(sampler, wire);
const videos = Stage.videos();
const speaker = new Loudspeaker(Object.values(videos), devices);
const rationing = new Rationing(call, sampler);
const talk = new Talk({ call, devices, faults, rationing, sampler, videos });
const reports = new IssueReports(wire);
const announcer = new Announcer();
const errands = new Errands(wire);
const talkPane = new TalkPane(talk, announcer, names, errands);
const visitor = new VisitorPanel(names);
const deviceDialog = new DeviceDialog(devices, speaker);
const connectionTest = new ConnectionTest({ wire, devices, surface: 'workspace' });
new FaultNotice(faults, () => faultWords(faults));
const report = () => reports.set([...faults.all, ...talk.alarms]);
faults.on('change', report);
talk.on('change', report);
wire.on('consultant.state', ({ consultation }) => reports.follow(consultation));

const workspace = new Workspace({
  wire,
  announcer,
  errands,
  screens: new ScreenSwitch(),
  own: new OwnBox(devices, faults),
  status: new StatusControl(names),
  names,
  line: new LinePanel(names),
  offer: new OfferPane(names),
  talk: talkPane,
  visitor,
});

const showing = new Showing({ talk, wire, exhibit: 'screen' });
const photos = new Photos(call, talk, { takes: true });
const exhibit = new ExhibitPane({ talk, showing, photos });
wire.on('consultant.state', ({ consultation }) => exhibit.follow(consultation));

const writing = new Writing(call, talk, wire);
const words = new TalkWords(VOCABULARY);
const writePane = new WritePane({ writing, talk, faults, words, isAhead: false });

const own = {
  microphone: () => talk.toggle('microphone'),
  camera: () => talk.toggle('camera'),
  devices: () => deviceDialog.open(),
  'check-connection': (/** @type {HTMLElement} */ pressed) => connectionTest.run(pressed),
  shortcuts: () => ask('shortcut-list'),
};
const { recording } = talkPane;
onActions({
  ...workspace.actions,
  ...recording.actions,
  ...exhibit.actions,
  ...writePane.actions,
  ...own,
  'sound-on': () => talkPane.turnSoundOn(),
  'try-devices': () => devices.regain(),
  'speaker-tone': () => deviceDialog.playTone(),
});
new Shortcuts({
  KeyA: () => workspace.answer('offer.accept'),
  KeyD: () => workspace.answer('offer.decline'),
  KeyS: () => workspace.toggleStatus(),
  KeyM: own.microphone,
  KeyV: own.camera,
  KeyP: own.devices,
  KeyW: () => exhibit.toggleWindow(),
  KeyI: () => exhibit.askForPhoto(),
  KeyT: () => writePane.toggle(),
  KeyX: exhibit.actions.swap,
  KeyL: () => exhibit.turnOver(),
  Equal: exhibit.actions['zoom-in'],
  Minus: exhibit.actions['zoom-out'],
  Digit0: exhibit.actions['zoom-fit'],
  KeyH: () => workspace.hangUp(),
  KeyR: () => recording.ask(),
  KeyF: () => workspace.finish(),
  Digit1: () => visitor.choose(1),
  Digit2: () => visitor.choose(2),
  Digit3: () => visitor.choose(3),
  Digit4: () => visitor.choose(4),
  '?': own.shortcuts,
});
wire.open();
