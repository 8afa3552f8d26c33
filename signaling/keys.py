"""Every Redis key of Okno: its name, what it holds, who writes it and when it goes.

All keys of one organisation share the hash tag ``{organisation}``, so a script may touch any of
them on a Redis Cluster. ``docs/redis.md`` is made from ``TABLE``.
"""

from __future__ import annotations

import msgspec

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


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of keys."""

    pattern: str
    type: str
    owner: str
    ttl: str
    meaning: str


TABLE: tuple[Key, ...] = (
    Key(
        pattern="okno:{<organisation>}:journal",
        type="stream",
        owner="every script",
        ttl="none; trimmed past what is archived",
        meaning="Everything that happened. Field `e` holds one event as JSON.",
    ),
    Key(
        pattern="okno:{<organisation>}:consultation:<consultation>",
        type="hash",
        owner="waiting_room",
        ttl="none while open; one day after closing",
        meaning="A consultation as it is now.",
    ),
    Key(
        pattern="okno:{<organisation>}:open",
        type="sorted set",
        owner="waiting_room",
        ttl="none; a member leaves at closing",
        meaning="Consultations that are not closed, by the time they joined.",
    ),
    Key(
        pattern="okno:{<organisation>}:line:<topic>:<language>:<mode>",
        type="sorted set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Who waits, by effective time (ms). The lowest is next.",
    ),
    Key(
        pattern="okno:{<organisation>}:lines",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Lines in which anyone waits.",
    ),
    Key(
        pattern="okno:{<organisation>}:able:<topic>:<language>:<mode>",
        type="sorted set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Consultants who could take the next visitor of the line, by rank: the time (ms) "
        "since when they are idle, and far behind for the reserve.",
    ),
    Key(
        pattern="okno:{<organisation>}:duty:<topic>:<language>:<mode>",
        type="set",
        owner="waiting_room",
        ttl="none; gone when empty",
        meaning="Consultants whose status is available, idle or not; the estimate counts them.",
    ),
    Key(
        pattern="okno:{<organisation>}:consultant:<user>",
        type="hash",
        owner="waiting_room",
        ttl="none while on duty; one day after going offline",
        meaning="Status, reason, lines served, and the consultation the consultant is busy with.",
    ),
    Key(
        pattern="okno:{<organisation>}:staff",
        type="hash",
        owner="waiting_room",
        ttl="none; a field leaves when its consultant goes offline",
        meaning="Consultant to `available`, `offered`, `busy` or `break`, for the wall.",
    ),
    Key(
        pattern="okno:{<organisation>}:booth:<booth>",
        type="string",
        owner="waiting_room",
        ttl="none while the consultation is open; ten minutes after the talk",
        meaning="The booth's consultation.",
    ),
    Key(
        pattern="okno:{<organisation>}:number:<centre>:<day>",
        type="string",
        owner="waiting_room",
        ttl="two days",
        meaning="The last ticket number of the centre's day.",
    ),
    Key(
        pattern="okno:{<organisation>}:durations:<topic>",
        type="list",
        owner="waiting_room",
        ttl="none; the last 100",
        meaning="How long consultants were busy with past consultations (ms), newest first.",
    ),
    Key(
        pattern="okno:{<organisation>}:deadlines",
        type="sorted set",
        owner="waiting_room, presence",
        ttl="none; gone when empty",
        meaning="`offer:`, `connect:`, `wrap_up:<consultation>` and `lease:<person>`, by the time "
        "(ms) they run out.",
    ),
    Key(
        pattern="okno:{<organisation>}:person:<person>",
        type="hash",
        owner="presence",
        ttl="the resume time, renewed by the heartbeat",
        meaning="Node and connection that hold the person's socket, resume token, last `seq`.",
    ),
    Key(
        pattern="okno:{<organisation>}:mail:<person>",
        type="stream",
        owner="every script that pushes state",
        ttl="the resume time, renewed by the heartbeat",
        meaning="The last 64 numbered messages; the entry's id is `<seq>-0`.",
    ),
    Key(
        pattern="okno:nodes",
        type="sorted set",
        owner="node",
        ttl="none; a member leaves when its node stops or has been silent for a minute",
        meaning="Running nodes by their last beat (ms).",
    ),
    Key(
        pattern="okno:organisations",
        type="set",
        owner="endpoint",
        ttl="none; one member an organisation",
        meaning="Organisations that ever had a page open; timers visit each.",
    ),
    Key(
        pattern="okno:session:<session>",
        type="string",
        owner="server.auth",
        ttl="the session's hours",
        meaning="A staff session.",
    ),
    Key(
        pattern="okno:throttle:<kind>:<hash>",
        type="string",
        owner="server.auth",
        ttl="five minutes",
        meaning="Wrong sign-ins or codes of one account or address (hashed).",
    ),
)

CHANGED = "okno:changed"
"""Channel: an organisation's line or staff changed; the message is its id."""

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


def number(organisation: OrganisationId, centre: CentreId, day: str) -> str:
    return f"{prefix(organisation)}number:{centre}:{day}"


def durations(organisation: OrganisationId, topic: TopicId) -> str:
    return f"{prefix(organisation)}durations:{topic}"


def deadlines(organisation: OrganisationId) -> str:
    return f"{prefix(organisation)}deadlines"


def person(organisation: OrganisationId, person: PersonId) -> str:
    return f"{prefix(organisation)}person:{person}"


def mail(organisation: OrganisationId, person: PersonId) -> str:
    return f"{prefix(organisation)}mail:{person}"
