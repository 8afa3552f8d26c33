"""The words of the domain: states, outcomes and the people they belong to."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from signaling.consent import RecordingRule
from signaling.ids import BoothId, CentreId, LineId, OrganisationId, TopicId, UserId
from signaling.sound import Sound


class State(StrEnum):
    """Where a consultation stands in its life."""

    WAITING = "waiting"
    """In the line; nobody is asked yet."""
    OFFERED = "offered"
    """Reserved for one consultant, who is being asked."""
    CONNECTING = "connecting"
    """Accepted; sound and picture are not yet at both sides."""
    ACTIVE = "active"
    """Both people see and hear each other."""
    WRAPPING_UP = "wrapping_up"
    """The talk is over; the consultant writes down its outcome."""
    CLOSED = "closed"
    """Over, with its outcome set; nothing can change it any more."""


class Trigger(StrEnum):
    """What moves a consultation from one state to the next."""

    OFFER = "offer"
    """Pairing reserved it for a consultant."""
    ACCEPT = "accept"
    """The consultant took the offer."""
    DECLINE = "decline"
    """The consultant refused the offer."""
    OFFER_TIMED_OUT = "offer_timed_out"
    """The offer was not answered in time."""
    CONSULTANT_LOST = "consultant_lost"
    """The consultant's page has been away for longer than the grace period, or signed out."""
    CONNECTED = "connected"
    """Both sides reported the first picture or sound of the other."""
    MEDIA_FAILED = "media_failed"
    """The link could not be made, or broke and could not be mended."""
    HANG_UP = "hang_up"
    """One of the two finished the talk."""
    GIVE_UP = "give_up"
    """The link failed once too often; trying again would only hold the visitor."""
    LEAVE = "leave"
    """The visitor left the line."""
    INTERPRETER_DECLINED = "interpreter_declined"
    """The interpreter refused the offer."""
    INTERPRETER_TIMED_OUT = "interpreter_timed_out"
    """The interpreter alone did not answer the offer in time."""
    INTERPRETER_LOST = "interpreter_lost"
    """The interpreter's page has been away for longer than the grace period, or signed out."""
    LINE_CLOSED = "line_closed"
    """The line's hours ended, or staff ended it."""
    CALLBACK = "callback"
    """The visitor agreed to come back at a certain time."""
    UNCLAIMED = "unclaimed"
    """Nobody came to a booth with a ticket that was taken elsewhere."""
    REMOVE = "remove"
    """Staff took the visitor out of the line."""
    VISITOR_LOST = "visitor_lost"
    """The booth has been away for longer than the grace period."""
    FINISH = "finish"
    """The consultant finished the wrap-up."""
    WRAP_UP_OVER = "wrap_up_over"
    """The time for the wrap-up ran out."""


TRANSITIONS: dict[tuple[State, Trigger], State] = {
    (State.WAITING, Trigger.OFFER): State.OFFERED,
    (State.WAITING, Trigger.LEAVE): State.CLOSED,
    (State.WAITING, Trigger.VISITOR_LOST): State.CLOSED,
    (State.WAITING, Trigger.GIVE_UP): State.CLOSED,
    (State.WAITING, Trigger.LINE_CLOSED): State.CLOSED,
    (State.WAITING, Trigger.CALLBACK): State.CLOSED,
    (State.WAITING, Trigger.UNCLAIMED): State.CLOSED,
    (State.WAITING, Trigger.REMOVE): State.CLOSED,
    (State.OFFERED, Trigger.ACCEPT): State.CONNECTING,
    (State.OFFERED, Trigger.DECLINE): State.WAITING,
    (State.OFFERED, Trigger.OFFER_TIMED_OUT): State.WAITING,
    (State.OFFERED, Trigger.CONSULTANT_LOST): State.WAITING,
    (State.OFFERED, Trigger.INTERPRETER_DECLINED): State.WAITING,
    (State.OFFERED, Trigger.INTERPRETER_TIMED_OUT): State.WAITING,
    (State.OFFERED, Trigger.INTERPRETER_LOST): State.WAITING,
    (State.OFFERED, Trigger.REMOVE): State.CLOSED,
    (State.OFFERED, Trigger.LEAVE): State.CLOSED,
    (State.OFFERED, Trigger.VISITOR_LOST): State.CLOSED,
    (State.CONNECTING, Trigger.CONNECTED): State.ACTIVE,
    (State.CONNECTING, Trigger.MEDIA_FAILED): State.WAITING,
    (State.CONNECTING, Trigger.CONSULTANT_LOST): State.WAITING,
    (State.CONNECTING, Trigger.INTERPRETER_LOST): State.WAITING,
    (State.CONNECTING, Trigger.HANG_UP): State.WRAPPING_UP,
    (State.CONNECTING, Trigger.VISITOR_LOST): State.WRAPPING_UP,
    (State.ACTIVE, Trigger.MEDIA_FAILED): State.WAITING,
    (State.ACTIVE, Trigger.CONSULTANT_LOST): State.WAITING,
    (State.ACTIVE, Trigger.INTERPRETER_LOST): State.WAITING,
    (State.ACTIVE, Trigger.HANG_UP): State.WRAPPING_UP,
    (State.ACTIVE, Trigger.VISITOR_LOST): State.WRAPPING_UP,
    (State.WRAPPING_UP, Trigger.FINISH): State.CLOSED,
    (State.WRAPPING_UP, Trigger.WRAP_UP_OVER): State.CLOSED,
    (State.WRAPPING_UP, Trigger.CONSULTANT_LOST): State.CLOSED,
}
"""The one transition table. The scripts are given it when they are loaded; nothing repeats it."""


