"""Keeps the views on the pages of this node up to date, at most once a second each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError

from signaling import views
from signaling.connection import Connection
from signaling.ids import BoothId, LineId, OrganisationId
from signaling.messages import LineView
from signaling.peers import Peers
from signaling.ports import RedisClient

_log = structlog.stdlib.get_logger(__name__)
_INTERVAL_SECONDS = 1.0


class Watch:
    """Told which organisations changed; recomputes what their pages here are shown.

    The first change is shown at once, those within the next second together after it.
    """

    def __init__(self, redis: RedisClient, peers: Peers, clock: Callable[[], float]) -> None:
        self._redis = redis
        self._peers = peers
        self._clock = clock
        self._dirty: set[OrganisationId] = set()
        self._not_before: dict[OrganisationId, float] = {}
        self._wake = asyncio.Event()

    def changed(self, organisation: OrganisationId) -> None:
        """The organisation's line or staff is no longer what the pages show."""
        self._dirty.add(organisation)
        self._wake.set()

    async def run(self) -> None:
        """Refresh for ever; an interruption of Redis is waited out."""
        while True:
            await self._wait()
            now = self._clock()
            for organisation in [
                each for each in self._dirty if self._not_before.get(each, 0) <= now
            ]:
                self._dirty.discard(organisation)
                self._not_before[organisation] = now + _INTERVAL_SECONDS
                try:
                    await self.refresh(organisation)
                except (RedisError, OSError) as fault:
                    _log.warning("watch.interrupted", fault=str(fault))
                    self._dirty.add(organisation)

    async def _wait(self) -> None:
        now = self._clock()
        pause = min((self._not_before.get(each, 0) - now for each in self._dirty), default=None)
        if pause is not None and pause <= 0:
            return
        self._wake.clear()
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            return

    async def refresh(self, organisation: OrganisationId) -> None:
        """Recompute the views of the organisation's pages on this node."""
        lines: dict[tuple[LineId, ...], LineView] = {}
        here = self._peers.of(organisation)
        if any(each.surface == "desk" for each in here):
            wall = await views.wall(self._redis, organisation)
            for each in here:
                if each.surface == "desk":
                    each.show(wall)
        for each in here:
            if each.surface == "workspace":
                if each.lines not in lines:
                    lines[each.lines] = await views.line(self._redis, organisation, each.lines)
                each.show(lines[each.lines])
            elif each.surface == "booth":
                await self._show_place(each)

    async def refresh_one(self, connection: Connection) -> None:
        """The views of one page that has just come."""
        match connection.surface:
            case "desk":
                connection.show(await views.wall(self._redis, connection.organisation))
            case "workspace":
                connection.show(
                    await views.line(self._redis, connection.organisation, connection.lines)
                )
            case _:
                await self._show_place(connection)

    async def _show_place(self, connection: Connection) -> None:
        if connection.person is None:
            return
        booth = BoothId(connection.person.removeprefix("booth:"))
        place = await views.place(self._redis, connection.organisation, booth)
        if place is not None:
            connection.show(place)
