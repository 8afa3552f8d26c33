"""Journals on different masters of a cluster reach SQL, and one that is away keeps up no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import insert

from server.archive import tables
from server.archive.database import Database
from server.embedded_redis import find_binary
from signaling.store import open_redis
from tests.histories import History
from tests.redis_groups import Cluster, redis_cluster
from tests.server.archive.watching import (
    WatchedArchiver,
    archived,
    filled,
    holds,
    journal,
    journalled,
)
from tests.signaling.regions import spread
from tests.waiting import until


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with redis_cluster(find_binary(), replica=True) as cluster:
        yield cluster


@pytest.fixture
async def histories(cluster: Cluster, sqlite_database: Database) -> list[History]:
    """A consultation in an organisation on each master."""
    regions = spread(cluster)
    async with sqlite_database.write() as connection:
        for each in regions:
            await connection.execute(
                insert(tables.organisation).values(
                    id=each, code=each, name="Region", timezone="UTC"
                )
            )
    return [History(organisation=each).served("anna").rate(5) for each in regions]


async def test_every_journal_of_a_cluster_is_archived_once(
    cluster: Cluster, histories: list[History], sqlite_database: Database
) -> None:
    async with open_redis(cluster.url) as redis, AsyncExitStack() as stack:
        for _ in range(2):
            archiver = WatchedArchiver(redis, sqlite_database)
            await stack.enter_async_context(archiver.running())
        await journal(redis, *histories)
        await until(holds(sqlite_database, sum(len(history.events) for history in histories)))
        for history in histories:
            await until(lambda history=history: filled(sqlite_database, history))
            assert await archived(sqlite_database, history) == await journalled(redis, history)
        await until(lambda: nothing_left(archiver))


async def nothing_left(archiver: WatchedArchiver) -> bool:
    return await archiver.lag() == 0


async def test_journal_on_a_dead_master_waits_for_its_replica_alone(
    cluster: Cluster, histories: list[History], sqlite_database: Database
) -> None:
    first, second, _ = histories
    async with open_redis(cluster.url) as redis:
        archiver = WatchedArchiver(redis, sqlite_database)
        async with archiver.running():
            await journal(redis, first)
            await until(cluster.replicated)
            cluster.masters[0].freeze()
            await journal(redis, second)
            await until(lambda: filled(sqlite_database, second), seconds=20)
            await until(cluster.promoted, seconds=20)
            await until(lambda: filled(sqlite_database, first), seconds=20)
            assert await archived(sqlite_database, first) == await journalled(redis, first)
