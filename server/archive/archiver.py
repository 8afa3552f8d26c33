"""The archiver: takes the journal of every organisation from Redis to SQL.

Every node runs one. All read through one consumer group, so an entry goes to one of them; it is
acknowledged only after SQL has committed it. A node that dies in between leaves its entries
pending, and another claims them. When SQL or Redis is away the archiver tries again until it is
back; the journal waits in Redis meanwhile, because it is trimmed only past what is archived.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import msgspec
import structlog
from redis.exceptions import RedisError
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.archive.group import Group, Raw
from server.archive.store import Delivered, holds, split_id, store
from signaling import keys
from signaling.events import decode_event
from signaling.ids import EventId, OrganisationId
from signaling.journal import now_ms
from signaling.ports import RedisClient
from signaling.tasks import end

_BATCH = 500
_BLOCK_SECONDS = 1.0
_GATHER_SECONDS = 0.05
"""Between two reads of a journal that is not behind: one transaction for what came meanwhile."""
_SHORTEST_RETRY = 0.2
_LONGEST_RETRY = 10.0

log = structlog.get_logger()


class Observer(Protocol):
    """Told how the archiver of this node is doing, for metrics; must not block."""

    def archived(self, entries: int) -> None:
        """So many entries were written; those delivered twice count twice."""

    def archive_failed(self) -> None:
        """An attempt failed, and will be made again."""

    def archive_unreadable(self, entries: int) -> None:
        """So many of the written entries are none that this version can read."""


class Archiver:
    """One node's part of the consumer group.

    Args:
        consumer: a name no other running archiver has.
        observer: is told of every success and failure.
        sweep_seconds: how often to look for new organisations and for what dead nodes left.
        claim_after: seconds after which an unacknowledged entry counts as left by a dead node.
        keep_seconds: how much of the archived journal stays in Redis, so that an archive put back
            from a backup fills up again at the next start.
    """

    def __init__(
        self,
        redis: RedisClient,
        database: Database,
        *,
        consumer: str,
        observer: Observer,
        sweep_seconds: float = 5,
        claim_after: float = 15,
        keep_seconds: float = 3600,
    ) -> None:
        self._redis = redis
        self._database = database
        self._group = Group(redis, consumer)
        self._observer = observer
        self._sweep_seconds = sweep_seconds
        self._claim_after_ms = int(claim_after * 1000)
        self._keep_ms = int(keep_seconds * 1000)
        self._next_sweep = 0.0
        self._block_seconds = min(_BLOCK_SECONDS, sweep_seconds)
        self._organisations: list[OrganisationId] = []
        self._filled_up: set[OrganisationId] = set()
        self._cursors: dict[OrganisationId, str] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Archive while the context is open."""
        task = asyncio.create_task(self._run(), name="archiver")
        try:
            yield
        finally:
            await end([task])
            with suppress(RedisError, OSError):
                for organisation in self._organisations:
                    await self._group.leave(organisation)

    async def _run(self) -> None:
        retry = _SHORTEST_RETRY
        while True:
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001 - supervisor: nothing may end archiving
                self._observer.archive_failed()
                log.warning("archiver.interrupted", fault=repr(error), retry_seconds=retry)
                self._start_over()
                await asyncio.sleep(retry)
                retry = min(retry * 2, _LONGEST_RETRY)
            else:
                retry = _SHORTEST_RETRY

    async def lag(self) -> int:
        """How many entries no node has archived yet, over all organisations known so far.

        Raises:
            redis.exceptions.RedisError: Redis is away.
        """
        return sum([await self._group.lag(each) for each in self._organisations])

    def _start_over(self) -> None:
        """Look at everything afresh: what was read but not written is read again."""
        self._next_sweep = 0.0
        self._cursors.clear()

    async def _round(self) -> None:
        if time.monotonic() >= self._next_sweep:
            await self._sweep()
            self._next_sweep = time.monotonic() + self._sweep_seconds
        if not self._cursors:
            await asyncio.sleep(self._block_seconds)
            return
        read = await self._group.read(
            self._cursors, count=_BATCH, block_seconds=self._block_seconds
        )
        for organisation, raw in read.items():
            async with self._apart(organisation):
                if isinstance(raw, RedisError):
                    raise raw
                await self._archive(organisation, raw)
                if self._cursors[organisation] != ">":
                    # First what this consumer had before the failure, then what is new.
                    self._cursors[organisation] = raw[-1][0] if raw else ">"
        sizes = [len(raw) for raw in read.values() if not isinstance(raw, RedisError)]
        if 0 < max(sizes, default=0) < _BATCH:
            await asyncio.sleep(_GATHER_SECONDS)

    async def _sweep(self) -> None:
        async with self._database.read() as connection:
            found = await connection.scalars(select(tables.organisation.c.id))
            self._organisations = [OrganisationId(each) for each in found]
        for organisation in self._organisations:
            async with self._apart(organisation):
                if organisation not in self._cursors:
                    await self._group.join(organisation)
                    await self._fill_up(organisation)
                    self._cursors[organisation] = "0"
                await self._claim(organisation)
                await self._trim(organisation)
                await self._group.forget_the_dead(organisation)

    @asynccontextmanager
    async def _apart(self, organisation: OrganisationId) -> AsyncIterator[None]:
        """Around work on one organisation: what fails there waits for the next sweep alone.

        Unless an engine is away: then all of it failed, and the whole round is begun again.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - supervisor: the others go on
            await self._redis.ping()
            await self._database.ask(lambda connection: connection.execute(select(1)))
            self._observer.archive_failed()
            log.warning("archiver.set_aside", organisation=organisation, fault=repr(error))
            self._cursors.pop(organisation, None)

    async def _fill_up(self, organisation: OrganisationId) -> None:
        """Archive what is in Redis and was acknowledged, but is not in SQL: a backup came back."""
        if organisation in self._filled_up:
            return
        delivered, pending = await self._group.reached(organisation)
        start, end = "-", f"({pending}" if pending else delivered
        while raw := await self._group.between(organisation, start, end, count=_BATCH):
            entries = _delivered(raw)
            if not await holds(self._database, organisation, entries):
                await store(self._database, organisation, entries)
            start = f"({raw[-1][0]}"
        self._filled_up.add(organisation)

    async def _claim(self, organisation: OrganisationId) -> None:
        start = "0-0"
        while True:
            start, raw = await self._group.claim(
                organisation, idle_ms=self._claim_after_ms, start=start, count=_BATCH
            )
            await self._archive(organisation, raw)
            if start == "0-0":
                return

    async def _archive(self, organisation: OrganisationId, raw: Raw) -> None:
        if not raw:
            return
        entries = _delivered(raw)
        if entries:
            await store(self._database, organisation, entries)
        await self._group.acknowledge(organisation, [EventId(each) for each, _ in raw])
        self._observer.archived(len(entries))
        unreadable = [entry.id for entry in entries if entry.event is None]
        if unreadable:
            self._observer.archive_unreadable(len(unreadable))
            log.warning(
                "archiver.unreadable",
                organisation=organisation,
                first=unreadable[0],
                entries=len(unreadable),
            )

    async def _trim(self, organisation: OrganisationId) -> None:
        reached = await self._group.reached(organisation)
        archived = min(split_id(each) for each in reached if each is not None)
        ms, seq = min(archived, (await now_ms(self._redis) - self._keep_ms, 0))
        journal = keys.journal(organisation)
        await self._redis.xtrim(journal, minid=f"{ms}-{seq}", approximate=False)


def _delivered(raw: Raw) -> list[Delivered]:
    """The entries that are still in the stream, in their order."""
    entries = [_entry(EventId(entry_id), fields) for entry_id, fields in raw if fields is not None]
    return sorted(entries, key=lambda entry: split_id(entry.id))


def _entry(entry_id: EventId, fields: dict[str, str]) -> Delivered:
    body = fields.get("e")
    if body is None:
        return Delivered(entry_id, None, msgspec.json.encode(fields).decode())
    try:
        return Delivered(entry_id, decode_event(body), body)
    except msgspec.DecodeError:
        return Delivered(entry_id, None, body)
