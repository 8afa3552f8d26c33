// The messages of `okno.v1` as the pages use them: signaling/messages.py in TypeScript's words.

export type ConsultationState =
  | 'waiting'
  | 'offered'
  | 'connecting'
  | 'active'
  | 'wrapping_up'
  | 'closed';

/** Who somebody in a conversation is. */
export type Side = 'visitor' | 'consultant' | 'interpreter';

/** The receiver's end of the link to another person; the owner makes the offers. */
export interface LinkInfo {
  id: string;
  owner: boolean;
  /** Who is at the other end. The recorder's link the page makes out of the state of a recording. */
  to: Side | 'recorder';
}

/** Whether a conversation is recorded. */
export interface Recording {
  state: 'asked' | 'agreed' | 'running' | 'refused' | 'stopped' | 'unavailable';
  /** Who asked, refused or ended it; null: nobody in person. */
  by: Side | null;
  /** How long a recording is kept. */
  keep_days: number | null;
  /** To the recorder, while there is one. */
  link: string | null;
}

export interface BoothConsultation {
  id: string;
  ticket: string;
  topic: string;
  language: string;
  mode: Mode;
  state: ConsultationState;
  joined_at: number;
  /** Code of the visitor's priority class. */
  priority: string | null;
  /** Code of what is interpreted for the visitor. */
  interpreter: string | null;
  connected_at: number | null;
  /** To the consultant. */
  link: LinkInfo | null;
  /** To the interpreter, when there is one. */
  more: LinkInfo[];
  outcome: string | null;
  /** With the outcome `callback`: the agreed time, server time in ms. */
  return_at: number | null;
  rated: boolean;
  /** Null: nobody has asked in this conversation. */
  recording: Recording | null;
}

/** How visitor and consultant talk. */
export type Mode = 'speech' | 'sign' | 'text';

export interface ConsultantConsultation {
  id: string;
  ticket: string;
  topic: string;
  language: string;
  mode: Mode;
  state: ConsultationState;
  /** The receiver is here to interpret. */
  interprets: boolean;
  /** The receiver has accepted; the other of the two who are asked has not yet. */
  agreed: boolean;
  /** Code of the visitor's priority class. */
  priority: string | null;
  /** Code of what is interpreted for the visitor. */
  interpreter: string | null;
  centre: string;
  booth: string;
  joined_at: number;
  offered_at: number;
  connected_at: number | null;
  /** When the offer or the wrap-up runs out by itself, server time in ms. */
  deadline: number | null;
  /** To the visitor. */
  link: LinkInfo | null;
  /** To the interpreter, or for the interpreter to the consultant, when there is one. */
  more: LinkInfo[];
  /** Whether the receiver may ask for a recording. */
  recordable: boolean;
  /** Null: nobody has asked in this conversation. */
  recording: Recording | null;
}

export interface BoothState {
  type: 'booth.state';
  seq: number;
  cause: string;
  at: number;
  consultation: BoothConsultation | null;
  health: BoothHealth | null;
  /** The open call for a person of the centre. */
  host: HostAtBooth | null;
}

/** A call for a person of the centre, server times in ms. */
export interface HostAtBooth {
  at: number;
  /** When somebody said that they come. */
  coming_at: number | null;
}

/** What is checked at a booth, and of a person's own place. */
export type Part = 'camera' | 'microphone' | 'speaker' | 'network' | 'turn';

export type Grade = 'good' | 'poor' | 'failed' | 'unknown';

/** What a booth's checks of itself have found so far. */
export interface BoothHealth {
  at: number;
  /** When the last check that played a tone ended. */
  sound_at: number | null;
  /** A part failed in the last check that tried it. */
  bad: boolean;
  /** What is marked as not working, and why. */
  failed: Partial<Record<Part, string>>;
  /** In which modes the booth takes no visitors. */
  cannot: Mode[];
}

