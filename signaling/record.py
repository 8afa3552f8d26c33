"""A consultation as supervisors read it: the fold of its events.

Only facts stand here. What can be computed from them (wait, talk, promise kept) is computed where
it is shown, by the functions at the end of this module, and never stored as truth.
"""

from __future__ import annotations

import msgspec

from signaling.host_events import HostHelp
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    EventId,
    LinkId,
    OrganisationId,
    TopicId,
    UserId,
)
from signaling.issues import Issue
from signaling.media_quality import MediaQuality
from signaling.model import (
    DeclaredBy,
    EndedBy,
    Mode,
    Outcome,
    Rule,
    Side,
    Source,
    State,
    Trigger,
)
from signaling.showing import Exhibit

SCHEMA_VERSION = 2


class Promise(msgspec.Struct, kw_only=True):
    """A wait that was shown to the visitor."""

    at: int
    low_minutes: int
    high_minutes: int
    method: str
    samples: int
    reason: str = ""


class QueueLeg(msgspec.Struct, kw_only=True):
    """One stay in the line."""

    entered_at: int
    left_at: int | None = None
    reason_out: Trigger | None = None
    """``accept``, or the trigger that closed it."""
    place: int | None = None
    """Place at entry; None on a return, which keeps the original one."""
    waiting: int | None = None
    scope: str = ""
    """Who alone may serve the visitor now; empty: everyone."""
    promises: list[Promise] = msgspec.field(default_factory=list)


class Offer(msgspec.Struct, kw_only=True):
    """One consultant being asked."""

    consultant: UserId
    link: LinkId
    at: int
    rule: Rule
    rivals: int
    level: int = 1
    scope: str = ""
    interpreter: UserId | None = None
    passed_over: int = 0
    answered_at: int | None = None
    result: Trigger | None = None
    """What became of it: the trigger that ended the wait for an answer."""


class Showing(msgspec.Struct, kw_only=True):
    """Something that was shown besides faces."""

    what: Exhibit
    side: Side
    began_at: int
    ended_at: int | None = None
    """When it was over, or the talk was; a photo is over when it is sent."""
    kib: int = 0
    """Of a photo: its size."""


class Wrote(msgspec.Struct, kw_only=True):
    """Somebody used real-time text; what they wrote is not known."""

    side: Side
    at: int
    """When they began."""
    delay: int | None = None
    """Milliseconds from key to connection that 95 % of it did not exceed; None: not known."""


class ContactLeg(msgspec.Struct, kw_only=True):
    """One talk between the visitor and a consultant."""

    consultant: UserId
    interpreter: UserId | None = None
    link: LinkId
    accepted_at: int
    media_at_visitor: int | None = None
    """First picture or sound of the consultant at the booth."""
    media_at_consultant: int | None = None
    connected_at: int | None = None
    """Both sides see and hear each other: the visitor is answered."""
    ended_at: int | None = None
    ended_by: EndedBy | None = None
    shown: list[Showing] = msgspec.field(default_factory=list)
    wrote: list[Wrote] = msgspec.field(default_factory=list)
    reason: Trigger | None = None
    """``hang_up``, ``visitor_lost``, ``consultant_lost`` or ``media_failed``."""
    quality: list[MediaQuality] = msgspec.field(default_factory=list)
    """How sound and picture reached each side; known when the talk is over."""


class Trouble(msgspec.Struct, kw_only=True):
    """Something that was wrong with the devices or the connection of one side."""

    issue: Issue
    side: Side
    link: LinkId | None = None
    """None: it was about all links of that side."""
    began_at: int
    ended_at: int | None = None
    """When it was over, or the talk was; None while it lasts."""


class WrapUp(msgspec.Struct, kw_only=True):
    """The consultant's work after the talk."""

    started_at: int
    ended_at: int | None = None
    reason: Trigger | None = None
    """``finish``, ``wrap_up_over`` or ``consultant_lost``."""


class RecordedPart(msgspec.Struct, kw_only=True):
    """What one recorder wrote of one side."""

    side: Side
    take: int
    """Counts the recorders that worked at the consultation."""
    segments: int
    milliseconds: int


