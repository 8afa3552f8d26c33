"""The wire protocol ``okno.v1``: every message as a struct. Decoding is validation.

Three kinds of messages come from a page (`Request`), and four go to it: replies, state (numbered,
kept for two minutes, sent again after a resume), views (the latest wins) and relayed messages of
the other person (never stored). ``docs/PROTOCOL.md`` is made from these structs.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.checkup import Verdict
from signaling.errors import Code
from signaling.frames import Identifier, Push, Reply, Request, Seconds
from signaling.ids import ConsultationId
from signaling.measures import Codec
from signaling.model import Gate, Mode, Status, StatusReason
from signaling.parts import (
    BoothConsultation,
    BoothHealth,
    Candidate,
    ConsultantConsultation,
    Description,
    Estimate,
    HostAtBooth,
    HostCall,
    IceServer,
    Today,
    WaitingLine,
    WaitingVisitor,
    WeakTalk,
)
from signaling.reports import AnyReport

SUBPROTOCOL = "okno.v1"
MAX_MESSAGE_BYTES = 64 * 1024


class Hello(Request, tag="hello", frozen=True, kw_only=True):
    """The first message on every socket; answered by `welcome`."""

    language: Annotated[str, Meta(max_length=16)] = "ru"
    """Language of error texts."""
    resume: Annotated[str, Meta(max_length=64)] | None = None
    """The token of the last `welcome`, when the page has lost its socket."""
    seq: Annotated[int, Meta(ge=0)] = 0
    """The last `seq` the page has seen."""
    since: Annotated[int, Meta(ge=1, le=2**53 - 1)] | None = None
    """That of the last `welcome`, when the page comes back: it is sent away (4001) if one that came
    later is in its place. Without it the page takes over."""


class Ping(Request, tag="ping", frozen=True, kw_only=True):
    """The page lives; answered by `pong`. Sent every `heartbeat` seconds."""


class TakeTicket(Request, tag="ticket.take", frozen=True, kw_only=True):
    """Booth: join the line."""

    topic: Identifier
    language: Annotated[str, Meta(min_length=2, max_length=16)]
    mode: Mode = Mode.SPEECH
    priority: Identifier | None = None
    """Code of the priority class the visitor belongs to."""
    interpreter: Identifier | None = None
    """What must be interpreted for the visitor."""


class ClaimTicket(Request, tag="ticket.claim", frozen=True, kw_only=True):
    """Booth: go on with a ticket from a ticket machine, or from an earlier visit to come back."""

    ticket: Annotated[str, Meta(min_length=1, max_length=32)]
    language: Annotated[str, Meta(min_length=2, max_length=16)]


class GetCallbackTimes(Request, tag="callback.times", frozen=True, kw_only=True):
    """Booth: when the waiting visitor could come back; answered by `callback_times`."""

    consultation: Identifier


class CallBack(Request, tag="callback.agree", frozen=True, kw_only=True):
    """Booth: give up the place and come back at that time, with a head start."""

    consultation: Identifier
    at: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    """One of the times that were offered, ms."""


class LeaveLine(Request, tag="ticket.leave", frozen=True, kw_only=True):
    """Booth: leave the line while waiting."""

    consultation: Identifier


class Rate(Request, tag="rating.give", frozen=True, kw_only=True):
    """Booth: rate the consultation that has just ended; once."""

    consultation: Identifier
    score: Annotated[int, Meta(ge=1, le=5)]


class SetStatus(Request, tag="status.set", frozen=True, kw_only=True):
    """Consultant: become available or take a break. In a conversation: what to be afterwards."""

    status: Literal["available", "break"]
    reason: Identifier | None = None
    """Code of the reason for a break."""


class AcceptOffer(Request, tag="offer.accept", frozen=True, kw_only=True):
    """Consultant: take the visitor who is offered."""

    link: Identifier
    """The link of the offer, so that a late answer never takes a later offer."""


class DeclineOffer(Request, tag="offer.decline", frozen=True, kw_only=True):
    """Consultant: refuse the visitor who is offered."""

    link: Identifier


class FinishWrapUp(Request, tag="wrap_up.finish", frozen=True, kw_only=True):
    """Consultant: write down the outcome and close."""

    consultation: Identifier
    outcome: Literal["served", "partly_served", "needs_visit", "no_show"]


class HangUp(Request, tag="consultation.hang_up", frozen=True, kw_only=True):
    """Either: finish the conversation."""

    consultation: Identifier


class MediaArrived(Request, tag="media.arrived", frozen=True, kw_only=True):
    """Either: the first picture or sound of the other is here."""

    link: Identifier


class MediaFailed(Request, tag="media.failed", frozen=True, kw_only=True):
    """Either: the link cannot be made, or broke and cannot be mended."""

    link: Identifier


class AskRecording(Request, tag="recording.ask", frozen=True, kw_only=True):
    """Consultant: ask the visitor whether the conversation may be recorded."""

    consultation: Identifier


class AnswerRecording(Request, tag="recording.answer", frozen=True, kw_only=True):
    """Booth: say whether the conversation may be recorded."""

    consultation: Identifier
    agree: bool


class StopRecording(Request, tag="recording.stop", frozen=True, kw_only=True):
    """Either: end the recording at once, or take the question back."""

    consultation: Identifier


class GetIce(Request, tag="ice.get", frozen=True, kw_only=True):
    """Either: the servers that help the link through firewalls; answered by `ice`."""


class LinkDescription(Request, tag="link.description", frozen=True, kw_only=True):
    """Either, relayed: an offer or an answer for this link."""

    link: Identifier
    number: Annotated[int, Meta(ge=0)]
    """Counts the owner's offers; an answer repeats the number of its offer."""
    description: Description


