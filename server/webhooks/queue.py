"""Deliveries that wait in SQL: taking them for an attempt, and what became of it.

Each is taken by one node at a time, which holds it until a moment written beside it; after that
moment the node counts as dead, and another takes it. A consultation's events wait for each other:
one is taken only when none before it waits.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.webhooks.horizon import Place
from server.webhooks.notification import Notification
from signaling.ids import OrganisationId

_LONGEST_ERROR = 200
_row = tables.webhook_delivery.c
_hook = tables.webhook.c


class Target(NamedTuple):
    """A webhook that something is due for."""

    webhook: str
    organisation: OrganisationId
    code: str
    """The organisation's."""
    url: str
    secret: str


class Delivery(NamedTuple):
    """One event that one webhook is to be told, taken for an attempt."""

    webhook: str
    place: Place
    consultation: str | None
    attempts: int
    """With the one that it was taken for; who took it later has another number."""
    type: str
    body: str

    def notification(self, organisation: str) -> Notification:
        """What to send; `organisation` is the code."""
        ms, seq = self.place
        return Notification(
            id=f"{ms}-{seq}",
            type=self.type,
            organisation=organisation,
            at=ms,
            event=msgspec.Raw(self.body.encode()),
        )


class Backlog(NamedTuple):
    """How many deliveries there are, over all organisations."""

    pending: int
    dead: int


class Queue:
    """The deliveries of all organisations. Times are milliseconds of one clock for all nodes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> int:
        """The clock that all nodes share: the database server's; SQLite means one machine."""
        if self._database.sqlite:
            return round(time.time() * 1000)
        query = select(func.extract("epoch", func.clock_timestamp()) * 1000)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def targets(self, now: int) -> list[Target]:
        """Webhooks for which something may be due, except paused ones."""
        due = select(_row.webhook).where(_row.webhook == _hook.id, _is_due(now)).exists()
        organisation = tables.organisation.c
        query = (
            select(_hook.id, organisation.id, organisation.code, _hook.url, _hook.secret)
            .join(tables.organisation, organisation.id == _hook.organisation)
            .where(_hook.paused_at.is_(None), due)
            .order_by(_hook.id)
        )
        async with self._database.read() as connection:
            return [Target(*row) for row in await connection.execute(query)]

    async def take(
        self, webhook: str, *, now: int, until: int, before: Place, limit: int
    ) -> list[Delivery]:
        """Hold up to so many deliveries that are due, the oldest first.

        Args:
            webhook: whose.
            now: what is due by then.
            until: when this node counts as dead if it has not said what became of them.
            before: only events before this place in the journal.
            limit: at most so many.
        """
        earlier = tables.webhook_delivery.alias("earlier")
        waits = (
            select(earlier.c.ms)
            .where(
                earlier.c.webhook == _row.webhook,
                earlier.c.consultation == _row.consultation,
                tuple_(earlier.c.ms, earlier.c.seq) < tuple_(_row.ms, _row.seq),
                earlier.c.due_at.is_not(None),
            )
            .exists()
        )
        event = tables.event.c
        query = (
            select(tables.webhook_delivery, event.type, event.body)
            .join(
                tables.event,
                and_(
                    event.organisation == _row.organisation,
                    event.ms == _row.ms,
                    event.seq == _row.seq,
                ),
            )
            .where(
                _row.webhook == webhook,
                _is_due(now),
                tuple_(_row.ms, _row.seq) < tuple_(*before),
                ~waits,
            )
            .order_by(_row.due_at, _row.ms, _row.seq)
            .limit(limit)
            .with_for_update(of=tables.webhook_delivery, skip_locked=True)
        )
        async with self._database.write() as connection:
            found = (await connection.execute(query)).all()
            places = [(row.ms, row.seq) for row in found]
            if places:
                await connection.execute(
                    update(tables.webhook_delivery)
                    .where(_row.webhook == webhook, tuple_(_row.ms, _row.seq).in_(places))
                    .values(held_until=until, attempts=_row.attempts + 1)
                )
        return [
            Delivery(
                webhook=row.webhook,
                place=(row.ms, row.seq),
                consultation=row.consultation,
                attempts=row.attempts + 1,
                type=row.type,
                body=row.body,
            )
            for row in found
        ]

    async def delivered(self, delivery: Delivery) -> None:
        """It is done with, and the consultation's next event is due."""
        async with self._database.write() as connection:
            done = delete(tables.webhook_delivery).where(_taken(delivery))
            if (await connection.execute(done)).rowcount:
                await _postpone(connection, delivery, 0)

    async def failed(self, delivery: Delivery, error: str, *, due_at: int) -> None:
        """It is tried again at that time, and the consultation's later events not before it."""
        values = {"due_at": due_at, "held_until": None, "error": error[:_LONGEST_ERROR]}
        async with self._database.write() as connection:
            later = update(tables.webhook_delivery).where(_taken(delivery), _waits()).values(values)
            if (await connection.execute(later)).rowcount:
                await _postpone(connection, delivery, due_at)

    async def give_back(self, delivery: Delivery) -> None:
        """The attempt was broken off by this node's stop; another node makes it at once."""
        async with self._database.write() as connection:
            await connection.execute(
                update(tables.webhook_delivery)
                .where(_taken(delivery), _waits())
                .values(held_until=None)
            )

    async def give_up(self, *, queued_before: int, now: int, keep: int) -> int:
        """Put what waits since before that time on the dead-letter list; how many.

        Args:
            queued_before: what is older is not tried again.
            now: when.
            keep: how many each webhook's list holds; the oldest are dropped.
        """
        buried = (
            update(tables.webhook_delivery)
            .where(
                _row.due_at.is_not(None),
                _row.queued_at < queued_before,
                or_(_row.held_until.is_(None), _row.held_until <= now),
            )
            .values(due_at=None, held_until=None, dead_at=now)
        )
        async with self._database.write() as connection:
            count = (await connection.execute(buried)).rowcount
            if count:
                await _drop_oldest(connection, keep)
            return count

    async def backlog(self) -> Backlog:
        """How much waits, and how much was given up; raises as `Database.ask` does."""

        async def question(connection: AsyncConnection) -> Backlog:
            query = select(func.count(_row.due_at), func.count(_row.dead_at))
            return Backlog(*(await connection.execute(query)).one())

        return await self._database.ask(question)


