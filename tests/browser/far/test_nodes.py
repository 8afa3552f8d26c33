"""A node and Redis die in a conversation, which ends in good order on another node."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Prepared
from tests.browser.far.coming_back import talk
from tests.browser.node import Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor
from tests.browser.proxy import Proxy
from tests.engines import RedisProcess, redis_process
from tests.network import Network

pytestmark = pytest.mark.browser

_REDIS_AWAY = 30


@pytest.fixture
def engine() -> Iterator[RedisProcess]:
    with redis_process() as process:
        yield process


@pytest.fixture
async def nodes(
    engine: RedisProcess, prepared: Prepared, tmp_path: Path
) -> AsyncIterator[list[Node]]:
    """Two that share Redis and the archive."""
    data = tmp_path / "data"
    shutil.copytree(prepared.data, data)
    shared = {"redis_url": engine.url, "database_url": f"sqlite+aiosqlite:///{data}/okno.sqlite"}
    async with contextlib.AsyncExitStack() as running:
        made = [Node(tmp_path / f"node-{number}", settings=shared) for number in (1, 2)]
        for node in made:
            await running.enter_async_context(node.running())
        yield made


@pytest.fixture
def node(nodes: list[Node]) -> Node:
    """The one that lives to see the end."""
    return nodes[1]


@pytest.fixture
async def entrance(nodes: list[Node], network: Network) -> AsyncIterator[Proxy]:
    async with Proxy(nodes[0].port, at=network.place("service")).running() as proxy:
        yield proxy


async def flows(seconds: float, *people: Person) -> None:
    """Everybody sees new pictures all the time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        for person in people:
            await person.sees_more(await person.frames(), frames=5)


async def test_the_node_is_killed_and_redis_is_away_and_another_node_finishes(
    *,
    engine: RedisProcess,
    nodes: list[Node],
    entrance: Proxy,
    visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    ticket = await visitor.take_ticket("en")
    await consultant.become_available()
    await consultant.accept()
    await talk(visitor, consultant)

    await nodes[0].kill()
    entrance.turn_to(nodes[1].port)
    await flows(5, visitor, consultant)
    engine.kill()
    await flows(_REDIS_AWAY, visitor, consultant)
    engine.start()
    await flows(5, visitor, consultant)

    for person in (visitor, consultant):
        assert (await person.traffic())["made"] == 1, "the connection is the one from before"
    await consultant.hang_up()
    await visitor.rate(4)
    await consultant.wrap_up("partly_served")
    record = await supervisor.record(ticket)
    [leg] = record["contact_legs"]
    assert (leg["reason"], record["outcome"]) == ("hang_up", "partly_served")
    assert record["rating"]["score"] == 4