class Rating(msgspec.Struct, kw_only=True):
    """What the visitor thought of it."""

    at: int
    score: int
    """From 1 to 5, the best."""


class TimelineEntry(msgspec.Struct, kw_only=True):
    """One event as it stands in the journal."""

    id: EventId
    type: str
    at: int
    facts: dict[str, str | int | None]
    """Of several words of one fact: with spaces between them."""


class Record(msgspec.Struct, kw_only=True):
    """One consultation, complete."""

    schema: int = SCHEMA_VERSION
    id: ConsultationId
    organisation: OrganisationId
    centre: CentreId
    booth: BoothId | None = None
    """None: a ticket taken elsewhere that nobody claimed at a booth."""
    ticket: str
    topic: TopicId
    language: str
    mode: Mode
    interpreter: str = ""
    source: Source = Source.BOOTH
    external: str = ""
    previous: ConsultationId | None = None
    priority: str = ""
    declared_by: DeclaredBy = DeclaredBy.VISITOR
    head_start: int = 0
    """Seconds; the place in the line is that of somebody who joined so much earlier."""
    return_at: int | None = None
    """Outcome `callback`: the agreed time (ms)."""
    claimed_at: int | None = None
    """When the visitor came to the booth with a ticket taken elsewhere."""
    joined_at: int
    state: State
    outcome: Outcome | None = None
    closed_at: int | None = None
    queue_legs: list[QueueLeg] = msgspec.field(default_factory=list)
    offers: list[Offer] = msgspec.field(default_factory=list)
    contact_legs: list[ContactLeg] = msgspec.field(default_factory=list)
    issues: list[Trouble] = msgspec.field(default_factory=list)
    """What was wrong meanwhile, in the order in which it began."""
    host_calls: list[HostHelp] = msgspec.field(default_factory=list)
    """When a person of the centre was called."""
    wrap_up: WrapUp | None = None
    rating: Rating | None = None
    recorded: list[RecordedPart] = msgspec.field(default_factory=list)
    """What was recorded of it, if the visitor agreed; it may have been removed since."""
    recording_removed_at: int | None = None
    events: int = 0
    """How many events the record rests on."""
    last_event: EventId | None = None


def wait_ms(record: Record) -> int | None:
    """Time in the line until it was left for good: W = t_x - t_q; None while waiting."""
    last = record.queue_legs[-1]
    return None if last.left_at is None else last.left_at - record.joined_at


def talk_ms(record: Record) -> int:
    """Time both people saw and heard each other, over all contact legs that have ended."""
    return sum(
        leg.ended_at - leg.connected_at
        for leg in record.contact_legs
        if leg.ended_at is not None and leg.connected_at is not None
    )


def wrap_up_ms(record: Record) -> int:
    """Time from the end of the talk to the end of the wrap-up; 0 while it lasts."""
    wrap_up = record.wrap_up
    return (
        0 if wrap_up is None or wrap_up.ended_at is None else wrap_up.ended_at - wrap_up.started_at
    )


def last_consultant(record: Record) -> UserId | None:
    """Who talked to the visitor last, or None when nobody did."""
    return record.contact_legs[-1].consultant if record.contact_legs else None


def answered_ms(record: Record) -> int | None:
    """Wait until the consultant accepted who first talked with the visitor; None if none did."""
    accepted = (leg.accepted_at for leg in record.contact_legs if leg.connected_at is not None)
    first = next(accepted, None)
    return None if first is None else first - record.joined_at


def first_promise(record: Record) -> Promise | None:
    """The first wait that was shown; the one that is scored."""
    promises = (promise for leg in record.queue_legs for promise in leg.promises)
    return next(promises, None)


def promise_kept(record: Record) -> bool | None:
    """Answered inside the first range shown or before it; None: not answered, or none shown."""
    promise, wait = first_promise(record), answered_ms(record)
    if promise is None or wait is None:
        return None
    return wait <= promise.high_minutes * 60_000
