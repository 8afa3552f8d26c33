"""Nodes for measurements: ``okno serve`` on one core, with a town in its data."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from redis.exceptions import RedisError
from yarl import URL

from bench.machine import SERVER_CORE, on_core
from bench.town import Town, found
from server.embedded_redis import redis_server
from server.settings import Settings
from signaling.store import open_redis
from tests.server.nodes import RunningNode, running_node


@dataclass
class Place:
    """A town's data and its Redis; any number of nodes may serve it."""

    data: Path
    redis_url: str
    town: Town

    @contextlib.asynccontextmanager
    async def node(self, *arguments: str, core: int = SERVER_CORE) -> AsyncIterator[RunningNode]:
        """A node of one worker on that core."""
        env = {"OKNO_REDIS_URL": self.redis_url, "OKNO_LOG_LEVEL": "error"}
        async with contextlib.AsyncExitStack() as stack:
            with on_core(core):
                node = await stack.enter_async_context(
                    running_node(self.data, "--workers=1", *arguments, env=env)
                )
            yield node

    async def redis_seconds(self) -> float:
        """CPU time Redis has taken so far."""
        async with open_redis(self.redis_url) as redis:
            facts = await redis.info("cpu")
        return float(facts["used_cpu_user"]) + float(facts["used_cpu_sys"])


@contextlib.asynccontextmanager
async def place(
    *, booths: int, consultants: int, topics: int = 1, redis_core: int = SERVER_CORE
) -> AsyncIterator[Place]:
    """A town and a Redis like a node's own, which outlives the nodes."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as directory:
        data = Path(directory) / "data"
        async with contextlib.AsyncExitStack() as stack:
            with on_core(redis_core):
                url = await stack.enter_async_context(
                    redis_server(Settings(data_dir=Path(directory) / "redis"))
                )
            town = await found(data, url, booths=booths, consultants=consultants, topics=topics)
            yield Place(data, url, town)


async def redis_process(url: str) -> int:
    """The id of the Redis at this address."""
    async with open_redis(url) as redis:
        return int((await redis.info("server"))["process_id"])


def address(node: RunningNode) -> URL:
    return URL(node.base)


async def settled(condition: object, *, seconds: float, what: str) -> None:
    """Return once the condition holds; TimeoutError says what did not happen."""
    assert callable(condition)
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - any condition, of any process
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise TimeoutError(f"{what} within {seconds:.0f} s") from None


__all__ = ["Place", "RedisError", "address", "place", "redis_process", "settled"]