/** The answer to a check: how each part is, and why it is not good. */
export interface Verdict {
  type: 'verdict';
  id: number;
  parts: Record<Part, { grade: Grade; why?: string }>;
}

export type Status = 'available' | 'break' | 'offline';

export type StatusReason =
  | 'chosen'
  | 'offer_missed'
  | 'offer_declined'
  | 'connection_lost'
  | 'signed_out';

export interface ConsultantState {
  type: 'consultant.state';
  seq: number;
  cause: string;
  at: number;
  status: Status;
  reason: StatusReason;
  /** Code of the reason for a break. */
  note: string | null;
  since: number;
  consultation: ConsultantConsultation | null;
}

export type RaiseReason =
  | 'priority'
  | 'fewer_consultants'
  | 'longer_talks'
  | 'paused'
  | 'returned';

export interface Estimate {
  low_minutes: number;
  high_minutes: number;
  method: 'measured' | 'configured';
  samples: number;
  /** Why it is longer than what was shown before, when it is. */
  reason: RaiseReason | null;
}

/** What staff let a line do. */
export type Gate = 'open' | 'paused' | 'closed' | 'ended';

export interface Place {
  type: 'place';
  consultation: string;
  place: number;
  waiting: number;
  estimate: Estimate | null;
  gate: Gate;
  /** When the line closes today, server time in ms. */
  closes_at: number | null;
}

export interface WaitingVisitor {
  ticket: string;
  topic: string;
  language: string;
  mode: Mode;
  centre: string;
  joined_at: number;
  priority: string | null;
  interpreter: string | null;
  /** False: nobody can be called now, no page of a booth is open for this ticket. */
  here: boolean;
}

export interface LineView {
  type: 'line';
  at: number;
  total: number;
  visitors: WaitingVisitor[];
}

export interface Wall {
  type: 'wall';
  at: number;
  waiting: number;
  longest_wait_seconds: number;
  available: number;
  in_conversation: number;
  on_break: number;
}

export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

export interface Candidate {
  candidate: string;
  sdpMid?: string | null;
  sdpMLineIndex?: number | null;
  usernameFragment?: string | null;
}

export interface LinkDescription {
  type: 'link.description';
  link: string;
  number: number;
  description: Description;
}

export interface LinkCandidate {
  type: 'link.candidate';
  link: string;
  candidate: Candidate;
}

export interface LinkMedia {
  type: 'link.media';
  link: string;
  microphone: boolean;
  camera: boolean;
  speaks: boolean;
  hears: boolean;
  holds: Held;
  shows: Shows;
}

export interface LinkReady {
  type: 'link.ready';
  link: string;
  instance: string;
  /** The link is broken for the sender, however it looks from here. */
  restart: boolean;
  /** Codecs of pictures that the sender's machine makes and shows in hardware; empty: none, or not known. */
  hardware: string[];
}

export type Relayed = LinkDescription | LinkCandidate | LinkMedia | LinkReady;

export interface GoingAway {
  type: 'going_away';
  retry_after: number;
}

export interface Welcome {
  type: 'welcome';
  id: number;
  token: string;
  resumed: boolean;
  seq: number;
  since: number;
  at: number;
  heartbeat: number;
  resume_within: number;
}

export interface Ok {
  type: 'ok';
  id: number;
}

export interface Pong {
  type: 'pong';
  id: number;
  at: number;
}

export interface Ice {
  type: 'ice';
  id: number;
  servers: RTCIceServer[];
  relay_only: boolean;
  expires_at: number | null;
}

export interface CallbackTimes {
  type: 'callback_times';
  id: number;
  /** Server times in ms, soonest first. */
  times: number[];
}

export interface ErrorReply {
  type: 'error';
  id: number | null;
  code: string;
  text: string;
  about: string | null;
  field: string | null;
  retry_after: number | null;
}

export type Reply = Welcome | Ok | Pong | Ice | CallbackTimes | Verdict | ErrorReply;

