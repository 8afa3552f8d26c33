"""The whole app on each kind of Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.app import create_app
from server.embedded_redis import RedisUnavailableError
from server.services import redis_of
from server.settings import Settings
from tests.engines import oldest_redis
from tests.redis_groups import Cluster, redis_cluster, sentinel_group


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with redis_cluster(oldest_redis()) as cluster:
        yield cluster


@pytest.fixture
def sentinel_url() -> Iterator[str]:
    with sentinel_group(oldest_redis()) as group:
        yield group.url


@pytest.fixture
def cluster_url(cluster: Cluster) -> str:
    return cluster.url


@pytest.fixture(params=["sentinel_url", "cluster_url"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


async def test_it_is_ready_counts_and_throttles(tmp_path: Path, url: str) -> None:
    app = create_app(Settings(data_dir=tmp_path, redis_url=url, sign_in_attempts=1))
    async with TestClient(TestServer(app)) as client:
        async with client.get("/readyz") as answer:
            assert answer.status == 200
        async with client.get("/metrics") as answer:
            assert "okno_live_read 1.0" in await answer.text()
        statuses = []
        for _ in range(2):
            wrong = {"email": "anna@okno.example", "password": "not hers"}
            async with client.post("/sign-in", data=wrong) as answer:
                statuses.append(answer.status)
        assert statuses[1] == 429


async def test_cluster_that_is_taken_for_one_server_is_said(
    tmp_path: Path, cluster: Cluster
) -> None:
    url = f"redis://127.0.0.1:{cluster.masters[0].port}"
    with pytest.raises(RedisUnavailableError, match=r"part of a cluster: say redis\+cluster://"):
        async with redis_of(Settings(data_dir=tmp_path, redis_url=url)):
            pass


async def test_sentinel_that_is_taken_for_a_cluster_is_said(
    tmp_path: Path, sentinel_url: str
) -> None:
    url = f"redis+cluster://{sentinel_url.partition('://')[2].partition('/')[0]}"
    with pytest.raises(RedisUnavailableError, match=r"does not answer: .*unknown command"):
        async with redis_of(Settings(data_dir=tmp_path, redis_url=url)):
            pass


async def test_group_the_sentinels_do_not_know_is_said(tmp_path: Path, sentinel_url: str) -> None:
    url = sentinel_url.rpartition("/")[0] + "/another"
    with pytest.raises(RedisUnavailableError, match="No master found for 'another'"):
        async with redis_of(Settings(data_dir=tmp_path, redis_url=url)):
            pass
