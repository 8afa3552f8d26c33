"""Journal to SQL: nothing lost, nothing twice, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import msgspec
import pytest
from redis.exceptions import RedisError
from sqlalchemy import delete, text

from server.archive import tables
from server.archive.database import Database
from server.archive.group import GROUP
from server.archive.store import Delivered, store
from signaling import keys
from signaling.fold import fold
from signaling.journal import read
from signaling.model import Trigger
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.engines import RedisProcess
from tests.histories import History
from tests.server.archive.watching import (
    WatchedArchiver,
    add_organisation,
    archived,
    count,
    delivered,
    filled,
    holds,
    journal,
    journalled,
)
from tests.waiting import until


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def test_the_journal_becomes_events_and_a_record(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served("anna").rate(5)
    await journal(redis, history)

    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(holds(database, len(history.events)))
        await until(lambda: one.progress.entries == len(history.events))
        assert await one.lag() == 0

    assert await archived(database, history) == await journalled(redis, history)


async def test_an_entry_delivered_twice_changes_nothing(database: Database) -> None:
    history = History(organisation=await add_organisation(database)).served()

    await store(database, history.organisation, delivered(history))
    await store(database, history.organisation, delivered(history)[3:])

    assert await count(database) == len(history.events)
    assert await archived(database, history) == fold(history.entries())
    assert await count(database, "record_consultant") == 1


async def test_entries_that_come_late_mend_the_record(database: Database) -> None:
    history = History(organisation=await add_organisation(database))
    history.offer("anna").accept().connect().back(Trigger.MEDIA_FAILED).served("boris")
    entries = delivered(history)

    await store(database, history.organisation, entries[6:])
    assert await archived(database, history) is None
    await store(database, history.organisation, entries[:3])
    await store(database, history.organisation, entries[3:6])

    assert await archived(database, history) == fold(history.entries())
    assert await count(database, "record_consultant") == 2


async def test_a_consultation_archived_by_many_nodes_at_once_has_no_hole(
    database: Database,
) -> None:
    history = History(organisation=await add_organisation(database))
    for _ in range(10):
        history.offer().back(Trigger.DECLINE)
    history.served()

    await asyncio.gather(
        *(store(database, history.organisation, [entry]) for entry in delivered(history))
    )

    assert await archived(database, history) == fold(history.entries())


async def test_two_archivers_share_the_work(
    redis: RedisClient, database: Database, database_url: str, stack: AsyncExitStack
) -> None:
    organisation = await add_organisation(database)
    histories = [History(organisation=organisation).served() for _ in range(40)]
    events = sum(len(history.events) for history in histories)
    other = Database(database_url)
    stack.push_async_callback(other.close)
    await stack.enter_async_context(WatchedArchiver(redis, database).running())
    await stack.enter_async_context(WatchedArchiver(redis, other).running())
    await journal(redis, *histories)
    await until(holds(database, events))

    for history in histories:
        assert await archived(database, history) == await journalled(redis, history)


async def test_what_a_killed_node_had_read_is_archived_by_another(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served()
    await journal(redis, history)
    await redis.xgroup_create(keys.journal(organisation), GROUP, id="0")
    await redis.xreadgroup(GROUP, "killed", {keys.journal(organisation): ">"}, count=4)

    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(holds(database, len(history.events)))
        await until(lambda: one.progress.entries == len(history.events))
        assert await one.lag() == 0

    assert await archived(database, history) == await journalled(redis, history)


async def test_what_was_written_but_not_acknowledged_is_acknowledged_later(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served()
    await journal(redis, history)
    await redis.xgroup_create(keys.journal(organisation), GROUP, id="0")
    await redis.xreadgroup(GROUP, "killed", {keys.journal(organisation): ">"})
    entries = [
        Delivered(entry.id, entry.event, msgspec.json.encode(entry.event).decode())
        async for entry in read(redis, organisation)
    ]
    await store(database, organisation, entries)

    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(lambda: one.progress.entries == len(history.events))

    assert await count(database) == len(history.events)
    assert (await redis.xpending(keys.journal(organisation), GROUP))["pending"] == 0


async def test_sql_that_fails_in_the_middle_keeps_nothing_and_loses_nothing(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served()
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE record RENAME TO away"))
    await journal(redis, history)

    one = WatchedArchiver(redis, database, keep_seconds=0)
    async with one.running():
        await until(lambda: one.progress.failures >= 2)
        assert await count(database) == 0
        assert await one.lag() == len(history.events)
        async with database.write() as connection:
            await connection.execute(text("ALTER TABLE away RENAME TO record"))
        await until(holds(database, len(history.events)))

    record = await archived(database, history)
    assert record is not None
    assert record.events == len(history.events)


async def test_a_killed_redis_interrupts_archiving_and_no_more(
    mortal_redis: RedisProcess, database: Database, stack: AsyncExitStack
) -> None:
    redis = await stack.enter_async_context(open_redis(mortal_redis.url))
    organisation = await add_organisation(database)
    before, after = (History(organisation=organisation).served() for _ in range(2))
    await journal(redis, before)
    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(holds(database, len(before.events)))
        mortal_redis.kill()
        await until(lambda: one.progress.failures >= 1)
        with pytest.raises(RedisError):
            await one.lag()
        mortal_redis.start()
        await journal(redis, after)
        await until(holds(database, len(before.events) + len(after.events)))

    assert await archived(database, before) == await journalled(redis, before)
    assert await archived(database, after) == await journalled(redis, after)


async def test_an_emptied_redis_gets_its_group_back(redis: RedisClient, database: Database) -> None:
    organisation = await add_organisation(database)
    before, after = (History(organisation=organisation).served() for _ in range(2))
    await journal(redis, before)
    async with WatchedArchiver(redis, database).running():
        await until(holds(database, len(before.events)))
        await redis.delete(keys.journal(organisation))
        await journal(redis, after)
        await until(holds(database, len(before.events) + len(after.events)))


async def test_an_archive_from_a_backup_is_filled_up_at_the_next_start(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served()
    await journal(redis, history)
    async with WatchedArchiver(redis, database).running():
        await until(holds(database, len(history.events)))
    async with database.write() as connection:
        await connection.execute(delete(tables.event).where(tables.event.c.type.like("%e%d")))
        await connection.execute(delete(tables.record))

    async with WatchedArchiver(redis, database).running():
        await until(holds(database, len(history.events)))
        await until(lambda: filled(database, history))

    assert await archived(database, history) == await journalled(redis, history)


async def test_an_organisation_added_while_running_is_archived(
    redis: RedisClient, database: Database
) -> None:
    async with WatchedArchiver(redis, database).running():
        history = History(organisation=await add_organisation(database)).served()
        await journal(redis, history)
        await until(holds(database, len(history.events)))


async def test_the_stream_is_trimmed_only_past_what_is_archived(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    stream = keys.journal(organisation)
    await journal(redis, History(organisation=organisation).served())
    entries = [entry.id async for entry in read(redis, organisation)]
    await redis.xgroup_create(stream, GROUP, id="0")
    await redis.xreadgroup(GROUP, "slow", {stream: ">"}, count=3)
    patient = WatchedArchiver(redis, database, claim_after=60, keep_seconds=0)

    async with patient.running():
        await until(holds(database, len(entries) - 3))
        await redis.xack(stream, GROUP, entries[0])

        async def trimmed_to(first: str) -> bool:
            first_left = await anext(read(redis, organisation))
            return first_left.id == first

        await until(lambda: trimmed_to(entries[1]))
        await redis.xack(stream, GROUP, entries[1], entries[2])
        await until(lambda: trimmed_to(entries[-1]))


async def test_what_was_archived_a_moment_ago_stays_in_redis(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    history = History(organisation=organisation).served()
    await journal(redis, history)
    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(lambda: one.progress.entries == len(history.events))
    assert await redis.xlen(keys.journal(organisation)) == len(history.events)


async def test_a_node_that_stops_leaves_no_consumer_behind(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    await journal(redis, History(organisation=organisation).served())
    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(lambda: one.progress.entries > 0)

    assert await redis.xinfo_consumers(keys.journal(organisation), GROUP) == []


async def test_a_node_that_leaves_entries_behind_stays_named_in_the_group(
    redis: RedisClient, database: Database
) -> None:
    organisation = await add_organisation(database)
    stream = keys.journal(organisation)
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE record RENAME TO away"))
    await journal(redis, History(organisation=organisation).served())
    one = WatchedArchiver(redis, database)
    async with one.running():
        await until(lambda: one.progress.failures > 0)

    (consumer,) = await redis.xinfo_consumers(stream, GROUP)
    assert (consumer["name"], consumer["pending"] > 0) == (one.name, True)
