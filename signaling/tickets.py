"""What a visitor takes a ticket for, where, and what the ticket then stands for."""

from __future__ import annotations

import msgspec

from signaling.ids import CentreId, ConsultationId, OrganisationId, TopicId, UserId
from signaling.model import (
    BoothPrincipal,
    DeclaredBy,
    Mode,
    Policy,
    PriorityClass,
    ScopeKind,
    Source,
    Topic,
)

_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")  # noqa: RUF001 - Cyrillic to Latin


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """A place outside Okno where tickets of a centre are taken."""

    organisation: OrganisationId
    centre: CentreId
    centre_name: str
    region: str = ""
    ticket_prefix: str
    timezone: str


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is sent again under the same name until its answer arrives."""

    name: str
    """Who sends it, and the key they chose for it."""
    request: str
    """Tells it from any other under the same name."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor comes for, and how they are to be served."""

    topic: Topic
    language: str
    mode: Mode = Mode.SPEECH
    policy: Policy = Policy()
    priority: PriorityClass | None = None
    declared_by: DeclaredBy = DeclaredBy.VISITOR
    interpreter: str = ""
    """What must be interpreted, or empty."""
    consultant: UserId | None = None
    """Whom the visitor would rather talk to."""
    source: Source = Source.BOOTH
    external: str = ""
    """Number of the ticket outside Okno."""
    errand: Errand | None = None
    """What a program may ask for again when it has lost the answer; it gets the same ticket."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the line, as it was when the ticket was taken."""

    id: ConsultationId
    ticket: str
    place: int
    waiting: int
    called: bool = False
    """Whether a consultant was free and is asked already."""


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket stands for that a visitor brings to a booth."""

    kind: str
    """``ticket``: taken elsewhere; ``callback``: to come back at an agreed time."""
    consultation: ConsultationId
    return_at: int = 0
    topic: TopicId = TopicId("")
    language: str = ""
    mode: Mode = Mode.SPEECH
    interpreter: str = ""


def ticket_number(text: str) -> str:
    """A ticket's number as it is compared, however it was typed.

    On paper nobody can tell a Cyrillic letter from a Latin one that looks like it, so they count
    as the same.
    """
    return "".join(text.upper().split()).translate(_LOOK_ALIKE)


def scopes(at: BoothPrincipal | Machine, wish: Wish) -> list[tuple[str, int]]:
    """Who alone may serve the visitor for how long (ms), step by step."""
    tags = {
        ScopeKind.CONSULTANT: f"user:{wish.consultant}" if wish.consultant else "",
        ScopeKind.CENTRE: f"centre:{at.centre}",
        ScopeKind.REGION: f"region:{at.region}" if at.region else "",
    }
    return [
        (tags[step.scope], step.seconds * 1000) for step in wish.topic.prefer if tags[step.scope]
    ]
