"""What the journal says happened, one struct for each kind of event.

Events are written by the scripts in ``signaling/lua`` in the same atomic step as the change they
describe. They are append-only and versioned by their ``type``: a field may be added with a default,
never renamed. None of them carries a name, an address or anything said in a conversation.
"""

from __future__ import annotations

import msgspec

from signaling.checkup import Grade, Part, Why
from signaling.event_kinds import ConsultationEvent, Event
from signaling.host_events import HostCalled, HostComing, HostEvent, HostReleased
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
from signaling.measures import Sample
from signaling.model import (
    DeclaredBy,
    EndedBy,
    Gate,
    Mode,
    Outcome,
    Rule,
    Side,
    Source,
    State,
    Status,
    StatusReason,
    Trigger,
)
from signaling.recording_events import (
    Recorded,
    RecordingChanged,
    RecordingRemoved,
    RecordingViewed,
)
from signaling.showing import Exhibit


class Joined(ConsultationEvent, tag="consultation.joined", frozen=True, kw_only=True):
    """A visitor took a ticket."""

    centre: CentreId
    booth: BoothId | None = None
    """None for a ticket that was taken elsewhere and is not claimed at a booth yet."""
    ticket: str
    topic: TopicId
    language: str
    mode: Mode
    place: int
    """Place in the line on entry, 1 for the next."""
    waiting: int
    """People in the line, this one included."""
    priority: str = ""
    """Code of the priority class, or empty."""
    declared_by: DeclaredBy = DeclaredBy.VISITOR
    head_start: int = 0
    """Seconds of head start the class gave."""
    interpreter: str = ""
    """What must be interpreted, or empty."""
    scope: str = ""
    """Who alone may serve the visitor at first: ``centre:…``, ``region:…``, ``user:…`` or empty."""
    source: Source = Source.BOOTH
    external: str = ""
    """Number the ticket has outside Okno."""
    previous: ConsultationId | None = None
    """The consultation this one goes on with."""


class Claimed(ConsultationEvent, tag="consultation.claimed", frozen=True, kw_only=True):
    """The visitor came to a booth with a ticket that was taken elsewhere."""

    booth: BoothId


class Widened(ConsultationEvent, tag="consultation.widened", frozen=True, kw_only=True):
    """More consultants may serve the visitor now."""

    scope: str
    """The next scope, or empty: everyone."""


class Prioritised(ConsultationEvent, tag="consultation.prioritised", frozen=True, kw_only=True):
    """The visitor's head start was changed."""

    priority: str
    declared_by: DeclaredBy
    head_start: int
    """Seconds."""
    user: UserId | None = None
    """Who did it; None: Okno, a program, or the command line."""
    token: str = ""
    """Id of the API token, when a program did."""


class Moved(ConsultationEvent, tag="consultation.moved", frozen=True, kw_only=True):
    """Staff moved the visitor to another line; the time of joining stays."""

    topic: TopicId
    language: str
    mode: Mode
    user: UserId | None = None
    token: str = ""
    """Id of the API token, when a program did it."""


class CalledBack(ConsultationEvent, tag="consultation.called_back", frozen=True, kw_only=True):
    """The visitor agreed to come back; the end of this consultation follows."""

    return_at: int
    """The agreed time (ms)."""
    until: int
    """The ticket is good until then (ms)."""


class Promised(ConsultationEvent, tag="consultation.promised", frozen=True, kw_only=True):
    """The visitor was shown how long the wait may be."""

    low_minutes: int
    high_minutes: int
    method: str
    """How the range was found: ``measured`` from past consultations or ``configured``."""
    samples: int
    """Past consultations the range rests on."""
    reason: str = ""
    """Why it is longer than what was shown before, when it is."""


class Offered(ConsultationEvent, tag="consultation.offered", frozen=True, kw_only=True):
    """Pairing reserved the visitor for a consultant, who is being asked."""

    consultant: UserId
    link: LinkId
    rule: Rule
    rivals: int
    """Others of the same level (the reserve apart) who could have been asked at that moment."""
    level: int = 1
    """The consultant's level of skill in this line."""
    scope: str = ""
    """Who alone could be asked, or empty."""
    interpreter: UserId | None = None
    """Who is asked together with the consultant, to interpret."""
    passed_over: int = 0
    """People before the visitor in the line who could not be called at that moment."""


class Agreed(ConsultationEvent, tag="consultation.agreed", frozen=True, kw_only=True):
    """One of two who are asked has accepted; the other has not answered yet."""

    user: UserId


class Accepted(ConsultationEvent, tag="consultation.accepted", frozen=True, kw_only=True):
    """The consultant took the offer; sound and picture start now."""

    consultant: UserId
    link: LinkId


class Returned(ConsultationEvent, tag="consultation.returned", frozen=True, kw_only=True):
    """The visitor is back in the line at their own place."""

    consultant: UserId
    reason: Trigger
    """``decline``, ``offer_timed_out``, ``consultant_lost``, ``interpreter_declined``,
    ``interpreter_timed_out``, ``interpreter_lost`` or ``media_failed``."""
    was: State


class MediaArrived(ConsultationEvent, tag="consultation.media_arrived", frozen=True, kw_only=True):
    """One side saw or heard the other for the first time on this link."""

    side: Side
    link: LinkId


class Connected(ConsultationEvent, tag="consultation.connected", frozen=True, kw_only=True):
    """Both sides see and hear each other: the visitor is answered."""

    link: LinkId


