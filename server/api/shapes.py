"""Everything that goes in and out of the API. Decoding is validation; the document is made of it.

Times are milliseconds since 1970-01-01 UTC, as in records.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from signaling.ids import CentreId, ConsultationId, TopicId
from signaling.model import Gate, Mode, Outcome, State
from signaling.parts import Estimate
from signaling.record import Record

LONGEST_EXTERNAL = 32
LONGEST_NOTE = 200
LONGEST_PAGE = 200

# A dollar also stands before a newline at the end; what follows it here rules that out.
_END = r"$(?!\n)"
ShortCode = Annotated[
    str, Meta(pattern=rf"^[a-z0-9][a-z0-9-]{{0,62}}{_END}", examples=["passport"])
]
Language = Annotated[
    str, Meta(pattern=rf"^[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})?{_END}", examples=["ru"])
]
Email = Annotated[
    str,
    Meta(pattern=rf"^[^@\s]{{1,64}}@[^@\s]{{1,180}}{_END}", examples=["anna@okno.example"]),
]
Ulid = Annotated[
    ConsultationId, Meta(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$", min_length=26, max_length=26)
]
_LETTERS = "0-9A-Za-z\u0410-\u042f\u0430-\u044f\u0401\u0451"
"""Latin and Cyrillic ones, and digits: what can be typed at a booth."""
External = Annotated[
    str,
    Meta(
        pattern=rf"^[{_LETTERS}][{_LETTERS}/-]{{0,{LONGEST_EXTERNAL - 1}}}{_END}", examples=["A117"]
    ),
]
Day = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        min_length=10,
        max_length=10,
        examples=["2026-11-23"],
        extra_json_schema={"format": "date"},
    ),
]


class _Parameters(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """In the path and in the query."""


class TicketId(_Parameters, frozen=True, kw_only=True):
    id: Ulid
    """Id of the ticket: that of its consultation."""


class ConsultationPath(_Parameters, frozen=True, kw_only=True):
    id: Ulid
    """Id of the consultation."""


class TopicPath(_Parameters, frozen=True, kw_only=True):
    topic: ShortCode
    """Code of the topic."""


class FindTicket(_Parameters, frozen=True, kw_only=True):
    centre: ShortCode
    """Code of the centre."""
    external: External
    """Number the ticket has outside Okno."""


class FindConsultations(_Parameters, frozen=True, kw_only=True):
    """Every filter narrows."""

    day_from: Day | UnsetType = UNSET
    """First day of joining, in the organisation's time zone."""
    day_to: Day | UnsetType = UNSET
    """Last day of joining."""
    centre: ShortCode | UnsetType = UNSET
    """Code of the centre."""
    topic: ShortCode | UnsetType = UNSET
    """Code of the topic."""
    outcome: Outcome | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = 50
    """How many at most."""
    cursor: (
        Annotated[str, Meta(pattern="^[0-9]{1,15}-[0-7][0-9A-HJKMNP-TV-Z]{25}$", max_length=42)]
        | UnsetType
    ) = UNSET
    """Where to go on: ``next`` of the page before."""


class NewTicket(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A ticket that a visitor takes outside Okno, such as at a ticket machine."""

    centre: ShortCode
    """Code of the centre where the visitor is."""
    topic: ShortCode
    """Code of what the visitor comes for."""
    language: Language
    """One of the topic's languages."""
    mode: Mode = Mode.SPEECH
    """Speech, sign language or text."""
    interpreter: ShortCode | None = None
    """Code of what must be interpreted for the visitor."""
    priority: ShortCode | None = None
    """Code of the priority class the visitor belongs to."""
    consultant: Email | None = None
    """Whom the visitor would rather talk to; they are asked alone for as long as the topic says."""
    external: External | None = None
    """Number on the paper the visitor holds; without it, Okno's own ticket number is the one to
    print. A centre has each number once a day; a ticket that is deleted before its visitor came
    gives it back."""


class ChangeTicket(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Either another priority, or another line. What is left out stays as it is."""

    priority: ShortCode | UnsetType | None = UNSET
    """Code of the priority class; null takes it away."""
    topic: ShortCode | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET

    @property
    def moves(self) -> bool:
        return any(each is not UNSET for each in (self.topic, self.language, self.mode))

    def __post_init__(self) -> None:
        if self.priority is not UNSET and self.moves:
            # Each is one step of the line; of two, the first could stand alone.
            raise ValueError("priority does not go together with a move")


ONE_CHANGE = {
    "not": {"anyOf": [{"required": ["priority", to]} for to in ("topic", "language", "mode")]}
}
"""What `ChangeTicket` holds beyond its fields, as JSON Schema says it."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's request as it stands now. Kept for a day after it is closed."""

    id: ConsultationId
    """The same as that of its consultation."""
    ticket: str
    """Okno's own number, which screens show: ``B-042``."""
    external: str | None
    """Number it has outside Okno."""
    centre: str
    """Code."""
    topic: str
    """Code."""
    language: str
    mode: Mode
    interpreter: str | None
    """Code of what is interpreted."""
    priority: str | None
    """Code of the priority class."""
    state: State
    outcome: Outcome | None
    """Set once it is closed."""
    at_booth: bool
    """Whether the visitor has come to a booth with it; before that nobody is called for it."""
    joined_at: int
    closed_at: int | None
    place: int | None
    """Place in the line, 1 for the next; null when it does not wait."""
    waiting: int | None
    """People in the line."""
    estimate: Estimate | None
    """How long the wait may be, as screens show it; null when nothing honest can be said yet."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone waiting for the same topic, language and mode."""

    language: str
    mode: Mode
    waiting: int
    longest_wait_seconds: int
    available: int
    """Consultants who could take the next visitor."""
    on_duty: int
    """Consultants who are available or in a conversation."""


class TopicLines(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one topic."""

    topic: str
    """Code."""
    gate: Gate
    """What staff let the lines do."""
    takes_tickets: bool
    """Whether a ticket can be taken now, by the gate and by the opening hours."""
    closes_at: int | None
    """When the opening hours of today end."""
    lines: list[Line]
    """Those with anyone waiting or on duty, the longest wait first."""


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of the organisation."""

    at: int
    """When it was so."""
    topics: list[TopicLines]
    """Open topics, in the order they are offered."""


class SetGate(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the lines of a topic shall do."""

    gate: Gate
    note: Annotated[str, Meta(max_length=LONGEST_NOTE)] = ""
    """Why, for the journal."""


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """A place with booths."""

    id: CentreId
    """As in records."""
    code: str
    """As in requests."""
    name: str
    timezone: str
    """IANA name."""


class Centres(msgspec.Struct, frozen=True, kw_only=True):
    """All centres of the organisation, by name."""

    centres: list[Centre]


class OpenTopic(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor may come for."""

    id: TopicId
    """As in records."""
    code: str
    """As in requests."""
    names: dict[str, str]
    """Name by language tag; a ticket may be taken in these languages."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something a visitor may need or belong to."""

    code: str
    names: dict[str, str]
    """Name by language tag."""


class ClosedTopic(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors came for once."""

    id: TopicId
    """As in records."""
    code: str
    names: dict[str, str]


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket machine lets people choose from, and what records are about."""

    topics: list[OpenTopic]
    """In the order they are offered."""
    closed_topics: list[ClosedTopic]
    priorities: list[Choice]
    """Classes that visitors may say they belong to."""
    interpreters: list[Choice]
    """What may be interpreted."""


class Consultations(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the session log, newest first."""

    consultations: list[Record]
    total: int
    """How many the filters find; 100,000 means so many or more."""
    next: str | None
    """Cursor of the page after this one; null at the end."""