class Outcome(StrEnum):
    """How a closed consultation ended; every closed consultation has exactly one."""

    SERVED = "served"
    """The visitor got what they came for."""
    PARTLY_SERVED = "partly_served"
    """Some of it; the rest needs another step."""
    NEEDS_VISIT = "needs_visit"
    """It can only be done in person; the visitor knows where."""
    NO_SHOW = "no_show"
    """Nobody was there: at the booth when a consultant answered, or with a ticket in time."""
    ABANDONED = "abandoned"
    """The visitor left while waiting."""
    ABANDONED_OFFER = "abandoned_offer"
    """The visitor left while a consultant was being asked."""
    VISITOR_LEFT = "visitor_left"
    """The visitor finished before sound and picture were there."""
    TECHNICAL_BOOTH = "technical_booth"
    """The booth was away for longer than the grace period."""
    TECHNICAL_NETWORK = "technical_network"
    """The link could not be made or kept."""
    CALLBACK = "callback"
    """The visitor comes back at an agreed time."""
    CLOSED_BY_HOURS = "closed_by_hours"
    """The line closed while they waited."""
    REMOVED_BY_STAFF = "removed_by_staff"
    """Staff took them out of the line."""


class Side(StrEnum):
    """One end of a consultation."""

    VISITOR = "visitor"
    CONSULTANT = "consultant"
    INTERPRETER = "interpreter"


class EndedBy(StrEnum):
    """Who or what ended the talk."""

    VISITOR = "visitor"
    CONSULTANT = "consultant"
    SYSTEM = "system"


class Mode(StrEnum):
    """How visitor and consultant talk; part of what makes a line."""

    SPEECH = "speech"
    """Voice and picture."""
    SIGN = "sign"
    """Sign language, which the consultant signs."""
    TEXT = "text"
    """Writing instead of voice."""


class DeclaredBy(StrEnum):
    """Who said that a visitor belongs to a priority class."""

    VISITOR = "visitor"
    """The visitor, at the booth."""
    STAFF = "staff"
    """A member of staff, or a program of the centre."""
    SYSTEM = "system"
    """Okno: a talk was cut off, or an agreed time has come."""


class Source(StrEnum):
    """Where a ticket was taken."""

    BOOTH = "booth"
    API = "api"
    """At a ticket machine or in a program outside Okno; claimed at a booth later."""
    CALLBACK = "callback"
    """The visitor comes back at the time agreed in an earlier consultation."""


class Gate(StrEnum):
    """What staff let a topic's lines do. Opening hours come on top."""

    OPEN = "open"
    PAUSED = "paused"
    """Tickets are taken and places kept; nobody is called."""
    CLOSED = "closed"
    """No new tickets; who waits is still served."""
    ENDED = "ended"
    """No new tickets, and who waits is sent home with the reason."""


class Rule(StrEnum):
    """Why this visitor was offered to this consultant."""

    LONGEST_AVAILABLE = "longest_available"
    """The visitor came; of the best skilled who were free, this one had been for longest."""
    FIRST_IN_LINE = "first_in_line"
    """The consultant came free; this visitor was first among those they may serve."""
    RESERVE = "reserve"
    """Nobody but the reserve was free."""
    INTERPRETER_CAME = "interpreter_came"
    """An interpreter came free, whom this visitor and a free consultant had been missing."""


class ScopeKind(StrEnum):
    """Who may serve a visitor for the first seconds, before the line opens to everyone."""

    CONSULTANT = "consultant"
    """The one the visitor talked to before, or asked for."""
    CENTRE = "centre"
    """Consultants of the visitor's own centre."""
    REGION = "region"
    """Consultants whose centre is in the same region."""


class Status(StrEnum):
    """Whether a consultant takes visitors."""

    AVAILABLE = "available"
    """Gets the next visitor, or talks to one now and takes the next afterwards."""
    BREAK = "break"
    """Signed in, takes no visitors."""
    OFFLINE = "offline"
    """No page is open."""


