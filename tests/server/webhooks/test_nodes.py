"""Many nodes at the same deliveries, and what is left when they or Redis are killed."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from server.app import create_app
from server.archive.database import Database
from server.archive.group import GROUP
from server.archive.migrate import migrate_database
from server.archive.store import store
from server.settings import Settings
from server.webhooks.sender import Sender
from signaling import keys
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.engines import RedisProcess
from tests.histories import History
from tests.server.archive.watching import delivered, journal
from tests.server.databases import mortal_redis
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.scene import HOLD_SECONDS, Scene
from tests.waiting import until

__all__ = ["mortal_redis"]


@asynccontextmanager
async def lone_node(redis_url: str, database: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.server.webhooks.lone_node", redis_url, database),
        cwd=Path(__file__).parents[3],
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_node_killed_in_the_middle_of_an_attempt_is_taken_over(
    redis: RedisClient, redis_url: str, database_url: str, sender: Sender, receiver: Receiver
) -> None:
    async with open_scene(redis, database_url, sender) as scene:
        organisation = await scene.organisation()
        await scene.webhook(organisation, receiver.url)
        history = History(organisation=organisation).served()
        events = await scene.happened(organisation, history)
        receiver.hanging = True

        async with lone_node(redis_url, database_url) as node:
            await until(lambda: receiver.at_once == 1)
            node.send_signal(signal.SIGKILL)
            await node.wait()
        receiver.forget_those_who_hang()

        async with scene.node():
            await scene.looked()
            assert len(receiver.told) == 1, "it is still held for the dead node"
            scene.clock.forward(seconds=HOLD_SECONDS)
            await until(scene.done)

    assert receiver.events == events
    assert [told.event for told in receiver.told] == [events[0], *events]


async def test_a_node_that_stops_gives_back_what_it_is_at(scene: Scene, receiver: Receiver) -> None:
    organisation = await scene.organisation()
    await scene.webhook(organisation, receiver.url)
    events = await scene.happened(organisation, History(organisation=organisation).served())
    receiver.hanging = True
    async with scene.node():
        await until(lambda: receiver.at_once == 1)
    receiver.forget_those_who_hang()

    async with scene.node():
        await until(scene.done)

    assert receiver.events == events


async def test_several_nodes_tell_each_event_once_and_in_order(
    any_scene: Scene, receiver: Receiver
) -> None:
    organisation = await any_scene.organisation()
    await any_scene.webhook(organisation, receiver.url)
    histories = [History(organisation=organisation).served() for _ in range(20)]
    async with AsyncExitStack() as nodes:
        for _ in range(4):
            await nodes.enter_async_context(any_scene.node())
        events = await any_scene.happened(organisation, *histories)
        await until(lambda: len(receiver.accepted) >= len(events))
        await until(any_scene.done)

    assert Counter(receiver.events) == Counter(events)
    for history in histories:
        mine = [
            told.event for told in receiver.accepted if history.consultation.encode() in told.body
        ]
        assert mine == sorted(mine, key=events.index)


async def test_an_entry_that_is_archived_twice_is_told_once(
    any_scene: Scene, receiver: Receiver
) -> None:
    organisation = await any_scene.organisation()
    await any_scene.webhook(organisation, receiver.url)
    history = History(organisation=organisation).served()
    entries = delivered(history)

    await store(any_scene.database, organisation, entries[:3])
    await store(any_scene.database, organisation, entries)
    assert len(await any_scene.waiting()) == len(entries)
    # What is in the journal itself counts as archived.
    await any_scene.redis.xgroup_create(keys.journal(organisation), GROUP, id="$")
    async with any_scene.node():
        await until(any_scene.done)
    await store(any_scene.database, organisation, entries)

    assert await any_scene.done()
    assert receiver.events == [entry.id for entry in entries]


async def test_a_killed_redis_delays_and_loses_nothing(
    mortal_redis: RedisProcess, sqlite_database: Database, sender: Sender, receiver: Receiver
) -> None:
    async with open_redis(mortal_redis.url) as redis:
        scene = Scene(redis, sqlite_database, sender)
        organisation = await scene.organisation()
        await scene.webhook(organisation, receiver.url)
        receiver.script = [500]
        before = await scene.happened(organisation, History(organisation=organisation).served())
        async with scene.node() as deliveries:
            await until(lambda: deliveries.failed == 1)
            mortal_redis.kill()
            mortal_redis.start()
            scene.clock.forward(seconds=11)
            after = await scene.happened(organisation, History(organisation=organisation).served())
            await until(scene.done)
    assert sorted(receiver.events) == sorted([*before, *after])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_whole_app_tells_at_once_what_is_journaled(
    redis: RedisClient, redis_url: str, database_url: str, sender: Sender, receiver: Receiver
) -> None:
    async with open_scene(redis, database_url, sender) as scene:
        organisation = await scene.organisation()
        await scene.webhook(organisation, receiver.url)
        settings = Settings(redis_url=redis_url, database_url=database_url, webhook_private=True)
        history = History(organisation=organisation).served()
        async with TestServer(create_app(settings)):
            await journal(redis, history)
            await until(lambda: len(receiver.accepted) == len(history.events))
        assert receiver.events == await scene.archived(organisation)


@asynccontextmanager
async def open_scene(redis: RedisClient, database_url: str, sender: Sender) -> AsyncIterator[Scene]:
    database = Database(database_url)
    await migrate_database(database)
    try:
        yield Scene(redis, database, sender)
    finally:
        await database.close()
