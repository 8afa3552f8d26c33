"""Alive, and ready: the answers balancers and orchestrators act on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server import health
from server.archive.database import DATABASE, Database, open_database
from server.settings import Settings
from signaling.ports import REDIS
from signaling.store import open_redis
from tests.engines import RedisProcess, redis_process

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(Settings(data_dir=tmp_path))
    yield database
    await database.close()


@pytest.fixture
async def server() -> AsyncIterator[RedisProcess]:
    with redis_process() as process:
        yield process


@pytest.fixture
async def client(server: RedisProcess, engine: Database) -> AsyncIterator[Client]:
    app = web.Application()
    async with open_redis(server.url) as redis:
        app[REDIS] = redis
        app[DATABASE] = engine
        health.install(app)
        async with TestClient(TestServer(app)) as client:
            yield client


async def ask(client: Client, path: str) -> tuple[int, dict[str, object]]:
    async with client.get(path) as answer:
        return answer.status, await answer.json()


async def test_a_node_with_its_engines_is_ready(client: Client) -> None:
    status, said = await ask(client, "/readyz")
    assert status == 200
    assert said == {"ready": True, "redis": "ok", "database": "ok", "node": "ok"}


async def test_ready_turns_with_redis(client: Client, server: RedisProcess) -> None:
    server.kill()
    status, said = await ask(client, "/readyz")
    assert (status, said["ready"], said["redis"]) == (503, False, "unavailable")
    assert (await ask(client, "/healthz"))[0] == 200
    server.start()
    assert (await ask(client, "/readyz"))[0] == 200


async def test_a_redis_that_hangs_is_given_up(
    client: Client, server: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.2)
    assert server._process is not None
    server._process.send_signal(signal.SIGSTOP)
    try:
        async with asyncio.timeout(2):
            status, said = await ask(client, "/readyz")
        assert (status, said["redis"]) == (503, "timeout")
    finally:
        server._process.send_signal(signal.SIGCONT)


async def test_ready_turns_with_the_database(client: Client, tmp_path: Path) -> None:
    (tmp_path / "okno.sqlite").mkdir()
    status, said = await ask(client, "/readyz")
    assert (status, said["database"], said["redis"]) == (503, "unavailable", "ok")


async def test_a_stopping_node_is_alive_but_wants_nobody(client: Client) -> None:
    client.app[health.STOPPING].set()
    status, said = await ask(client, "/readyz")
    assert (status, said["node"]) == (503, "stopping")
    assert (await ask(client, "/healthz"))[0] == 200
