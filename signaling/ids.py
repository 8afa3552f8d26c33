"""Distinct types for ids, so that mypy tells a centre from a booth.

Ids are ULIDs (26 characters, sorting by time of making) unless said otherwise.
"""

from __future__ import annotations

import re
from typing import NewType

from ulid import ULID

OrganisationId = NewType("OrganisationId", str)
CentreId = NewType("CentreId", str)
BoothId = NewType("BoothId", str)
TopicId = NewType("TopicId", str)
UserId = NewType("UserId", str)
ConsultationId = NewType("ConsultationId", str)

LinkId = NewType("LinkId", str)
"""One peer connection: the consultation's id, a hyphen and the number of the offer."""

LineId = NewType("LineId", str)
"""Everyone waiting for the same thing: ``topic:language:mode``."""

PersonId = NewType("PersonId", str)
"""Whom a message is for: ``booth:<booth id>`` or ``consultant:<user id>``."""

EventId = NewType("EventId", str)
"""The journal's own id of an event: a Redis stream id, ``milliseconds-sequence``."""

NodeId = NewType("NodeId", str)
"""One running server process; a new one at every start."""

_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new_ulid() -> str:
    """A fresh ULID as text."""
    return str(ULID())


def is_ulid(text: str) -> bool:
    """Whether the text could be an id of ours; says nothing of whether it exists."""
    return _ULID.fullmatch(text) is not None


def booth_person(booth: BoothId) -> PersonId:
    return PersonId(f"booth:{booth}")


def consultant_person(user: UserId) -> PersonId:
    return PersonId(f"consultant:{user}")


def line_id(topic: TopicId, language: str, mode: str) -> LineId:
    return LineId(f"{topic}:{language}:{mode}")


def topic_of(line: LineId) -> TopicId:
    """What the visitors of a line come for."""
    return TopicId(line.partition(":")[0])
