"""Acting on deadlines that have run out. Any node may; the script makes sure that one does."""

from __future__ import annotations

import asyncio
from typing import cast

import structlog
from redis.exceptions import RedisError

from signaling import keys
from signaling.ids import NodeId, OrganisationId
from signaling.journal import now_ms
from signaling.ports import RedisClient
from signaling.presence import Presence
from signaling.waiting_room import WaitingRoom

_log = structlog.stdlib.get_logger(__name__)
_INTERVAL_SECONDS = 0.25
_BATCH = 200
KINDS = frozenset(
    {"offer", "connect", "wrap_up", "lease", "widen", "claim", "hours", "recording", "host"}
)
"""What deadlines there are; a member is ``kind:subject``."""


class Deadlines:
    """Looks for due deadlines of every organisation, four times a second."""

    def __init__(
        self, redis: RedisClient, node: NodeId, presence: Presence, waiting_room: WaitingRoom
    ) -> None:
        self._redis = redis
        self._node = node
        self._presence = presence
        self._waiting_room = waiting_room

    async def run(self) -> None:
        """For ever; an interruption of Redis is waited out."""
        while True:
            try:
                await self._presence.wake(self._node)
                await self.sweep()
            except (RedisError, OSError) as fault:
                _log.warning("deadlines.interrupted", fault=str(fault))
            await asyncio.sleep(_INTERVAL_SECONDS)

    async def sweep(self) -> int:
        """Act on everything that is due now; how many this node acted on."""
        organisations = await self._presence.organisations()
        now = await now_ms(self._redis)
        async with self._redis.pipeline(transaction=False) as pipe:
            for each in organisations:
                pipe.zrange(keys.deadlines(each), "-inf", now, byscore=True, offset=0, num=_BATCH)
            due = cast("list[list[str] | RedisError]", await pipe.execute(raise_on_error=False))
        acted = 0
        for organisation, members in zip(organisations, due, strict=True):
            if isinstance(members, RedisError):
                # Its part of a cluster is away; the others' time does not stand still.
                _log.warning("deadlines.unread", organisation=organisation, fault=str(members))
                continue
            for member in members:
                acted += await self._act(organisation, member)
        return acted

    async def _act(self, organisation: OrganisationId, member: str) -> bool:
        if member.partition(":")[0] not in KINDS:
            # A newer version's: its nodes look after it.
            return False
        return await self._waiting_room.expire(organisation, member)
