"""How long after accepting the two people see each other, beside the least that is possible."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bench.measurement import Call, Comparison, Series
from bench.minimal import PAGES, MinimalServer
from tests.browser.chromium import launch
from tests.browser.media import CONSULTANT, VISITOR
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, Node
from tests.browser.people import Consultant, Visitor, page_of
from tests.browser.waiting import until

_SETTLE_SECONDS = 0.5
"""Between preparing and accepting, so that what was just done does not count."""


async def measure(files: Path, calls: int) -> Comparison:
    """Hold so many calls of each kind in turn; the first of each only warms up.

    Args:
        files: An empty directory for data and captured media.
        calls: How many of each kind count.
    """
    node = Node(files / "data")
    async with (
        async_playwright() as playwright,
        node.running(),
        MinimalServer().running() as minimal,
    ):
        camera = {"width": 1280, "height": 720, "rate": 30}
        visitors = await launch(playwright, files, VISITOR, camera=camera)
        consultants = await launch(playwright, files, CONSULTANT, camera=camera)
        comparison = Comparison(Series("minimal"), Series("Okno"), visitors.version)
        await node.fill()
        visitor, consultant = await _seat(node, visitors, consultants)
        for number in range(calls + 1):
            least = await _minimal_call(minimal, visitors, consultants)
            ours = await _okno_call(visitor, consultant)
            if number > 0:
                comparison.minimal.calls.append(least)
                comparison.okno.calls.append(ours)
        await visitors.close()
        await consultants.close()
    return comparison


async def _context(browser: Browser) -> BrowserContext:
    context = await browser.new_context()
    await context.add_init_script(path=PAGES / "stopwatch.js")
    return context


async def _seat(node: Node, visitors: Browser, consultants: Browser) -> tuple[Visitor, Consultant]:
    visitor = Visitor(await page_of(await _context(visitors)), node.base, VISITOR)
    consultant = Consultant(await page_of(await _context(consultants)), node.base, CONSULTANT)
    await visitor.enrol(await node.booth_code())
    await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await consultant.become_available()
    return visitor, consultant


async def _minimal_call(server: MinimalServer, visitors: Browser, consultants: Browser) -> Call:
    contexts = [await _context(visitors), await _context(consultants)]
    pages = [await page_of(context) for context in contexts]
    for page, role in zip(pages, ("visitor", "consultant"), strict=True):
        await page.goto(f"{server.base}/{role}")
    call = await _accept(*pages)
    for context in contexts:
        await context.close()
    return call


async def _okno_call(visitor: Visitor, consultant: Consultant) -> Call:
    await visitor.take_ticket()
    await consultant.sees("offer")
    call = await _accept(visitor.page, consultant.page)
    await visitor.is_in("active")
    await consultant.hang_up()
    await consultant.wrap_up()
    await visitor.press("skip-rating")
    await visitor.go()
    return call


async def _accept(visitor: Page, consultant: Page) -> Call:
    """Accept once the link stands, and wait for both pictures."""
    for page in (visitor, consultant):
        await until(page, "probe.traffic", accept=lambda seen: seen["connected"] == 1)
        await page.evaluate("stopwatch.arm()")
    await asyncio.sleep(_SETTLE_SECONDS)
    await consultant.locator('[data-action="accept"]').click()
    shown = [await until(page, "stopwatch.times.shown") for page in (visitor, consultant)]
    pressed: float = await consultant.evaluate("stopwatch.times.pressed")
    return Call(visitor=shown[0] - pressed, consultant=shown[1] - pressed)
