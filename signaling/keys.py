"""The names of Okno's Redis keys; `signaling.key_table` says what they hold.

All keys of one organisation share the hash tag ``{organisation}``, so a script may touch any of
them on a Redis Cluster.
"""

from __future__ import annotations

from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    LineId,
    NodeId,
    OrganisationId,
    PersonId,
    TopicId,
    UserId,
)

CHANGED = "okno:changed"
"""Channel: an organisation's line or staff changed; the message is its id."""
PROMISED = "okno:promised"
"""Channel: visitors of an organisation are promised something new; the message is its id."""

RECORDINGS = "okno:recordings"
"""Channel: a conversation of an organisation waits for a recorder; the message is its id."""

NODES = "okno:nodes"
ORGANISATIONS = "okno:organisations"


def node_channel(node: NodeId) -> str:
    """Channel of one node: what is meant for the sockets it holds."""
    return f"okno:node:{node}"


def prefix(organisation: OrganisationId) -> str:
    """What every key of the organisation begins with."""
    return f"okno:{{{organisation}}}:"


def journal(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}journal"


def consultation(organisation: OrganisationId, consultation: ConsultationId) -> str:
    return f"{prefix(organisation)}consultation:{consultation}"


def open_consultations(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}open"


def line(organisation: OrganisationId, line: LineId) -> str:
    return f"{prefix(organisation)}line:{line}"


def lines(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}lines"


def gates(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}gates"


def closing(organisation: OrganisationId) -> str:
    """When the lines of each topic close."""
    return f"{prefix(organisation)}closing"


def hours_seen(organisation: OrganisationId) -> str:
    """The node that has looked at the opening hours lately."""
    return f"{prefix(organisation)}hours_seen"


def claim(organisation: OrganisationId, centre: CentreId, ticket: str) -> str:
    return f"{prefix(organisation)}claim:{centre}:{ticket}"


def today(organisation: OrganisationId, day: str, line: LineId | None = None) -> str:
    """The day's figures of a line, or of all together."""
    return f"{prefix(organisation)}today:{day}" + (f":{line}" if line else "")


def totals(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}totals"


def served(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}served"


def held(organisation: OrganisationId, node: NodeId) -> str:
    """People whose sockets the node holds."""
    return f"{prefix(organisation)}node:{node}"


def able(organisation: OrganisationId, line: LineId) -> str:
    return f"{prefix(organisation)}able:{line}"


def duty(organisation: OrganisationId, line: LineId) -> str:
    return f"{prefix(organisation)}duty:{line}"


def consultant(organisation: OrganisationId, user: UserId) -> str:
    return f"{prefix(organisation)}consultant:{user}"


def staff(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}staff"


def booth(organisation: OrganisationId, booth: BoothId) -> str:
    return f"{prefix(organisation)}booth:{booth}"


def health(organisation: OrganisationId) -> str:
    """What the booths' checks of themselves have found."""
    return f"{prefix(organisation)}health"


def hosts(organisation: OrganisationId) -> str:
    """Calls of booths for a person of their centre."""
    return f"{prefix(organisation)}hosts"


def number(organisation: OrganisationId, centre: CentreId, day: str) -> str:
    return f"{prefix(organisation)}number:{centre}:{day}"


def shown(organisation: OrganisationId, centre: CentreId) -> str:
    """Ticket numbers that people know."""
    return f"{prefix(organisation)}shown:{centre}"


def durations(organisation: OrganisationId, topic: TopicId) -> str:
    return f"{prefix(organisation)}durations:{topic}"


def weak(organisation: OrganisationId) -> str:
    """Ends of links over which people talk and hardly understand each other."""
    return f"{prefix(organisation)}weak"


def forecast(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}forecast"


def forecaster(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}forecaster"


def deadlines(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}deadlines"


def recordings(organisation: OrganisationId) -> str:
    """Consultations that wait for a recorder."""
    return f"{prefix(organisation)}recordings"


def viewing(organisation: OrganisationId, user: UserId, consultation: ConsultationId) -> str:
    """Somebody has opened a recording, and their page may fetch it."""
    return f"{prefix(organisation)}viewing:{user}:{consultation}"


def person(organisation: OrganisationId, person: PersonId) -> str:
    return f"{prefix(organisation)}person:{person}"


def mail(organisation: OrganisationId, person: PersonId) -> str:
    return f"{prefix(organisation)}mail:{person}"


def external(organisation: OrganisationId, centre: CentreId, number: str) -> str:
    return f"{prefix(organisation)}external:{centre}:{number}"


def errand(organisation: OrganisationId, name: str) -> str:
    """The ticket that was taken for a request, which may be sent again."""
    return f"{prefix(organisation)}errand:{name}"


def idempotency(organisation: OrganisationId, errand: str) -> str:
    """The answer to a request, which may be sent again."""
    return f"{prefix(organisation)}idempotency:{errand}"


def api_calls(organisation: OrganisationId, token: str) -> str:
    """The counter of one API token's requests."""
    return f"{prefix(organisation)}calls:{token}"
