"""What every event of the journal has, and those of one consultation besides."""

from __future__ import annotations

import msgspec

from signaling.ids import ConsultationId


class Event(msgspec.Struct, tag_field="type", frozen=True, kw_only=True):
    """Anything the journal holds."""

    at: int
    """Redis server time, milliseconds since 1970-01-01 UTC."""


class ConsultationEvent(Event, frozen=True, kw_only=True):
    """Anything that happened to one consultation."""

    consultation: ConsultationId