/** What `Wire` dispatches: each push and relay under its type, and what becomes of the socket. */
export interface WireEvents {
  'booth.state': BoothState;
  'consultant.state': ConsultantState;
  place: Place;
  line: LineView;
  wall: Wall;
  going_away: GoingAway;
  'link.description': LinkDescription;
  'link.candidate': LinkCandidate;
  'link.media': LinkMedia;
  'link.ready': LinkReady;
  /** A message without an id was refused. */
  error: ErrorReply;
  /** The server knows this page; state follows. */
  up: { resumed: boolean };
  /** The socket is lost; it is being made again. */
  down: null;
  /** A newer window of the same person took over; this one stays silent. */
  evicted: null;
  /** Not signed in or not enrolled; only a reload can help. */
  refused: null;
}

/** How a link is doing: `failed` means it was given up. */
export type Condition = 'connecting' | 'good' | 'interrupted' | 'failed';

export interface MediaOn {
  microphone: boolean;
  camera: boolean;
}

/** What the others are to know of the devices of somebody. */
export interface Given extends MediaOn {
  /** False: no microphone works there. */
  speaks: boolean;
  /** False: there is nothing to hear the others with. */
  hears: boolean;
}

/** What a page holds back because the network bears no more: the worst of it. */
export type Held = 'nothing' | 'size' | 'picture' | 'sound';

/** What somebody shows besides their face. */
export type Shows = 'none' | 'document' | 'screen';

/** What somebody else sends. */
export interface Theirs extends Given {
  holds: Held;
  shows: Shows;
}

/** Who wants to know of a link. */
export interface LinkListener {
  remote(remote: Remote): void;
  condition(condition: Condition): void;
  other(theirs: Theirs): void;
  /** The other page has (again) begun with this link. */
  greeted(): void;
}

/** What one peer connection brings from the other side. */
export interface Remote {
  /** Sound and picture. */
  stream: MediaStream;
  /** What they show besides: a document or a window. */
  shown: MediaStream;
  /** For photos, both ways; not open yet. */
  photos: RTCDataChannel;
  /** For real-time text, likewise. */
  text: RTCDataChannel;
}

/** What `Call` tells, each of one link. */
export interface CallEvents {
  remote: { link: string } & Remote;
  condition: { link: string; condition: Condition };
  /** What the person at the other end has switched on. */
  other: { link: string; on: Theirs };
  /** What is held back here, of what goes over this link. */
  held: { link: string; holds: Held };
  /** Whether people see and hear each other now. */
  carrying: boolean;
}

/** Why there is no picture or sound of a device. */
export type Missing =
  | 'denied'
  | 'missing'
  | 'busy'
  | 'insecure'
  | 'unwanted'
  | 'failed'
  /** It went away while it was used. */
  | 'lost';

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

/** What is wrong with a device: the part of signaling/issues.py that is about devices. */
export type DeviceIssue =
  | `${'microphone' | 'camera'}_${'missing' | 'denied' | 'busy' | 'failed' | 'lost'}`
  | 'camera_black'
  | 'camera_frozen'
  | 'microphone_silent'
  | 'microphone_muted'
  | 'speaker_missing';

/** How the picture of a camera looks. */
export interface Seen {
  isDark: boolean;
  /** Frames come, and each is exactly like the one before. */
  isStill: boolean;
}

export interface DeviceResult {
  on: boolean;
  reason: Missing | null;
}

export interface DeviceChoice {
  id: string;
  label: string;
}

export interface DeviceEvents {
  /** Tracks were put on, replaced, taken away, muted or unmuted, or why there is none is known. */
  change: null;
}

/** The JSON block of every page, with id `page`. */
export interface Page {
  surface: string;
  language: string;
  ws: string;
  /** English text -> its translation; for plurals, one form for each CLDR category. */
  texts: Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;
}
