"""One running node: its part of the line, its sockets, and the work it does in the background."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from signaling.booths import Checks
from signaling.bus import Bus
from signaling.closing import Closing
from signaling.connection import CloseCode
from signaling.deadlines import Deadlines
from signaling.hosts import Hosts
from signaling.ids import NodeId, OrganisationId, new_ulid
from signaling.leases import Leases
from signaling.measuring import Measuring
from signaling.messages import GoingAway
from signaling.peers import Peers
from signaling.ports import Directory, RedisClient, Timings
from signaling.presence import Presence
from signaling.promises import Promises
from signaling.recordings import Recordings
from signaling.scripts import Scripts
from signaling.tasks import end
from signaling.waiting_room import WaitingRoom
from signaling.watch import Watch
from signaling.writing import Writing

_log = structlog.stdlib.get_logger(__name__)
_BEAT_SECONDS = 5.0
_RESTART_SECONDS = 1.0
_READY_SECONDS = 10.0
_DRAIN_SECONDS = 2.0
_AWAY_SECONDS = 0.5
"""What pages are told to wait before they connect elsewhere or again."""


class Node:
    """The parts of signalling in this process. `open` before use, `close` after."""

    def __init__(self, redis: RedisClient, timings: Timings, directory: Directory) -> None:
        loop = asyncio.get_running_loop()
        scripts = Scripts(redis)
        self.id = NodeId(new_ulid())
        self.redis = redis
        self.timings = timings
        self.clock = loop.time
        self.peers = Peers()
        self.waiting_room = WaitingRoom(redis, scripts, timings)
        self.measuring = Measuring(scripts)
        self.writing = Writing(scripts)
        self.recordings = Recordings(scripts, timings)
        self.presence = Presence(redis, scripts, timings)
        self.checks = Checks(scripts, timings)
        self.hosts = Hosts(scripts, timings)
        self.leases = Leases(self.presence)
        self.watch = Watch(redis, self.peers, directory.policy, loop.time)
        self.promises = Promises(redis, scripts, self.id, loop.time)
        self.bus = Bus(
            redis,
            self.id,
            self.peers,
            self.presence,
            on_changed=self._changed,
            on_promised=self.watch.changed,
        )
        self.deadlines = Deadlines(redis, self.id, self.presence, self.waiting_room)
        self.closing = Closing(redis, self.id, self.presence, self.waiting_room, directory)
        self.stopping = False
        """True: sockets are told to go elsewhere, new ones are refused."""
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Come back to life before anyone is let in."""
        await self.presence.wake(self.id)
        for name, work in (
            ("bus", self.bus.run),
            ("leases", self.leases.run),
            ("watch", self.watch.run),
            ("promises", self.promises.run),
            ("deadlines", self.deadlines.run),
            ("closing", self.closing.run),
            ("beat", self._beat),
            ("mend", self._mend),
        ):
            self._tasks.append(asyncio.create_task(_supervise(name, work), name=name))
        async with asyncio.timeout(_READY_SECONDS):
            await self.bus.listening.wait()

    async def drain(self) -> None:
        """Tell every page to connect again, and wait until they are gone."""
        self.stopping = True
        for connection in self.peers:
            connection.send(GoingAway(retry_after=_AWAY_SECONDS))
            connection.close(CloseCode.GOING_AWAY, "going away")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self.peers.empty.wait()

    async def close(self) -> None:
        """Stop the background work."""
        await end(self._tasks)
        with contextlib.suppress(RedisError, OSError):
            await self.presence.leave(self.id)

    def _changed(self, organisation: OrganisationId) -> None:
        self.watch.changed(organisation)
        self.promises.changed(organisation)

    async def _beat(self) -> None:
        while True:
            try:
                await self.presence.wake(self.id)
                await self.presence.beat(self.id)
            except (RedisError, OSError) as fault:
                _log.warning("beat.interrupted", fault=str(fault))
            await asyncio.sleep(_BEAT_SECONDS)

    async def _mend(self) -> None:
        """The process hung and goes on: its sockets stand, but nobody delivers to them any more."""
        while True:
            await self.presence.taken_for_dead.wait()
            self.presence.taken_for_dead.clear()
            await self.bus.catch_all_up()


async def _supervise(name: str, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - the supervisor: a fault in one task must not end the node
            _log.exception("task.failed", task=name)
        await asyncio.sleep(_RESTART_SECONDS)


NODE: web.AppKey[Node] = web.AppKey("node", Node)