class LinkCandidate(Request, tag="link.candidate", frozen=True, kw_only=True):
    """Either, relayed: a way to reach the sender."""

    link: Identifier
    candidate: Candidate


class LinkMedia(Request, tag="link.media", frozen=True, kw_only=True):
    """Either, relayed: what the sender's page sends."""

    link: Identifier
    microphone: bool
    """Whether it is on."""
    camera: bool
    speaks: bool = True
    """False: no microphone works there."""
    hears: bool = True
    """False: there is nothing to hear others with."""
    shows: Literal["none", "document", "screen"] = "none"
    """What comes over the link's second line of pictures."""
    holds: Literal["nothing", "size", "picture", "sound"] = "nothing"
    """What is held back because the network bears no more: the picture is smaller, it is paused to
    keep the sound, or the sound is off to keep the picture of people who sign."""


class LinkReady(Request, tag="link.ready", frozen=True, kw_only=True):
    """Either, relayed: the sender's page has (again) begun with this link.

    The owner of the link answers with a new offer, so that a page that was reloaded or whose
    messages were lost in flight gets a link that works.
    """

    link: Identifier
    instance: Identifier
    """New for every page load; a changed one tells the other side to start the link afresh."""
    restart: bool = False
    """The link is broken for the sender, however it looks from there: the owner is to look for new
    ways between the same two pages."""
    hardware: Annotated[list[Codec], Meta(max_length=16)] = msgspec.field(default_factory=list)
    """Codecs of pictures that the sender's machine both makes and shows in hardware, like `H264`;
    empty: none, or not known. What both sides name goes first in the owner's offers."""


AnyRequest = (
    Hello
    | Ping
    | TakeTicket
    | ClaimTicket
    | GetCallbackTimes
    | CallBack
    | LeaveLine
    | Rate
    | SetStatus
    | AcceptOffer
    | DeclineOffer
    | FinishWrapUp
    | HangUp
    | MediaArrived
    | MediaFailed
    | AskRecording
    | AnswerRecording
    | StopRecording
    | GetIce
    | AnyReport
    | LinkDescription
    | LinkCandidate
    | LinkMedia
    | LinkReady
)

Relayed = LinkDescription | LinkCandidate | LinkMedia | LinkReady


