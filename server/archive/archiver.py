"""The archiver: takes the journal of every organisation from Redis to SQL.

Every node runs one. All read through one consumer group, so an entry goes to one of them; it is
acknowledged only after SQL has committed it. A node that dies in between leaves its entries
pending, and another claims them. When SQL or Redis is away the archiver tries again until it is
back; the journal waits in Redis meanwhile, because it is trimmed only past what is archived.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import msgspec
import structlog
from redis.exceptions import RedisError, ResponseError
from redis.typing import KeyT, StreamIdT
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.archive.store import Delivered, holds, split_id, store
from signaling import keys
from signaling.events import decode_event
from signaling.ids import EventId, OrganisationId
from signaling.journal import now_ms
from signaling.ports import RedisClient
from signaling.tasks import end

GROUP = "archive"

_BATCH = 500
_BLOCK_SECONDS = 1.0
_SHORTEST_RETRY = 0.2
_LONGEST_RETRY = 10.0

log = structlog.get_logger()

Raw = list[tuple[str, dict[str, str] | None]]
"""Stream entries as Redis answers them; None for one that is no longer in the stream."""


class Progress(msgspec.Struct, kw_only=True):
    """How the archiver of this node is doing, for `/metrics`."""

    archived: int = 0
    """Entries written, those delivered twice counted twice."""
    failures: int = 0
    """Attempts that failed because SQL or Redis was away."""
    unreadable: int = 0
    """Entries this version cannot read. They stay pending, for a node that can."""
    archived_at: float | None = None
    """Unix time of the last success."""


class Archiver:
    """One node's part of the consumer group.

    Args:
        consumer: a name no other running archiver has.
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
        sweep_seconds: float = 5,
        claim_after: float = 15,
        keep_seconds: float = 3600,
    ) -> None:
        self.progress = Progress()
        self._redis = redis
        self._database = database
        self._consumer = consumer
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
                await self._leave()

    async def _run(self) -> None:
        retry = _SHORTEST_RETRY
        while True:
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001 - supervisor: nothing may end archiving
                self.progress.failures += 1
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
        lag = 0
        for organisation in self._organisations:
            group = await self._group(keys.journal(organisation))
            if group is not None:
                lag += (group["lag"] or 0) + group["pending"]
        return lag

    async def _leave(self) -> None:
        """Take this consumer out of the groups, unless it leaves entries for others to claim."""
        for organisation in self._organisations:
            journal = keys.journal(organisation)
            for consumer in await self._redis.xinfo_consumers(journal, GROUP):
                if consumer["name"] == self._consumer and consumer["pending"] == 0:
                    await self._redis.xgroup_delconsumer(journal, GROUP, self._consumer)

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
        streams: dict[KeyT, StreamIdT] = {
            keys.journal(who): cursor for who, cursor in self._cursors.items()
        }
        answer = await self._redis.xreadgroup(
            GROUP, self._consumer, streams, count=_BATCH, block=int(self._block_seconds * 1000)
        )
        entries = dict(cast("list[tuple[str, Raw]]", answer))
        for organisation, cursor in list(self._cursors.items()):
            raw = entries.get(keys.journal(organisation), [])
            await self._archive(organisation, raw)
            if cursor != ">":
                # First what this consumer had before the failure, then what is new.
                self._cursors[organisation] = raw[-1][0] if raw else ">"

    async def _sweep(self) -> None:
        async with self._database.read() as connection:
            found = await connection.scalars(select(tables.organisation.c.id))
            self._organisations = [OrganisationId(each) for each in found]
        for organisation in self._organisations:
            if organisation not in self._cursors:
                await self._join(organisation)
                await self._fill_up(organisation)
                self._cursors[organisation] = "0"
            await self._claim(organisation)
            await self._trim(organisation)

    async def _join(self, organisation: OrganisationId) -> None:
        try:
            await self._redis.xgroup_create(
                keys.journal(organisation), GROUP, id="0", mkstream=True
            )
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise

    async def _fill_up(self, organisation: OrganisationId) -> None:
        """Archive what is in Redis and was acknowledged, but is not in SQL: a backup came back."""
        if organisation in self._filled_up:
            return
        journal = keys.journal(organisation)
        delivered, pending = await self._reached(journal)
        start, end = "-", f"({pending}" if pending else delivered
        while raw := cast("Raw", await self._redis.xrange(journal, start, end, count=_BATCH)):
            entries = self._read(organisation, raw)
            if not await holds(self._database, organisation, entries):
                await store(self._database, organisation, entries)
            start = f"({raw[-1][0]}"
        self._filled_up.add(organisation)

    async def _claim(self, organisation: OrganisationId) -> None:
        start = "0-0"
        while True:
            answer = await self._redis.xautoclaim(
                keys.journal(organisation),
                GROUP,
                self._consumer,
                self._claim_after_ms,
                start_id=start,
                count=_BATCH,
            )
            start, raw = cast("tuple[str, Raw]", tuple(answer)[:2])
            await self._archive(organisation, raw)
            if start == "0-0":
                return

    async def _archive(self, organisation: OrganisationId, raw: Raw) -> None:
        entries = self._read(organisation, raw)
        if not entries:
            return
        await store(self._database, organisation, entries)
        await self._redis.xack(keys.journal(organisation), GROUP, *(entry.id for entry in entries))
        self.progress.archived += len(entries)
        self.progress.archived_at = time.time()

    def _read(self, organisation: OrganisationId, raw: Raw) -> list[Delivered]:
        entries = []
        for entry_id, fields in raw:
            try:
                body = (fields or {})["e"]
                entries.append(Delivered(EventId(entry_id), decode_event(body), body))
            except (KeyError, msgspec.DecodeError) as error:
                self.progress.unreadable += 1
                log.warning(
                    "archiver.unreadable",
                    organisation=organisation,
                    id=entry_id,
                    fault=str(error),
                )
        return sorted(entries, key=lambda entry: split_id(entry.id))

    async def _trim(self, organisation: OrganisationId) -> None:
        journal = keys.journal(organisation)
        reached = await self._reached(journal)
        archived = min(split_id(each) for each in reached if each is not None)
        ms, seq = min(archived, (await now_ms(self._redis) - self._keep_ms, 0))
        await self._redis.xtrim(journal, minid=f"{ms}-{seq}", approximate=False)

    async def _reached(self, journal: str) -> tuple[EventId, EventId | None]:
        """The last entry delivered to anyone, and the first that is not acknowledged.

        Asked in this order, so that what was delivered and is not pending is archived for sure.
        """
        group = await self._group(journal)
        pending = (await self._redis.xpending(journal, GROUP))["min"]
        return EventId(group["last-delivered-id"] if group else "0-0"), pending

    async def _group(self, journal: str) -> dict[str, Any] | None:
        groups: Sequence[dict[str, Any]] = await self._redis.xinfo_groups(journal)
        return next((group for group in groups if group["name"] == GROUP), None)
