"""What one bad entry, organisation or node may not do to the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest
from sqlalchemy import text

from server.archive.database import Database
from server.archive.group import GROUP, Group
from server.archive.log import SqlSessionLog
from server.archive.store import Delivered, store
from signaling import keys
from signaling.fold import fold
from signaling.ids import EventId
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.histories import History
from tests.server.archive.watching import (
    WatchedArchiver,
    add_organisation,
    archived,
    delivered,
    filled,
    holds,
    journal,
)
from tests.waiting import until


@pytest.fixture
async def any_redis(any_redis_url: str) -> AsyncIterator[RedisClient]:
    async with open_redis(any_redis_url) as redis:
        yield redis


UNREADABLE = {
    "of a newer version": {"e": '{"type":"consultation.moved","at":1,"consultation":"%s"}'},
    "with an unknown value": {
        "e": '{"type":"consultation.returned","at":1,"consultation":"%s","reason":"tired"}'
    },
    "no event": {"e": "[1]"},
    "no JSON": {"e": "\0 %s"},
    "no body": {"x": "%s"},
}


@pytest.mark.parametrize("kind", UNREADABLE)
async def test_an_unreadable_entry_neither_stays_pending_nor_stops_trimming(
    redis: RedisClient, database: Database, kind: str
) -> None:
    organisation = await add_organisation(database)
    stream = keys.journal(organisation)
    history = History(organisation=organisation).served()
    (field, body), *_ = UNREADABLE[kind].items()
    unreadable = body.replace("%s", history.consultation)
    await redis.xadd(stream, {field: unreadable})
    await journal(redis, history)

    one = WatchedArchiver(redis, database, keep_seconds=0)
    async with one.running():
        await until(holds(database, len(history.events) + 1))

        async def trimmed() -> bool:
            return await redis.xlen(stream) == 1

        await until(trimmed)
        assert (await redis.xpending(stream, GROUP))["pending"] == 0
        assert one.progress.unreadable == 1
        assert one.progress.failures == 0

    record = await archived(database, history)
    assert record is not None
    assert record.events == len(history.events)


async def test_an_event_type_of_a_newer_version_in_sql_stops_neither_archive_nor_page(
    database: Database,
) -> None:
    history = History(organisation=await add_organisation(database)).served()
    *before, last = delivered(history)
    moved = '{"type":"consultation.imagined","at":1,"consultation":"%s","to":"x"}'
    ms, _, seq = before[-1].id.partition("-")
    unknown = Delivered(
        EventId(f"{ms}-{int(seq) + 1}"), None, moved.replace("%s", history.consultation)
    )
    await store(database, history.organisation, [*before, unknown])
    await store(database, history.organisation, [last])

    assert await archived(database, history) == fold(history.entries())
    found = await SqlSessionLog(database).record(history.organisation, history.consultation)
    assert found is not None
    record, timeline = found
    assert record.outcome is not None
    assert [entry.type for entry in timeline].count("consultation.imagined") == 1
    assert len(timeline) == len(history.events) + 1


async def test_an_entry_gone_from_the_stream_is_not_waited_for(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    stream = keys.journal(organisation)
    history = History(organisation=organisation).served()
    await journal(redis, history)
    one = WatchedArchiver(redis, database)
    await redis.xgroup_create(stream, GROUP, id="0")
    await redis.xreadgroup(GROUP, one.name, {stream: ">"}, count=1)
    [(first, _)] = cast("list[tuple[str, object]]", await redis.xrange(stream, count=1))
    await redis.xdel(stream, first)

    async with one.running():
        await until(holds(database, len(history.events) - 1))
        assert (await redis.xpending(stream, GROUP))["pending"] == 0


async def test_an_organisation_that_cannot_be_written_stops_no_other(
    redis: RedisClient, sqlite_database: Database
) -> None:
    database = sqlite_database
    poisoned, fine = [
        History(organisation=await add_organisation(database)).served() for _ in range(2)
    ]
    async with database.write() as connection:
        await connection.execute(
            text(
                "CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.organisation = "
                f"'{poisoned.organisation}' BEGIN SELECT RAISE(ABORT, 'poison'); END"
            )
        )
    await journal(redis, poisoned)
    await journal(redis, fine)

    one = WatchedArchiver(redis, database, keep_seconds=0)
    async with one.running():
        await until(holds(database, len(fine.events)))
        await until(lambda: one.progress.failures >= 3)
        more = History(organisation=fine.organisation).served()
        await journal(redis, more)
        await until(holds(database, len(fine.events) + len(more.events)))
        assert await redis.xlen(keys.journal(poisoned.organisation)) == len(poisoned.events)

        async with database.write() as connection:
            await connection.execute(text("DROP TRIGGER poison"))
        await until(lambda: filled(database, poisoned))


async def test_an_organisation_whose_journal_cannot_be_read_stops_no_other(
    redis: RedisClient, database: Database
) -> None:
    broken, fine = [await add_organisation(database) for _ in range(2)]
    await redis.set(keys.journal(broken), "no stream")
    history = History(organisation=fine).served()
    await journal(redis, history)

    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(holds(database, len(history.events)))
        await until(lambda: one.progress.failures >= 3)
    await redis.delete(keys.journal(broken))


async def test_consumers_of_killed_nodes_leave_the_group_and_no_entry_with_them(
    any_redis: RedisClient, sqlite_database: Database
) -> None:
    organisation = await add_organisation(sqlite_database)
    stream = keys.journal(organisation)
    await journal(any_redis, History(organisation=organisation).served())
    group = Group(any_redis, "watching", forgotten_after=0.05)
    await group.join(organisation)
    for name in ("killed", "killed in the middle"):
        await any_redis.xreadgroup(GROUP, name, {stream: ">"}, count=1)
    [(first, _)] = cast("list[tuple[str, object]]", await any_redis.xrange(stream, count=1))
    await any_redis.xack(stream, GROUP, first)

    async def left() -> set[str]:
        await group.forget_the_dead(organisation)
        return {each["name"] for each in await any_redis.xinfo_consumers(stream, GROUP)}

    async def forgotten() -> bool:
        return await left() == {"killed in the middle"}

    assert await left() == {"killed", "killed in the middle"}
    await until(forgotten)
    assert (await any_redis.xpending(stream, GROUP))["pending"] == 1
