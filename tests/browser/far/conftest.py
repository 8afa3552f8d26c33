"""The booth, the consultant and the service, each at a place of its own in one network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright

from tests.browser.conftest import seat
from tests.browser.far.coming_back import RETURNS
from tests.browser.node import Node
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.proxy import Proxy
from tests.network import Network, Place, why_not
from tests.network.turn import RELAY, Turn


@pytest.fixture
def network() -> Iterator[Network]:
    if reason := why_not():
        pytest.skip(reason)
    with Network() as network:
        yield network


@pytest.fixture
def booth_at(network: Network) -> Place:
    return network.place("booth")


@pytest.fixture
def desk_at(network: Network) -> Place:
    return network.place("desk")


@pytest.fixture
async def entrance(node: Node, network: Network) -> AsyncIterator[Proxy]:
    async with Proxy(node.port, at=network.place("service")).running() as proxy:
        yield proxy


@pytest.fixture
async def turn(network: Network, tmp_path: Path) -> AsyncIterator[Turn]:
    files = tmp_path / "turn"
    files.mkdir()
    async with Turn(network.place("relay", address=RELAY), files).running() as turn:
        yield turn


@pytest.fixture
async def stranger(playwright: Playwright, node: Node, tmp_path: Path) -> AsyncIterator[Supervisor]:
    """A supervisor whom nothing of this reaches."""
    async with (
        Proxy(node.port).running() as door,
        seat(Supervisor, playwright, door, tmp_path, None) as supervisor,
    ):
        yield supervisor


@pytest.fixture
async def newcomer(newcomer: Visitor) -> Visitor:
    await newcomer.page.context.add_init_script(path=RETURNS)
    return newcomer


@pytest.fixture
async def colleague(colleague: Consultant) -> Consultant:
    await colleague.page.context.add_init_script(path=RETURNS)
    return colleague
