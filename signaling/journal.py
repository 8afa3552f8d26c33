"""Appending to and reading from the journal, for what no script of the line writes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import msgspec

from signaling import keys
from signaling.events import AnyEvent, Entry, decode_event
from signaling.ids import EventId, OrganisationId
from signaling.ports import RedisClient

_BATCH = 500


async def now_ms(redis: RedisClient) -> int:
    """Redis server time in milliseconds, the only clock the journal knows."""
    seconds, micros = await redis.time()
    return int(seconds) * 1000 + int(micros) // 1000


async def append(redis: RedisClient, organisation: OrganisationId, event: AnyEvent) -> EventId:
    """Write one event; its id in the journal."""
    body = msgspec.json.encode(event).decode()
    return EventId(str(await redis.xadd(keys.journal(organisation), {"e": body})))


async def read(redis: RedisClient, organisation: OrganisationId) -> AsyncIterator[Entry]:
    """All entries still in the stream, oldest first."""
    start = "-"
    while True:
        # redis-py types every answer as bytes or text or None; ours are always text.
        batch = cast(
            "list[tuple[str, dict[str, str]]]",
            await redis.xrange(keys.journal(organisation), start, "+", count=_BATCH),
        )
        for entry_id, fields in batch:
            yield Entry(
                organisation=organisation,
                id=EventId(entry_id),
                event=decode_event(fields["e"]),
            )
        if len(batch) < _BATCH:
            return
        start = f"({batch[-1][0]}"
