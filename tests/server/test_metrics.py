"""What Prometheus is told by one process; several are in test_processes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

import signaling
from server import metrics
from server.archive import ARCHIVE_OBSERVER, ARCHIVER
from server.archive.archiver import Archiver
from server.archive.database import DATABASE, Database
from server.metrics import METRICS
from signaling import keys
from signaling.hosts import Hosts
from signaling.ids import OrganisationId, UserId, new_ulid
from signaling.ports import REDIS, RedisClient
from signaling.scripts import Scripts
from signaling.store import open_redis
from tests.signaling.room import Room

Client = TestClient[web.Request, web.Application]


async def answer(request: web.Request) -> web.Response:
    if request.match_info["what"] == "missing":
        raise web.HTTPNotFound
    return web.Response(text="hello")


def app_with(redis: RedisClient) -> web.Application:
    app = web.Application()
    app[REDIS] = redis
    # One that cannot be opened: what is counted in SQL is left out, and the rest is shown.
    app[DATABASE] = Database("sqlite+aiosqlite:////nowhere/okno.sqlite")
    metrics.install(app)
    app[ARCHIVER] = Archiver(
        redis,
        app[DATABASE],
        consumer="none",
        observer=app[ARCHIVE_OBSERVER],
    )
    app.router.add_get("/things/{what}", answer)
    return app


@pytest.fixture
async def client(redis: RedisClient) -> AsyncIterator[Client]:
    async with TestClient(TestServer(app_with(redis))) as client:
        yield client


async def scrape(client: Client) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by metric and label values."""
    async with client.get("/metrics") as response:
        assert response.status == 200
        text = await response.text()
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


async def test_requests_are_counted_by_route_and_status(client: Client) -> None:
    for path in ("/things/a", "/things/b", "/things/missing", "/nowhere"):
        async with client.get(path) as response:
            await response.read()
    counts = (await scrape(client))["okno_http_request_seconds_count"]
    assert counts["GET", "/things/{what}", "200"] == 2
    assert counts["GET", "/things/{what}", "404"] == 1
    assert counts["GET", "(none)", "404"] == 1


async def test_sockets_messages_and_refusals_are_counted(client: Client) -> None:
    seen = client.app[METRICS]
    seen.connected("booth")
    seen.connected("booth")
    seen.disconnected("booth")
    seen.received("join")
    seen.refused("too_fast")
    found = await scrape(client)
    assert found["okno_sockets"]["booth",] == 1
    assert found["okno_messages_total"]["join",] == 1
    assert found["okno_refusals_total"]["too_fast",] == 1


async def test_archiving_that_goes_wrong_is_seen(client: Client) -> None:
    seen = client.app[ARCHIVE_OBSERVER]
    seen.archived(5)
    seen.archive_unreadable(2)
    seen.archive_failed()
    found = await scrape(client)
    assert found["okno_archived_total"][()] == 5
    assert found["okno_archive_unreadable_total"][()] == 2
    assert found["okno_archive_failures_total"][()] == 1


async def test_the_line_is_shown_by_organisation(client: Client, redis: RedisClient) -> None:
    here = OrganisationId(new_ulid())
    await redis.sadd(keys.ORGANISATIONS, here)
    await redis.hset(
        keys.staff(here),
        mapping={UserId(new_ulid()): each for each in ("available", "available", "busy", "break")},
    )
    found = await scrape(client)
    assert found["okno_live_read"][()] == 1
    assert found["okno_available"][here,] == 2
    assert found["okno_in_conversation"][here,] == 1
    assert found["okno_on_break"][here,] == 1
    assert found["okno_waiting"][here,] == 0
    assert found["okno_unarchived"][()] == 0
    assert found["okno_info"][signaling.__version__,] == 1


async def test_promises_are_counted_over_all_organisations(
    client: Client, redis: RedisClient
) -> None:
    before = await scrape(client)
    for kept in (3, 4):
        each = OrganisationId(new_ulid())
        await redis.sadd(keys.ORGANISATIONS, each)
        name = keys.totals(each)
        await redis.hset(name, "promised", "5")
        await redis.hset(name, "promise_kept", str(kept))
        await redis.hset(name, "promise_error_seconds", "120")
    found = await scrape(client)
    for figure, more in (("made", 10), ("kept", 7), ("error_seconds", 240)):
        metric = f"okno_promise_{figure}_total"
        assert found[metric][()] - before[metric][()] == more


async def test_calls_for_a_person_are_counted_and_those_that_wait_are_shown(
    client: Client, redis: RedisClient
) -> None:
    before = await scrape(client)
    room = Room(redis)
    await redis.sadd(keys.ORGANISATIONS, room.organisation)
    hosts = Hosts(Scripts(redis), room.timings)
    for name in ("1", "2"):
        await hosts.call(room.organisation, room.booth(name).booth)
    await hosts.coming(room.organisation, room.booth("1").booth, UserId("ivan"))
    found = await scrape(client)
    assert found["okno_host_waiting"][room.organisation,] == 1
    for figure, more in (("calls", 2), ("answers", 1), ("answer_seconds", 0)):
        metric = f"okno_host_{figure}_total"
        assert found[metric][()] - before[metric][()] == more


async def test_a_scrape_survives_an_absent_redis() -> None:
    async with (
        open_redis("unix:///nowhere/redis.sock") as away,
        TestClient(TestServer(app_with(away))) as client,
    ):
        found = await scrape(client)
    assert found["okno_live_read"][()] == 0
    assert "okno_waiting" not in found
