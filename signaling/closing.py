"""Opening hours that are changed while people wait hold for them, too.

Hours stand in SQL, closing is a deadline in Redis. Whoever changes hours need not know that: the
nodes look again twice a minute, one of them for each organisation in whose lines anybody waits.
"""

from __future__ import annotations

import asyncio

import structlog
from redis.exceptions import RedisError

from signaling import keys
from signaling.errors import OknoError
from signaling.hours import standing
from signaling.ids import LineId, NodeId, OrganisationId, topic_of
from signaling.journal import now_ms
from signaling.oversight import Oversight
from signaling.ports import Directory, RedisClient
from signaling.presence import Presence

_log = structlog.stdlib.get_logger(__name__)
_INTERVAL_SECONDS = 10.0
_LOOK_MS = 20_000
"""An organisation is looked at once in this time, by whichever node comes first."""


class Closing:
    """Keeps the hour of closing of every line in which somebody waits."""

    def __init__(
        self,
        redis: RedisClient,
        node: NodeId,
        presence: Presence,
        oversight: Oversight,
        directory: Directory,
    ) -> None:
        self._redis = redis
        self._node = node
        self._presence = presence
        self._oversight = oversight
        self._directory = directory

    async def run(self) -> None:
        """For ever; an interruption of Redis or of SQL is waited out."""
        while True:
            try:
                for organisation in await self._presence.organisations():
                    await self._look_once(organisation)
            except (RedisError, OSError, OknoError) as fault:
                _log.warning("closing.interrupted", fault=str(fault))
            await asyncio.sleep(_INTERVAL_SECONDS)

    async def _look_once(self, organisation: OrganisationId) -> None:
        if await self._redis.exists(keys.lines(organisation)):
            name = keys.hours_seen(organisation)
            if await self._redis.set(name, self._node, nx=True, px=_LOOK_MS):
                await self.look(organisation)

    async def look(self, organisation: OrganisationId) -> None:
        """Set the hour of closing of each topic for which somebody waits, as its hours say now.

        Who waits for what is no longer offered is served all the same.
        """
        lines = await self._redis.smembers(keys.lines(organisation))
        policy = await self._directory.policy(organisation)
        for each in sorted({topic_of(LineId(str(line))) for line in lines}):
            topic = await self._directory.topic(organisation, each)
            if topic is None:
                continue
            now = await now_ms(self._redis)
            hours = standing(topic, policy.timezone, now)
            # Nobody waits outside the hours, so if it is closed now, the hours were changed.
            closes_at = hours.closes_at if hours.open else hours.closes_at or now
            await self._oversight.close_at(organisation, each, closes_at)
