"""An archiver whose progress can be looked at, what it works on, and what it leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from sqlalchemy import func, insert, select

from server.archive import tables
from server.archive.archiver import Archiver
from server.archive.database import Database
from server.archive.store import Delivered
from signaling.fold import fold
from signaling.ids import OrganisationId, new_ulid
from signaling.journal import append, read
from signaling.ports import RedisClient
from signaling.record import Record
from tests.histories import History


class Progress:
    """What an archiver has told."""

    def __init__(self) -> None:
        self.entries = 0
        self.failures = 0
        self.unreadable = 0

    def archived(self, entries: int) -> None:
        self.entries += entries

    def archive_failed(self) -> None:
        self.failures += 1

    def archive_unreadable(self, entries: int) -> None:
        self.unreadable += entries


class WatchedArchiver(Archiver):
    """In a hurry, and watched."""

    def __init__(
        self,
        redis: RedisClient,
        database: Database,
        *,
        claim_after: float = 0.1,
        keep_seconds: float = 3600,
    ) -> None:
        self.name = new_ulid()
        self.progress = Progress()
        super().__init__(
            redis,
            database,
            consumer=self.name,
            observer=self.progress,
            sweep_seconds=0.05,
            claim_after=claim_after,
            keep_seconds=keep_seconds,
        )


async def add_organisation(database: Database) -> OrganisationId:
    organisation = OrganisationId(new_ulid())
    async with database.write() as connection:
        await connection.execute(
            insert(tables.organisation).values(
                id=organisation, code=organisation, name="Region", timezone="UTC"
            )
        )
    return organisation


async def journal(redis: RedisClient, *histories: History) -> None:
    """Append the events of several consultations, one of each in turn."""
    queues = [list(history.events) for history in histories]
    while any(queues):
        for history, queue in zip(histories, queues, strict=True):
            if queue:
                await append(redis, history.organisation, queue.pop(0))


async def journalled(redis: RedisClient, history: History) -> Record | None:
    """The record as the journal in Redis says it must be."""
    return fold(
        [
            entry
            async for entry in read(redis, history.organisation)
            if getattr(entry.event, "consultation", None) == history.consultation
        ]
    )


async def archived(database: Database, history: History) -> Record | None:
    async with database.read() as connection:
        body = await connection.scalar(
            select(tables.record.c.body).where(
                tables.record.c.organisation == history.organisation,
                tables.record.c.id == history.consultation,
            )
        )
    return None if body is None else msgspec.json.decode(body, type=Record)


async def count(database: Database, table: str = "event") -> int:
    async with database.read() as connection:
        found = await connection.scalar(
            select(func.count()).select_from(tables.metadata.tables[table])
        )
    return found or 0


def holds(database: Database, events: int) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await count(database) == events

    return condition


async def filled(database: Database, history: History) -> bool:
    return await archived(database, history) is not None


def delivered(history: History) -> list[Delivered]:
    return [
        Delivered(entry.id, entry.event, msgspec.json.encode(entry.event).decode())
        for entry in history.entries()
    ]
