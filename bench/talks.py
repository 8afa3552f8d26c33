"""Two people in browsers of their own, who talk over minimal pages or over Okno's."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.minimal import PAGES, MinimalServer
from tests.browser.chromium import Seat, launch
from tests.browser.media import CONSULTANT, VISITOR
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, Node
from tests.browser.people import Consultant, Visitor, page_of
from tests.browser.proxy import Proxy
from tests.browser.waiting import until
from tests.network import Condition, Network, Place

_CAMERA = {"width": 1280, "height": 720, "rate": 30}
_SCRIPTS = ("stopwatch.js", "listener.js")


class Two:
    """The two people; each kind of page has its own tabs in their browsers."""

    def __init__(
        self,
        node: Node,
        places: tuple[Place, Place],
        browsers: list[Browser],
        sites: tuple[str, str],
    ) -> None:
        """Take over what `two` has made; the sites are that of minimal pages and Okno's."""
        self.node = node
        self._places = places
        self._browsers = browsers
        self._minimal, self._okno = sites

    @property
    def chromium(self) -> str:
        return self._browsers[0].version

    def set(self, condition: Condition) -> None:
        """What both people's networks do from now on."""
        for place in self._places:
            place.set(condition)

    def weaken(self, condition: Condition) -> None:
        """What the booth's network does from now on."""
        self._places[0].set(condition)

    async def sit_down(self) -> None:
        """Make a booth and a consultant at work of Okno's tabs."""
        pages = [await page_of(await _context(each)) for each in self._browsers]
        self.visitor = Visitor(pages[0], self._okno, VISITOR)
        self.consultant = Consultant(pages[1], self._okno, CONSULTANT)
        await self.visitor.enrol(await self.node.booth_code())
        await self.consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
        await self.consultant.become_available()

    @contextlib.asynccontextmanager
    async def minimal_link(self) -> AsyncIterator[tuple[Page, Page]]:
        """Minimal pages whose link stands; the consultant's has "accept"."""
        contexts = [await _context(each) for each in self._browsers]
        visitor, consultant = [await page_of(context) for context in contexts]
        await visitor.goto(f"{self._minimal}/visitor")
        await consultant.goto(f"{self._minimal}/consultant")
        await _link_stands(visitor, consultant)
        yield visitor, consultant
        for context in contexts:
            await context.close()

    @contextlib.asynccontextmanager
    async def okno_link(self) -> AsyncIterator[tuple[Page, Page]]:
        """Okno's pages while the offer rings and the link stands; afterwards the talk is ended."""
        await self.visitor.take_ticket()
        await self.consultant.sees("offer")
        await _link_stands(self.visitor.page, self.consultant.page)
        yield self.visitor.page, self.consultant.page
        await self.visitor.is_in("active")
        await self.consultant.hang_up()
        await self.consultant.wrap_up()
        await self.visitor.press("skip-rating")
        await self.visitor.go()


@contextlib.asynccontextmanager
async def two(files: Path) -> AsyncIterator[Two]:
    """Two people, a node and the minimal pages, each at a place of the same network.

    Args:
        files: An empty directory for data and captured media.
    """
    node = Node(files / "data")
    with Network() as network:
        booth, desk, service, least = map(network.place, ("booth", "desk", "service", "least"))
        async with (
            async_playwright() as playwright,
            node.running(),
            Proxy(node.port, at=service).running() as okno,
            MinimalServer().running() as server,
            Proxy(server.port, at=least).running() as minimal,
        ):
            await node.fill()
            sites = (minimal.site, okno.site)
            browsers = [
                await launch(playwright, files, who, seat=Seat(at, ",".join(sites)), camera=_CAMERA)
                for who, at in ((VISITOR, booth), (CONSULTANT, desk))
            ]
            people = Two(node, (booth, desk), browsers, sites)
            await people.sit_down()
            yield people
            for browser in browsers:
                await browser.close()


async def _context(browser: Browser) -> BrowserContext:
    context = await browser.new_context()
    for script in _SCRIPTS:
        await context.add_init_script(path=PAGES / script)
    return context


async def _link_stands(*pages: Page) -> None:
    for page in pages:
        await until(page, "probe.traffic", accept=lambda seen: seen["connected"] == 1)