class StatusReason(StrEnum):
    """Why the status is what it is."""

    CHOSEN = "chosen"
    """The consultant chose it."""
    OFFER_MISSED = "offer_missed"
    """An offer was not answered: paused until they say they are back."""
    OFFER_DECLINED = "offer_declined"
    """An offer was refused: paused until they say they are back."""
    CONNECTION_LOST = "connection_lost"
    """Their page was away for too long."""
    SIGNED_OUT = "signed_out"
    """They signed out, or their account was closed."""


class Role(StrEnum):
    """What a member of staff may do."""

    CONSULTANT = "consultant"
    """Talks to visitors in the workspace."""
    SUPERVISOR = "supervisor"
    """Reads the wall and the session log."""
    ADMINISTRATOR = "administrator"
    """Everything a supervisor may, and changes to the organisation."""


RETURNED = "cut_off"
"""Priority class that Okno gives to who was cut off in a talk."""
CALLED_BACK = "callback"
"""Priority class that Okno gives to who comes back at the agreed time."""

LANGUAGES = ("ru", "en")
"""The languages Okno's pages are written in, as BCP 47 tags; the first is the default."""


class BoothPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled booth, as its credential proves it."""

    organisation: OrganisationId
    centre: CentreId
    booth: BoothId
    region: str = ""
    """The centre's region, empty when it has none."""
    name: str
    """What staff call this booth, such as ``Booth 2``."""
    centre_name: str
    ticket_prefix: str
    """The letter before the centre's ticket numbers."""
    timezone: str
    """IANA name; ticket numbers start again at midnight there."""
    sound: Sound = Sound()


class StaffPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in member of staff."""

    organisation: OrganisationId
    user: UserId
    name: str
    roles: frozenset[Role]
    password_mark: str = ""
    """Changes whenever the password does; a session that began under another one is over."""


Principal = BoothPrincipal | StaffPrincipal


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """When a line is open on some days of the week."""

    days: tuple[int, ...]
    """0 for Monday to 6 for Sunday."""
    opens: int
    """Minutes after midnight."""
    closes: int
    """Minutes after midnight, up to 1440; always after `opens`."""


class Preference(msgspec.Struct, frozen=True, kw_only=True):
    """One step of widening: who alone may serve a visitor, and for how long."""

    scope: ScopeKind
    seconds: int


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor comes for."""

    id: TopicId
    code: str
    """Short name in settings and exports, such as ``passport``."""
    names: dict[str, str]
    """Name by language tag."""
    hints: dict[str, str]
    """What to prepare while waiting, by language tag; may lack languages."""
    handling_seconds: int
    """Configured average handling time, used until enough consultations were held."""
    service_level_seconds: int = 60
    """A wait of up to so long counts as in time."""
    prefer: tuple[Preference, ...] = ()
    """Who is asked first, step by step; then everyone."""
    overflow_at: int | None = None
    """With so many waiting already, a new visitor is everyone's at once."""
    hours: tuple[Opening, ...] = ()
    """When the lines are open, in the organisation's time zone; empty: always."""
    last_ticket_minutes: int = 0
    """No ticket is given in so many minutes before closing."""
    recording: RecordingRule = RecordingRule.NEVER

    def name(self, language: str) -> str:
        """The name in that language, or in any it has."""
        return self.names.get(language) or next(iter(self.names.values()))


class PriorityClass(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors who are let ahead, by at most their head start."""

    code: str
    names: dict[str, str]
    """Name by language tag."""
    head_start_seconds: int
    """The most that anyone of no class can be overtaken by."""
    at_booth: bool = True
    """Whether visitors may say at the booth that they belong to it."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How an organisation runs its lines."""

    timezone: str = "Europe/Moscow"
    """IANA name; opening hours are in it."""
    priorities: tuple[PriorityClass, ...] = ()
    cut_off_seconds: int = 3600
    """Head start of who was cut off in a talk."""
    callback_seconds: int = 1800
    """Head start of who comes back at the agreed time."""
    callbacks: bool = True
    """Whether waiting visitors may agree on a time to come back."""
    claim_seconds: int = 7200
    """How long a ticket taken elsewhere waits for its visitor."""
    breaks: dict[str, dict[str, str]] = {}
    """Reasons for a break: code to name by language tag."""
    interpreters: dict[str, dict[str, str]] = {}
    """What may be interpreted: code to name by language tag."""

    def priority(self, code: str) -> PriorityClass | None:
        """The class of that code."""
        return next((each for each in self.priorities if each.code == code), None)


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What one consultant may be offered."""

    lines: tuple[LineId, ...]
    levels: dict[LineId, int] = {}
    """Level of skill, 1 to 9, where it is not 1: lower levels are asked first."""
    tags: tuple[str, ...] = ()
    """Scopes the consultant belongs to: ``centre:…``, ``region:…``, ``user:…``."""
    interprets: tuple[str, ...] = ()
    """What they interpret: codes of `Policy.interpreters`."""
    reserve: bool = False
    """Asked only when no other consultant of the line is available."""
