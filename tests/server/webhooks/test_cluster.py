"""Webhooks of organisations whose journals are on different masters of a Redis Cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.archive.database import Database
from server.embedded_redis import find_binary
from server.webhooks.sender import Sender
from signaling.store import open_redis
from tests.histories import History
from tests.redis_groups import Cluster, redis_cluster
from tests.server.archive.watching import add_organisation
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.scene import Scene
from tests.waiting import until


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with redis_cluster(find_binary()) as cluster:
        yield cluster


async def test_every_organisation_of_a_cluster_is_told_of(
    cluster: Cluster, sqlite_database: Database, sender: Sender, receiver: Receiver
) -> None:
    async with open_redis(cluster.url) as redis:
        scene = Scene(redis, sqlite_database, sender)
        # So many that with hardly any chance all are on one master.
        organisations = [await add_organisation(sqlite_database) for _ in range(8)]
        events = []
        for each in organisations:
            await scene.webhook(each, receiver.url)
            events += await scene.happened(each, History(organisation=each).served())
        async with scene.node():
            await until(scene.done)
    assert sorted(receiver.events) == sorted(events)
