"""How far the journal is archived without a gap, so that nothing is told before what led to it."""

from __future__ import annotations

from server.archive.group import GROUP
from server.archive.store import split_id
from signaling import keys
from signaling.ids import EventId, OrganisationId
from signaling.journal import now_ms
from signaling.ports import RedisClient

Place = tuple[int, int]
"""Milliseconds and sequence number of a journal id."""


async def archived_before(redis: RedisClient, organisation: OrganisationId) -> Place:
    """A place in the journal: everything before it that will ever be there is in SQL.

    Several nodes archive at once, and a later entry may be in SQL while an earlier one is still on
    its way with another node.

    Raises:
        redis.exceptions.RedisError: Redis is away, or the journal is being made anew.
    """
    journal = keys.journal(organisation)
    # In this order: what is appended or delivered between two answers only makes it too careful.
    now = await now_ms(redis)
    groups = await redis.xinfo_groups(journal)
    delivered = next((each["last-delivered-id"] for each in groups if each["name"] == GROUP), "0-0")
    pending = (await redis.xpending(journal, GROUP))["min"]
    newest = (await redis.xinfo_stream(journal))["last-generated-id"]
    if pending is not None:
        return split_id(EventId(pending))
    ms, seq = split_id(EventId(delivered))
    reached = (ms, seq + 1)
    return max(reached, (now, 0)) if newest == delivered else reached