class BoothState(Push, tag="booth.state", frozen=True, kw_only=True):
    """Everything a booth's page needs to show; numbered."""

    seq: int
    cause: str
    """What changed: a trigger, ``snapshot``, ``rated``, ``checked`` or one of ``host_…``."""
    at: int
    """Server time in ms."""
    consultation: BoothConsultation | None = None
    """None: the booth is free."""
    health: BoothHealth | None = None
    """What the booth's checks of itself have found; None before the first."""
    host: HostAtBooth | None = None
    """The open call for a person of the centre."""


class ConsultantState(Push, tag="consultant.state", frozen=True, kw_only=True):
    """Everything a workspace needs to show; numbered."""

    seq: int
    cause: str
    at: int
    status: Status
    reason: StatusReason
    note: str | None = None
    """Code of the reason for a break."""
    since: int
    """When the status began, server time in ms."""
    consultation: ConsultantConsultation | None = None


class Place(Push, tag="place", frozen=True, kw_only=True):
    """View for a waiting booth; the latest wins."""

    consultation: ConsultationId
    place: int
    """1: the next to be called."""
    waiting: int
    estimate: Estimate | None = None
    """None: no consultant of this line is at work, so nothing honest can be said."""
    gate: Gate = Gate.OPEN
    closes_at: int | None = None
    """When the line closes today, server time in ms; who still waits then is sent home."""


class LineView(Push, tag="line", frozen=True, kw_only=True):
    """View for consultants: who waits in the lines they serve, first come first; latest wins."""

    at: int
    total: int
    """All who wait; `visitors` holds the first of them."""
    visitors: list[WaitingVisitor]


class Wall(Push, tag="wall", frozen=True, kw_only=True):
    """View for supervisors: the organisation now; the latest wins."""

    at: int
    waiting: int
    """In a line or being offered."""
    longest_wait_seconds: int
    available: int
    in_conversation: int
    """From accepting to the end of wrap-up."""
    on_break: int
    lines: list[WaitingLine]
    """Every line with anyone waiting or on duty, the longest wait first."""
    today: Today
    weak: list[WeakTalk] = msgspec.field(default_factory=list)
    """Conversations over a weak connection, the worst first."""
    calls: list[HostCall] = msgspec.field(default_factory=list)
    """Booths that call a person of their centre, those not answered yet first."""


class GoingAway(Push, tag="going_away", frozen=True, kw_only=True):
    """The node stops; connect again after `retry_after` seconds and resume."""

    retry_after: Seconds


class Welcome(Reply, tag="welcome", frozen=True, kw_only=True):
    """The page is known. State follows as `booth.state`, `consultant.state` or `wall`."""

    token: str
    """Resume token; good for `resume_within` seconds after the socket is lost."""
    resumed: bool
    """True: only what was missed follows. False: a snapshot follows."""
    seq: int
    since: int
    """When this page first took its person's place (ms); it says so when it comes back."""
    at: int
    heartbeat: Seconds
    resume_within: Seconds


class Ok(Reply, tag="ok", frozen=True, kw_only=True):
    """Done."""


class Pong(Reply, tag="pong", frozen=True, kw_only=True):
    """Answer to `ping`."""

    at: int


class Ice(Reply, tag="ice", frozen=True, kw_only=True):
    """Answer to `ice.get`."""

    servers: list[IceServer]
    relay_only: bool
    expires_at: int | None
    """Ask again before this server time (ms); None: never runs out."""


class CallbackTimes(Reply, tag="callback_times", frozen=True, kw_only=True):
    """Answer to `callback.times`."""

    times: list[int]
    """Server times in ms, soonest first; empty when none can be offered."""


class VerdictReply(Reply, tag="verdict", frozen=True, kw_only=True):
    """Answer to `booth.checked` and `connection.checked`: how each part is."""

    parts: Verdict


class Error(Reply, tag="error", frozen=True, kw_only=True):
    """The request was refused; nothing has changed."""

    code: Code
    text: str
    """In the page's language."""
    about: str | None = None
    """The type of the refused message, when it could be read."""
    field: str | None = None
    retry_after: Seconds | None = None


AnyPush = BoothState | ConsultantState | Place | LineView | Wall | GoingAway
AnyReply = Welcome | Ok | Pong | Ice | CallbackTimes | VerdictReply | Error
AnyOutgoing = AnyReply | AnyPush | Relayed
