"""How far the journal is archived without a gap, so that nothing is told before what led to it."""

from __future__ import annotations

from typing import cast

from server.archive.group import GROUP
from server.archive.store import split_id
from signaling import keys
from signaling.ids import EventId, OrganisationId
from signaling.ports import RedisClient
from signaling.store import Script

Place = tuple[int, int]
"""Milliseconds and sequence number of a journal id."""

_HORIZON = """
-- Up to where a journal is archived without a gap. KEYS 1 stream. ARGV 1 group.
-- Answers the newest id, the last one delivered to anyone, the first one that is not acknowledged
-- ('' if all are), and the time (ms) of the server that gives out the ids.
-- One step, so that the four belong together.
local function field(flat, name)
  for i = 1, #flat, 2 do
    if flat[i] == name then return flat[i + 1] end
  end
end
local newest = field(redis.call('XINFO', 'STREAM', KEYS[1]), 'last-generated-id')
local delivered, pending = '0-0', ''
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if field(group, 'name') == ARGV[1] then
    delivered = field(group, 'last-delivered-id')
    pending = redis.call('XPENDING', KEYS[1], ARGV[1])[2] or ''
  end
end
local now = redis.call('TIME')
return {newest, delivered, pending, now[1] * 1000 + math.floor(now[2] / 1000)}
"""


class Horizon:
    """Asks the journals of all organisations."""

    def __init__(self, redis: RedisClient) -> None:
        self._ask = Script(redis, _HORIZON)

    async def archived_before(self, organisation: OrganisationId) -> Place:
        """A place in the journal: everything before it that will ever be there is in SQL.

        Several nodes archive at once, and a later entry may be in SQL while an earlier one is
        still on its way with another node.

        Raises:
            redis.exceptions.RedisError: Redis is away, or the journal is being made anew.
        """
        newest, delivered, pending, now = cast(
            "tuple[str, str, str, int]", await self._ask(keys.journal(organisation), GROUP)
        )
        if pending:
            return split_id(EventId(pending))
        ms, seq = split_id(EventId(delivered))
        reached = (ms, seq + 1)
        # A Redis that lost its last entries knows nothing of them, but they are in SQL.
        return max(reached, (now, 0)) if newest == delivered else reached
