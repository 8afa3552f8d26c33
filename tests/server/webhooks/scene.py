"""What the tests of webhooks play on: organisations, webhooks, and nodes that deliver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from sqlalchemy import Row, select

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import Changes, changing
from server.webhooks.changes import WebhookSpec, add_webhook
from server.webhooks.dispatcher import Dispatcher
from server.webhooks.notification import EVERY
from server.webhooks.queue import Queue, Target
from server.webhooks.sender import Sender
from signaling.ids import OrganisationId
from signaling.ports import RedisClient
from tests.histories import History
from tests.server.archive.watching import WatchedArchiver, add_organisation, journal
from tests.waiting import until

HOLD_SECONDS = 30
"""How long a node holds a delivery."""
MARGIN_SECONDS = 20
"""The part of it beside the attempt."""


class WatchedQueue(Queue):
    """Counts how often nodes looked into it."""

    looks = 0

    async def targets(self, now: int) -> list[Target]:
        self.looks += 1
        return await super().targets(now)


class Clock:
    """The queue's time, and as much more as the test says."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.ahead = 0

    async def __call__(self) -> int:
        return await self._queue.now() + self.ahead

    def forward(self, *, seconds: float = 0, hours: float = 0) -> None:
        self.ahead += round((seconds + hours * 3600) * 1000)


class Deliveries:
    """What a node has told of them."""

    def __init__(self) -> None:
        self.delivered = 0
        self.failed = 0
        self.given_up = 0

    def webhook_delivered(self) -> None:
        self.delivered += 1

    def webhook_failed(self) -> None:
        self.failed += 1

    def webhook_given_up(self, deliveries: int) -> None:
        self.given_up += deliveries


class Scene:
    def __init__(self, redis: RedisClient, database: Database, sender: Sender) -> None:
        self.redis = redis
        self.database = database
        self.queue = WatchedQueue(database)
        self.clock = Clock(self.queue)
        self._sender = sender

    async def organisation(self) -> OrganisationId:
        """A new one, whose code is its id."""
        return await add_organisation(self.database)

    @asynccontextmanager
    async def changes(self, organisation: OrganisationId) -> AsyncIterator[Changes]:
        async with changing(self.database, self.redis, organisation) as changes:
            yield changes

    async def webhook(
        self, organisation: OrganisationId, url: str, *types: str, name: str = "crm"
    ) -> str:
        """A new one; its secret."""
        spec = WebhookSpec(name=name, url=url, types=list(types or (EVERY,)))
        async with self.changes(organisation) as changes:
            return await add_webhook(changes.rows, spec, now=await self.clock(), private=True)

    async def happened(self, organisation: OrganisationId, *histories: History) -> list[str]:
        """Journal these and archive them; the ids of the events in their order."""
        already = await self.archived(organisation)
        await journal(self.redis, *histories)
        expected = len(already) + sum(len(history.events) for history in histories)
        archiver = WatchedArchiver(self.redis, self.database)
        async with archiver.running():
            await until(lambda: self._holds(organisation, expected))
            await until(holds_nothing(archiver))
        return (await self.archived(organisation))[len(already) :]

    async def archived(self, organisation: OrganisationId) -> list[str]:
        """Ids of the events of consultations in SQL."""
        table = tables.event.c
        query = (
            select(table.ms, table.seq)
            .where(table.organisation == organisation, table.type.startswith("consultation."))
            .order_by(table.ms, table.seq)
        )
        async with self.database.read() as connection:
            return [f"{row.ms}-{row.seq}" for row in await connection.execute(query)]

    @asynccontextmanager
    async def node(self, sender: Sender | None = None) -> AsyncIterator[Deliveries]:
        """A node that delivers, in a hurry."""
        deliveries = Deliveries()
        dispatcher = Dispatcher(
            self.redis,
            self.queue,
            sender or self._sender,
            observer=deliveries,
            idle_seconds=0.02,
            stop_seconds=0.2,
            clock=self.clock,
            random=Random(1),  # noqa: S311 - the same each time
        )
        async with dispatcher.running():
            yield deliveries

    async def waiting(self) -> list[Row[Any]]:
        """Rows of the queue and of the dead-letter lists."""
        table = tables.webhook_delivery
        async with self.database.read() as connection:
            query = select(table).order_by(table.c.ms, table.c.seq)
            return list(await connection.execute(query))

    async def looked(self) -> None:
        """Return when the only node has looked for work twice, and thus acted on what it saw."""
        before = self.queue.looks
        await until(lambda: self.queue.looks >= before + 3)

    async def done(self) -> bool:
        """Whether nothing waits."""
        return not await self.waiting()

    async def _holds(self, organisation: OrganisationId, count: int) -> bool:
        return len(await self.archived(organisation)) == count


def holds_nothing(archiver: WatchedArchiver) -> Any:
    async def answer() -> bool:
        return await archiver.lag() == 0

    return answer
