"""The consumer group through which the archivers of all nodes read the journals."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from redis.exceptions import RedisError, ResponseError
from redis.typing import KeyT, StreamIdT

from signaling import keys
from signaling.ids import EventId, OrganisationId
from signaling.ports import RedisClient
from signaling.store import Script, may_share_command

GROUP = "archive"

_FORGET = """
-- Takes consumers out of a group who hold nothing and were idle for so long; answers how many.
-- KEYS 1 stream. ARGV 1 group, 2 milliseconds, 3 the only consumer to look at, or ''.
-- One step, because an entry delivered between the look and the removal would never be archived.
local gone = 0
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #flat, 2 do consumer[flat[i]] = flat[i + 1] end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2])
      and (ARGV[3] == '' or consumer.name == ARGV[3]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    gone = gone + 1
  end
end
return gone
"""

Raw = list[tuple[str, dict[str, str] | None]]
"""Stream entries as Redis answers them; None for one that is no longer in the stream."""


class Group:
    """What one consumer does with the group of each organisation's journal.

    Args:
        consumer: a name no other running archiver has.
        forgotten_after: seconds without a sign after which a consumer's node counts as killed.
    """

    def __init__(self, redis: RedisClient, consumer: str, *, forgotten_after: float = 3600) -> None:
        self._redis = redis
        self._consumer = consumer
        self._forgotten_ms = int(forgotten_after * 1000)
        self._forget = Script(redis, _FORGET)

    async def join(self, organisation: OrganisationId) -> None:
        """Make the group, and the journal, if they are not there yet."""
        try:
            await self._redis.xgroup_create(
                keys.journal(organisation), GROUP, id="0", mkstream=True
            )
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def leave(self, organisation: OrganisationId) -> None:
        """Take this consumer out, unless it leaves entries for others to claim."""
        await self._forget(keys.journal(organisation), GROUP, 0, self._consumer)

    async def forget_the_dead(self, organisation: OrganisationId) -> None:
        """Take consumers out that killed nodes left, once others have claimed their entries.

        A living one that is taken out, because its journal was quiet, joins again as it reads.
        """
        await self._forget(keys.journal(organisation), GROUP, self._forgotten_ms, "")

    async def read(
        self, cursors: Mapping[OrganisationId, str], *, count: int, block_seconds: float
    ) -> dict[OrganisationId, Raw | RedisError]:
        """Entries after each cursor: ``>`` for new ones, else those this consumer still holds.

        An organisation whose part of a cluster is away has its fault as the answer.

        Raises:
            RedisError: all of Redis is away.
        """
        journals = [keys.journal(who) for who in cursors]
        if not may_share_command(self._redis, journals):
            answers = await self._read_each(cursors, count=count)
            if not any(answers.values()):
                # One command cannot wait for the journals of several slots.
                await asyncio.sleep(block_seconds)
            return answers
        streams: dict[KeyT, StreamIdT] = dict(zip(journals, cursors.values(), strict=True))
        answer = await self._redis.xreadgroup(
            GROUP, self._consumer, streams, count=count, block=int(block_seconds * 1000)
        )
        entries = dict(cast("list[tuple[str, Raw]]", answer))
        return {who: entries.get(keys.journal(who), []) for who in cursors}

    async def _read_each(
        self, cursors: Mapping[OrganisationId, str], *, count: int
    ) -> dict[OrganisationId, Raw | RedisError]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for who, cursor in cursors.items():
                pipe.xreadgroup(GROUP, self._consumer, {keys.journal(who): cursor}, count=count)
            answers = await pipe.execute(raise_on_error=False)
        read: dict[OrganisationId, Raw | RedisError] = {}
        for who, answer in zip(cursors, answers, strict=True):
            # What was read, by stream: here of one.
            read[who] = answer if isinstance(answer, RedisError) else answer[0][1] if answer else []
        return read

    async def between(
        self, organisation: OrganisationId, start: str, end: str, *, count: int
    ) -> Raw:
        """Entries from one id to another, whether they were acknowledged or not."""
        journal = keys.journal(organisation)
        return cast("Raw", await self._redis.xrange(journal, start, end, count=count))

    async def claim(
        self, organisation: OrganisationId, *, idle_ms: int, start: str, count: int
    ) -> tuple[str, Raw]:
        """Entries that others held for too long, and where to go on; ``0-0`` is the end."""
        answer = await self._redis.xautoclaim(
            keys.journal(organisation),
            GROUP,
            self._consumer,
            idle_ms,
            start_id=start,
            count=count,
        )
        return cast("tuple[str, Raw]", tuple(answer)[:2])

    async def acknowledge(self, organisation: OrganisationId, entries: Sequence[EventId]) -> None:
        """These are archived."""
        await self._redis.xack(keys.journal(organisation), GROUP, *entries)

    async def reached(self, organisation: OrganisationId) -> tuple[EventId, EventId | None]:
        """The last entry delivered to anyone, and the first that is not acknowledged.

        Asked in this order, so that what was delivered and is not pending is archived for sure.
        """
        group = await self._facts(organisation)
        pending = (await self._redis.xpending(keys.journal(organisation), GROUP))["min"]
        return EventId(group["last-delivered-id"] if group else "0-0"), pending

    async def lag(self, organisation: OrganisationId) -> int:
        """How many entries no node has archived yet."""
        group = await self._facts(organisation)
        return 0 if group is None else (group["lag"] or 0) + group["pending"]

    async def _facts(self, organisation: OrganisationId) -> dict[str, Any] | None:
        journal = keys.journal(organisation)
        groups: Sequence[dict[str, Any]] = await self._redis.xinfo_groups(journal)
        return next((group for group in groups if group["name"] == GROUP), None)
