"""Webhooks of organisations whose journals are on different masters of a Redis Cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from server.archive import tables
from server.archive.database import Database
from server.embedded_redis import find_binary
from server.webhooks.sender import Sender
from signaling.ids import OrganisationId
from signaling.store import open_redis
from tests.histories import History
from tests.redis_groups import Cluster, redis_cluster
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.scene import Scene
from tests.signaling.regions import spread
from tests.waiting import until


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with redis_cluster(find_binary()) as cluster:
        yield cluster


@pytest.fixture
async def regions(cluster: Cluster, sqlite_database: Database) -> list[OrganisationId]:
    """An organisation on each master."""
    found = spread(cluster)
    async with sqlite_database.write() as connection:
        for each in found:
            row = {"id": each, "code": each, "name": "Region", "timezone": "UTC"}
            await connection.execute(insert(tables.organisation).values(row))
    return found


async def told_of(scene: Scene, receiver: Receiver, region: OrganisationId) -> list[str]:
    """A consultation happens in a region that has a webhook; ids of its events."""
    await scene.webhook(region, receiver.url)
    return await scene.happened(region, History(organisation=region).served())


async def test_the_organisations_of_every_master_are_told_of(
    cluster: Cluster,
    regions: list[OrganisationId],
    sqlite_database: Database,
    sender: Sender,
    receiver: Receiver,
) -> None:
    async with open_redis(cluster.url) as redis:
        scene = Scene(redis, sqlite_database, sender)
        events = [event for each in regions for event in await told_of(scene, receiver, each)]
        async with scene.node():
            await until(scene.done)
    assert sorted(receiver.events) == sorted(events)


async def test_a_master_that_is_away_delays_only_its_own_organisations(
    cluster: Cluster,
    regions: list[OrganisationId],
    sqlite_database: Database,
    sender: Sender,
    receiver: Receiver,
) -> None:
    async with open_redis(cluster.url) as redis:
        scene = Scene(redis, sqlite_database, sender)
        late, *others = [await told_of(scene, receiver, each) for each in regions]
        expected = [event for events in others for event in events]
        cluster.masters[0].freeze()
        try:
            async with scene.node():
                await until(lambda: len(receiver.accepted) == len(expected), seconds=30)
                assert sorted(receiver.events) == sorted(expected)
                cluster.masters[0].thaw()
                await until(scene.done, seconds=30)
        finally:
            cluster.masters[0].thaw()
    assert sorted(receiver.events) == sorted([*expected, *late])
