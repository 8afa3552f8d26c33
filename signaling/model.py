"""The words of the domain: states, outcomes and the people they belong to."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from signaling.ids import BoothId, CentreId, LineId, OrganisationId, TopicId, UserId


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
    (State.OFFERED, Trigger.ACCEPT): State.CONNECTING,
    (State.OFFERED, Trigger.DECLINE): State.WAITING,
    (State.OFFERED, Trigger.OFFER_TIMED_OUT): State.WAITING,
    (State.OFFERED, Trigger.CONSULTANT_LOST): State.WAITING,
    (State.OFFERED, Trigger.LEAVE): State.CLOSED,
    (State.OFFERED, Trigger.VISITOR_LOST): State.CLOSED,
    (State.CONNECTING, Trigger.CONNECTED): State.ACTIVE,
    (State.CONNECTING, Trigger.MEDIA_FAILED): State.WAITING,
    (State.CONNECTING, Trigger.CONSULTANT_LOST): State.WAITING,
    (State.CONNECTING, Trigger.HANG_UP): State.WRAPPING_UP,
    (State.CONNECTING, Trigger.VISITOR_LOST): State.WRAPPING_UP,
    (State.ACTIVE, Trigger.MEDIA_FAILED): State.WAITING,
    (State.ACTIVE, Trigger.CONSULTANT_LOST): State.WAITING,
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
    """The consultant answered and nobody was at the booth."""
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


WRAP_UP_OUTCOMES = frozenset(
    {Outcome.SERVED, Outcome.PARTLY_SERVED, Outcome.NEEDS_VISIT, Outcome.NO_SHOW}
)
"""What a consultant may choose in the wrap-up."""


class Side(StrEnum):
    """One end of a consultation."""

    VISITOR = "visitor"
    CONSULTANT = "consultant"


class EndedBy(StrEnum):
    """Who or what ended the talk."""

    VISITOR = "visitor"
    CONSULTANT = "consultant"
    SYSTEM = "system"


class Mode(StrEnum):
    """How visitor and consultant talk; part of what makes a line."""

    SPEECH = "speech"
    """Voice and picture."""


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


LANGUAGES = ("ru", "en")
"""The languages Okno's pages are written in, as BCP 47 tags; the first is the default."""


class BoothPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled booth, as its credential proves it."""

    organisation: OrganisationId
    centre: CentreId
    booth: BoothId
    name: str
    """What staff call this booth, such as ``Booth 2``."""
    centre_name: str
    ticket_prefix: str
    """The letter before the centre's ticket numbers."""
    timezone: str
    """IANA name; ticket numbers start again at midnight there."""


class StaffPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in member of staff."""

    organisation: OrganisationId
    user: UserId
    name: str
    roles: frozenset[Role]
    password_mark: str = ""
    """Changes whenever the password does; a session that began under another one is over."""


Principal = BoothPrincipal | StaffPrincipal


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

    def name(self, language: str) -> str:
        """The name in that language, or in any it has."""
        return self.names.get(language) or next(iter(self.names.values()))


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What one consultant may be offered."""

    lines: tuple[LineId, ...]
    reserve: bool = False
    """Asked only when no other consultant of the line is available."""