class IssueChanged(ConsultationEvent, tag="consultation.issue", frozen=True, kw_only=True):
    """A page noticed that something is wrong on its side, or not any more."""

    side: Side
    issue: Issue
    on: bool
    """False: it is over."""
    link: LinkId | None = None
    """None: it is about all links of that side."""


class Shown(ConsultationEvent, tag="consultation.shown", frozen=True, kw_only=True):
    """Somebody began or stopped to show something besides their face, or sent a photo."""

    side: Side
    link: LinkId
    what: Exhibit
    on: bool
    """False: it is not shown any more. What is shown when the talk ends is over with it."""
    kib: int = 0
    """Of a photo: its size. What is on it nobody but the two has seen."""


class TextUsed(ConsultationEvent, tag="consultation.text", frozen=True, kw_only=True):
    """Somebody began to write in a talk, or had written in it: how soon it left is known then."""

    side: Side
    link: LinkId
    delay: int | None = None
    """Milliseconds from key to connection that 95 % of it did not exceed; None: they began."""


class Measured(ConsultationEvent, tag="consultation.quality", frozen=True, kw_only=True):
    """How a link was for some seconds, as the page at one end measured it.

    Facts in bulk, every five seconds of a talk from each of its ends: part of the record, but no
    webhook is told of them and no timeline shows them one by one.
    """

    side: Side
    link: LinkId
    sample: Sample


class TalkEnded(ConsultationEvent, tag="consultation.talk_ended", frozen=True, kw_only=True):
    """The talk is over; wrap-up begins."""

    by: EndedBy
    reason: Trigger
    """``hang_up`` or ``visitor_lost``."""
    was: State


class Closed(ConsultationEvent, tag="consultation.closed", frozen=True, kw_only=True):
    """The consultation is over for good."""

    outcome: Outcome
    reason: Trigger
    was: State
    user: UserId | None = None
    """The member of staff who took the visitor out of the line."""
    token: str = ""
    """Id of the API token, when a program did."""


class Rated(ConsultationEvent, tag="consultation.rated", frozen=True, kw_only=True):
    """The visitor rated the consultation."""

    score: int
    """1 (bad) to 5 (very good)."""


class StatusChanged(Event, tag="consultant.status", frozen=True, kw_only=True):
    """A consultant became available, took a break or went offline."""

    consultant: UserId
    status: Status
    reason: StatusReason
    note: str = ""
    """Code of the reason for a break, when one was chosen."""


class GateChanged(Event, tag="line.gate", frozen=True, kw_only=True):
    """Staff opened, paused, closed or ended the lines of a topic."""

    topic: TopicId
    gate: Gate
    user: UserId | None = None
    token: str = ""
    """Id of the API token, when a program did it."""
    note: str = ""
    """What staff wrote about it."""


class BoothChecked(Event, tag="booth.checked", frozen=True, kw_only=True):
    """A booth's check of itself found something other than the one before, or a day has passed."""

    booth: BoothId
    grades: dict[Part, Grade]
    """Of each part that was ever tested. A part is called failed after two bad checks in a row."""
    reasons: dict[Part, Why] = msgspec.field(default_factory=dict)
    """Why a part is not good."""
    cannot: list[Mode] = msgspec.field(default_factory=list)
    """In which modes the booth takes no visitors now."""


class PresenceLost(Event, tag="presence.lost", frozen=True, kw_only=True):
    """A page's socket is gone; its person keeps their place for the grace period."""

    person: str


class PresenceReturned(Event, tag="presence.returned", frozen=True, kw_only=True):
    """The page is back within the grace period."""

    person: str


class RecordViewed(Event, tag="staff.record_viewed", frozen=True, kw_only=True):
    """A member of staff or a program read the record of a consultation."""

    consultation: ConsultationId
    user: UserId | None
    """None: a program, or the command line of the server."""
    token: str = ""
    """Id of the API token, when a program did."""


class LogExported(Event, tag="staff.log_exported", frozen=True, kw_only=True):
    """A member of staff or a program was given session records."""

    user: UserId | None
    token: str = ""
    """Id of the API token, when a program asked."""
    format: str
    filters: dict[str, str]


class OrganisationChanged(Event, tag="staff.organisation_changed", frozen=True, kw_only=True):
    """Centres, booths, topics or people were changed."""

    user: UserId | None
    what: str
    """The change in one line, such as ``topic added: passport``."""


AnyEvent = (
    Joined
    | Claimed
    | Widened
    | Prioritised
    | Moved
    | CalledBack
    | Promised
    | Offered
    | Agreed
    | Accepted
    | Returned
    | MediaArrived
    | Connected
    | IssueChanged
    | Shown
    | TextUsed
    | Measured
    | TalkEnded
    | Closed
    | Rated
    | RecordingChanged
    | Recorded
    | RecordingRemoved
    | StatusChanged
    | GateChanged
    | BoothChecked
    | HostCalled
    | HostComing
    | HostReleased
    | PresenceLost
    | PresenceReturned
    | RecordViewed
    | RecordingViewed
    | LogExported
    | OrganisationChanged
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its place in the journal."""

    organisation: OrganisationId
    id: EventId
    event: AnyEvent


_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def decode_event(data: str | bytes) -> AnyEvent:
    """The event in a journal entry's ``e`` field; `msgspec.ValidationError` if it is none."""
    return _decoder.decode(data)


def consultation_of(event: AnyEvent) -> ConsultationId | None:
    """The consultation whose record this event is part of, if it is part of one."""
    return event.consultation if isinstance(event, ConsultationEvent | HostEvent) else None
