"""What every test may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.engines import oldest_redis, redis_process


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of the kind a node starts by itself, shared by the tests of one process."""
    with redis_process() as process:
        yield process.url


@pytest.fixture(scope="session")
def oldest_redis_url() -> Iterator[str]:
    """The oldest Redis that is supported."""
    with redis_process(oldest_redis()) as process:
        yield process.url


@pytest.fixture(params=["valkey", "oldest redis"])
def any_redis_url(request: pytest.FixtureRequest) -> str:
    """Each supported kind in turn."""
    name = "redis_url" if request.param == "valkey" else "oldest_redis_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[RedisClient]:
    """A client as the node makes it."""
    client = open_redis(redis_url)
    yield client
    await client.aclose()
