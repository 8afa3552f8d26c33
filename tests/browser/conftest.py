"""A node of its own for each test, browsers, and the people who sit in front of them.

``@pytest.mark.settings(offer_seconds=2)`` gives the node other settings and ``@pytest.mark.demo``
runs it with ``--demo``.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.chromium import Seat, launch
from tests.browser.media import CONSULTANT, SECOND_VISITOR, VISITOR, Appearance
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, SUPERVISOR_EMAIL, Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor, page_of
from tests.browser.program import Program
from tests.browser.proxy import Proxy
from tests.browser.scripted import ScriptedServer
from tests.network import Place

P = TypeVar("P", bound=Person)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "settings(**settings): of the node of this test")
    config.addinivalue_line("markers", "camera(**gives): of the first booth and the consultant")
    config.addinivalue_line("markers", "demo: the node of this test runs with --demo")


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def plain_browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser without camera and microphone."""
    browser = await launch(playwright, tmp_path)
    yield browser
    await browser.close()


@pytest.fixture
async def second_plain_browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    browser = await launch(playwright, tmp_path)
    yield browser
    await browser.close()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with TestServer(scripted.app()) as running:
        scripted.base = str(running.make_url("/"))
        yield scripted


@dataclass(frozen=True)
class Prepared:
    """What an administrator has set up, once for all tests."""

    data: Path
    codes: tuple[str, str]
    """One-time codes of the two booths; each copy of the data has its own use of them."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    data = tmp_path_factory.mktemp("prepared") / "data"

    async def prepare() -> Prepared:
        async with Node(data).running() as node:
            await node.fill()
            return Prepared(data, (await node.booth_code(1), await node.booth_code(2)))

    return asyncio.run(prepare())


@pytest.fixture
async def node(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Node]:
    settings = request.node.get_closest_marker("settings")
    is_demo = request.node.get_closest_marker("demo") is not None
    if not is_demo:
        shutil.copytree(request.getfixturevalue("prepared").data, tmp_path / "data")
    node = Node(tmp_path / "data", demo=is_demo, settings=settings.kwargs if settings else {})
    async with node.running():
        yield node


@pytest.fixture
async def entrance(node: Node) -> AsyncIterator[Proxy]:
    """Through which everyone reaches the node."""
    async with Proxy(node.port).running() as proxy:
        yield proxy


@pytest.fixture
def booth_at() -> Place | None:
    """Where in a network of the tests the first booth is; None: on this machine, as all others."""
    return None


@pytest.fixture
def desk_at() -> Place | None:
    """Where in a network of the tests the consultant is; None: on this machine, as all others."""
    return None


@pytest.fixture
def camera(request: pytest.FixtureRequest) -> Mapping[str, int]:
    """What the cameras of the first booth and the consultant give; see `media.write_picture`."""
    marker = request.node.get_closest_marker("camera")
    return marker.kwargs if marker else {}


@pytest.fixture
async def machine(node: Node) -> AsyncIterator[Program]:
    """A program of the centre, such as its ticket machine."""
    async with Program(node.base, await node.token()) as program:
        yield program


@contextlib.asynccontextmanager
async def seat(
    kind: type[P],
    playwright: Playwright,
    entrance: Proxy,
    files: Path,
    seen: Appearance | None,
    *,
    at: Place | None = None,
    camera: Mapping[str, int] = MappingProxyType({}),
) -> AsyncIterator[P]:
    """Someone in front of a browser of their own, whose pages made no fault."""
    where = Seat(at, entrance.site) if at is not None else None
    browser = await launch(playwright, files, seen, seat=where, camera=camera)
    person = kind(await page_of(await browser.new_context()), entrance.site, seen)
    yield person
    await browser.close()
    assert person.faults == []


@pytest.fixture
async def newcomer(
    playwright: Playwright,
    entrance: Proxy,
    tmp_path: Path,
    booth_at: Place | None,
    camera: Mapping[str, int],
) -> AsyncIterator[Visitor]:
    """A visitor at a browser that is no booth yet."""
    async with seat(
        Visitor, playwright, entrance, tmp_path, VISITOR, at=booth_at, camera=camera
    ) as visitor:
        yield visitor


@pytest.fixture
async def visitor(newcomer: Visitor, prepared: Prepared) -> Visitor:
    """A visitor at the first booth."""
    await newcomer.enrol(prepared.codes[0])
    return newcomer


@pytest.fixture
async def second_visitor(
    playwright: Playwright, entrance: Proxy, tmp_path: Path, prepared: Prepared
) -> AsyncIterator[Visitor]:
    """A visitor at the second booth."""
    async with seat(Visitor, playwright, entrance, tmp_path, SECOND_VISITOR) as visitor:
        await visitor.enrol(prepared.codes[1])
        yield visitor


@pytest.fixture
async def colleague(
    playwright: Playwright,
    entrance: Proxy,
    tmp_path: Path,
    desk_at: Place | None,
    camera: Mapping[str, int],
) -> AsyncIterator[Consultant]:
    """A consultant who has not signed in yet."""
    async with seat(
        Consultant, playwright, entrance, tmp_path, CONSULTANT, at=desk_at, camera=camera
    ) as consultant:
        yield consultant


@pytest.fixture
async def consultant(colleague: Consultant) -> Consultant:
    """A consultant who has just come to work."""
    await colleague.sign_in(CONSULTANT_EMAIL, PASSWORD)
    return colleague


@pytest.fixture
async def stranger(
    playwright: Playwright, entrance: Proxy, tmp_path: Path
) -> AsyncIterator[Supervisor]:
    """A supervisor who has not signed in yet."""
    async with seat(Supervisor, playwright, entrance, tmp_path, None) as supervisor:
        yield supervisor


@pytest.fixture
async def supervisor(stranger: Supervisor) -> Supervisor:
    """A supervisor at the desk."""
    await stranger.sign_in(SUPERVISOR_EMAIL, PASSWORD)
    return stranger
