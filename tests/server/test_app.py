"""The app as a whole: parts meet, start in the right order, and answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.app import create_app
from server.embedded_redis import redis_server
from server.settings import Settings

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(tmp_path: Path, redis_url: str) -> AsyncIterator[Client]:
    app = create_app(Settings(data_dir=tmp_path, redis_url=redis_url))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/booth", 200),
        ("/sign-in", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/desk", 401),
        ("/workspace", 401),
        ("/nothing", 404),
    ],
)
async def test_every_part_answers_under_the_strict_headers(
    client: Client, path: str, status: int
) -> None:
    async with client.get(path) as answer:
        assert answer.status == status
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Request-Id"]


async def test_the_socket_wants_to_know_who_comes(client: Client) -> None:
    async with client.ws_connect("/ws?surface=workspace", protocols=("okno.v1",)) as socket:
        await socket.receive(timeout=5)
        assert socket.close_code == 4003


async def test_refusals_and_sockets_are_timed_and_counted(client: Client) -> None:
    async with client.get("/nothing"):
        pass
    async with client.get("/metrics") as answer:
        text = await answer.text()
    assert 'okno_http_request_seconds_count{method="GET",route="(none)",status="404"} 1.0' in text


async def test_without_an_address_it_brings_its_own_redis(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    async with TestClient(TestServer(create_app(settings))) as client:
        async with client.get("/readyz") as answer:
            assert answer.status == 200
        async with redis_server(settings) as url:
            assert str(tmp_path) in url or "okno-" in url
    assert not (tmp_path / "redis" / "redis.sock").exists()