def _is_due(now: int) -> ColumnElement[bool]:
    return and_(_row.due_at <= now, or_(_row.held_until.is_(None), _row.held_until <= now))


def _waits() -> ColumnElement[bool]:
    """Unless it was given up."""
    return _row.due_at.is_not(None)


def _taken(delivery: Delivery) -> ColumnElement[bool]:
    """Unless another node has taken it since."""
    ms, seq = delivery.place
    return and_(
        _row.webhook == delivery.webhook,
        _row.ms == ms,
        _row.seq == seq,
        _row.attempts == delivery.attempts,
    )


async def _postpone(connection: AsyncConnection, delivery: Delivery, due_at: int) -> None:
    """What waits for this delivery is due when it is: nobody need look at it before."""
    if delivery.consultation is None:
        return
    await connection.execute(
        update(tables.webhook_delivery)
        .where(
            _row.webhook == delivery.webhook,
            _row.consultation == delivery.consultation,
            tuple_(_row.ms, _row.seq) > tuple_(*delivery.place),
            _row.due_at.is_not(None),
        )
        .values(due_at=due_at)
    )


async def _drop_oldest(connection: AsyncConnection, keep: int) -> None:
    counts = (
        select(_row.webhook)
        .where(_row.dead_at.is_not(None))
        .group_by(_row.webhook)
        .having(func.count() > keep)
    )
    full: Sequence[str] = (await connection.scalars(counts)).all()
    for webhook in full:
        dead = and_(_row.webhook == webhook, _row.dead_at.is_not(None))
        last_kept = (
            select(_row.ms, _row.seq)
            .where(dead)
            .order_by(_row.ms.desc(), _row.seq.desc())
            .offset(keep - 1)
            .limit(1)
        )
        place = (await connection.execute(last_kept)).one()
        older = tuple_(_row.ms, _row.seq) < tuple_(place.ms, place.seq)
        await connection.execute(delete(tables.webhook_delivery).where(dead, older))
