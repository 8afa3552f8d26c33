"""The leases of the pages that have said they are there, renewed together.

Every page says so in each heartbeat, and most of them do nothing else: one step in Redis for each
would be the larger part of what a node with many idle pages does.
"""

from __future__ import annotations

import asyncio

import structlog
from redis.exceptions import RedisError

from signaling.connection import CloseCode, Connection
from signaling.ids import OrganisationId
from signaling.presence import Presence

_log = structlog.stdlib.get_logger(__name__)
_MOMENT_SECONDS = 0.25
"""How long a heartbeat may wait for others; a lease lasts at least two heartbeats."""
_AT_ONCE = 200
"""Leases in one step, which nobody else's may wait for too long."""


class Leases:
    """Collects heartbeats; `run` renews what they stand for."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self._due: dict[OrganisationId, set[Connection]] = {}
        self._wake = asyncio.Event()

    def renew(self, connection: Connection) -> None:
        """The page is there: its person's lease begins anew in a moment.

        The socket is closed then if a newer one has taken over, or if the person was forgotten.
        """
        self._due.setdefault(connection.organisation, set()).add(connection)
        self._wake.set()

    async def run(self) -> None:
        """Renew for ever. What cannot be renewed now is tried again at the page's next word."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            # Side by side: the part of a cluster that holds one may be away.
            await asyncio.gather(*(self._renew_all(*each) for each in due.items()))
            await asyncio.sleep(_MOMENT_SECONDS)

    async def _renew_all(self, organisation: OrganisationId, connections: set[Connection]) -> None:
        every = list(connections)
        try:
            for begin in range(0, len(every), _AT_ONCE):
                await self._renew(organisation, every[begin : begin + _AT_ONCE])
        except (RedisError, OSError) as fault:
            _log.warning("leases.interrupted", fault=str(fault))

    async def _renew(self, organisation: OrganisationId, connections: list[Connection]) -> None:
        by_person = {each.person: each for each in connections if each.person is not None}
        renewed = await self._presence.renew(
            organisation, {person: each.name for person, each in by_person.items()}
        )
        for person in renewed.replaced:
            by_person[person].close(CloseCode.REPLACED, "replaced")
        for person in renewed.forgotten:
            by_person[person].close(CloseCode.GOING_AWAY, "forgotten")
