"""A booth that checks itself tries the way through a real coturn, too."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright

from tests.browser.checked_booth import CheckedBooth
from tests.browser.conftest import Prepared, seat
from tests.browser.node import Node
from tests.browser.proxy import Proxy
from tests.network import Network, Place
from tests.network.turn import RELAY, SECRET, Turn
from tests.waiting import until

pytestmark = pytest.mark.browser


@contextlib.asynccontextmanager
async def probe_at(place: Place, socket: Path) -> AsyncIterator[None]:
    """A probe as run on a machine of its own, which answers its node through a file."""
    process = await asyncio.create_subprocess_exec(
        *place.command(sys.executable, "-P", "-m", "server", "probe", f"--socket={socket}"),
        env=os.environ | {"OKNO_LOG_LEVEL": "warning"},
        stdin=asyncio.subprocess.DEVNULL,
    )
    await until(socket.exists)
    yield
    process.terminate()
    await process.wait()


@pytest.fixture
async def booth(
    playwright: Playwright, entrance: Proxy, booth_at: Place, tmp_path: Path
) -> AsyncIterator[CheckedBooth]:
    """It has no devices, so that the network is all there is to check."""
    async with seat(CheckedBooth, playwright, entrance, tmp_path, None, at=booth_at) as booth:
        yield booth


@pytest.fixture
async def node(network: Network, prepared: Prepared, tmp_path: Path) -> AsyncIterator[Node]:
    shutil.copytree(prepared.data, tmp_path / "data")
    socket = network.files / "probe"
    settings = {
        "check_minutes": 0.05,
        "probe": f"unix:{socket}",
        "turn_urls": f"turn:{RELAY}:3478?transport=udp",
        "turn_secret": SECRET,
    }
    node = Node(tmp_path / "data", settings=settings)
    async with probe_at(network.place("probe"), socket), node.running():
        yield node


async def test_a_booth_finds_out_whether_its_relay_lets_it_through(
    turn: Turn, node: Node, booth: CheckedBooth, prepared: Prepared
) -> None:
    await booth.enrol(prepared.codes[0])
    await booth.checks(1)
    assert booth.found[0]["network"]["outcome"] == "connected", booth.found
    assert booth.found[0]["turn"]["outcome"] == "connected", booth.found
    assert booth.found[0]["turn"]["rtt"] < 1000, booth.found

    await turn.kill()
    told = len(booth.found)
    # One may have begun before.
    await booth.checks(told + 3)
    assert [each["turn"]["outcome"] for each in booth.found[-2:]] == ["no_relay"] * 2
    assert "turn no_relay" in await node.okno("booth", "list")
