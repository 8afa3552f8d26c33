"""Parts of messages: what a page is told of a consultation, a link, a wait and a server."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.checkup import Part, Why
from signaling.consent import RecordingState
from signaling.ids import BoothId, ConsultationId, LinkId, TopicId, UserId
from signaling.issues import Issue
from signaling.model import Gate, Mode, Outcome, Side, State

RaiseReason = Literal["priority", "fewer_consultants", "longer_talks", "paused", "returned"]
"""Why a wait became longer: others with a head start came, consultants left, talks take longer than
usual, staff paused the line, somebody was let back in after a cut-off."""


class Description(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """An SDP description as browsers make it."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(min_length=1, max_length=48 * 1024)]


class Candidate(
    msgspec.Struct,
    rename={
        "sdp_mid": "sdpMid",
        "sdp_m_line_index": "sdpMLineIndex",
        "username_fragment": "usernameFragment",
    },
    forbid_unknown_fields=True,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
):
    """An ICE candidate as browsers make it; an empty `candidate` ends them."""

    candidate: Annotated[str, Meta(max_length=1024)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=64)] | None = None
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class LinkInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver's end of the link to the other person."""

    id: LinkId
    owner: bool
    """The receiver makes the offers and owns restarts. The other end is the polite one."""
    to: Side
    """Who is at the other end."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a conversation is recorded, as both sides are told."""

    state: RecordingState
    by: Side | None = None
    """Who asked, refused or ended it; None: nobody in person."""
    keep_days: int | None = None
    """How long a recording is kept."""
    link: LinkId | None = None
    """The receiver's end of the link to the recorder, while there is one. The recorder owns it, and
    sends nothing over it."""


class BoothConsultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as its booth sees it."""

    id: ConsultationId
    ticket: str
    topic: TopicId
    language: str
    mode: Mode
    state: State
    joined_at: int
    priority: str | None = None
    """Code of the visitor's priority class."""
    interpreter: str | None = None
    """What is interpreted for the visitor."""
    connected_at: int | None = None
    link: LinkInfo | None = None
    """To the consultant, from the offer to the end of the talk."""
    more: list[LinkInfo] = []
    """To the interpreter, when there is one."""
    outcome: Outcome | None = None
    return_at: int | None = None
    """Outcome `callback`: the agreed time, server time in ms."""
    rated: bool = False
    recording: Recording | None = None
    """None: nobody has asked in this conversation."""


class BoothHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What a booth's checks of itself have found so far."""

    at: int
    """When the last check ended, server time in ms."""
    sound_at: int | None = None
    """When the last one that played a tone did."""
    bad: bool = False
    """A part failed in the last check that tried it, be it marked yet or not."""
    failed: dict[Part, Why] = {}
    """What is marked as not working, and why."""
    cannot: list[Mode] = []
    """In which modes the booth takes no visitors."""


class HostAtBooth(msgspec.Struct, frozen=True, kw_only=True):
    """The open call of a booth for a person of its centre, as the booth sees it."""

    at: int
    """When it was made, server time in ms."""
    coming_at: int | None = None
    """When somebody said that they come."""


class ConsultantConsultation(msgspec.Struct, frozen=True, kw_only=True):
    """A consultation as its consultant sees it."""

    id: ConsultationId
    ticket: str
    topic: TopicId
    language: str
    mode: Mode
    state: State
    interprets: bool = False
    """The receiver is here to interpret."""
    agreed: bool = False
    """The receiver has accepted; the other of the two who are asked has not yet."""
    priority: str | None = None
    interpreter: str | None = None
    centre: str
    """Name of the centre."""
    booth: str
    """Name of the booth."""
    joined_at: int
    offered_at: int
    connected_at: int | None = None
    deadline: int | None = None
    """When the offer or the wrap-up runs out by itself, server time in ms."""
    link: LinkInfo | None = None
    """To the visitor."""
    more: list[LinkInfo] = []
    """To the interpreter, or for the interpreter to the consultant, when there is one."""
    recordable: bool = False
    """Whether the receiver may ask for a recording."""
    recording: Recording | None = None
    """None: nobody has asked in this conversation."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """How long the wait may be, in minutes as people say them."""

    low_minutes: int
    high_minutes: int
    method: Literal["measured", "configured"]
    samples: int
    reason: RaiseReason | None = None
    """Why it is longer than what was shown before, when it is."""


class WaitingVisitor(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the line as consultants see it."""

    ticket: str
    topic: TopicId
    language: str
    mode: Mode
    centre: str
    joined_at: int
    priority: str | None = None
    """Code of the priority class."""
    interpreter: str | None = None
    here: bool = True
    """False: nobody can be called now, because no page of a booth is open for this ticket."""


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as supervisors see it."""

    topic: TopicId
    language: str
    mode: Mode
    waiting: int
    longest_wait_seconds: int
    available: int
    """Consultants who could take the next visitor."""
    on_duty: int
    """Consultants of the line who are available or in a conversation."""
    gate: Gate


class WeakTalk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation over a weak connection."""

    consultation: ConsultationId
    centre: str
    booth: str
    side: Side
    """Who gets sound or picture worst."""
    score: int
    """Of what they get, smoothed: up to 40 is weak, up to 20 they hardly understand each other."""


class HostCall(msgspec.Struct, frozen=True, kw_only=True):
    """An open call of a booth for a person of its centre, as supervisors see it."""

    booth: BoothId
    at: int
    """When it was made, server time in ms."""
    consultation: ConsultationId | None = None
    """In which it was made."""
    issues: list[Issue] = []
    """What the booth's page had noticed of its devices."""
    failed: list[Part] = []
    """What the booth's checks of itself had marked."""
    coming_at: int | None = None
    """When somebody answered."""
    user: UserId | None = None
    """Who did."""
    left: bool = False
    """The visitor has gone; what is wrong with the booth has not."""


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted since midnight. A consultation belongs to the day it joined."""

    answered: int = 0
    """Both sides saw and heard each other."""
    in_time: int = 0
    """Of these: waited no longer than the topic's service level."""
    abandoned: int = 0
    """Left while waiting."""
    abandoned_soon: int = 0
    """Of these: within ten seconds."""
    promised: int = 0
    """Of the answered: were shown a range."""
    promise_kept: int = 0
    """Of these: answered inside the first range shown or before it."""
    promise_error_seconds: int = 0
    """Sum over the promised: distance from the wait to the middle of that range."""


class IceServer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of RTCConfiguration.iceServers."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None
