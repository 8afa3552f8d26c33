"""The two ends of a link, with a wire between them that loses, delays and comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.chromium import PROBE
from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_PATIENCE_MS = 20_000


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.add_init_script(path=PROBE)
    await page.goto(server.base)
    await page.mouse.click(1, 1)
    await page.evaluate("import('/tests/browser/pair.js')")
    yield page
    await page.close()


async def until(page: Page, condition: str) -> None:
    """Wait until the expression holds; what both ends went through is part of the failure."""
    try:
        await page.wait_for_function(condition, timeout=_PATIENCE_MS, polling=50)
    except Exception as error:
        seen = await page.evaluate("[visitor.conditions, consultant.conditions]")
        error.add_note(f"visitor and consultant went through {seen}")
        raise


async def both_see_more(page: Page) -> None:
    """Both ends are shown pictures now, whatever they were shown before."""
    before = await page.evaluate("[visitor.frames, consultant.frames]")
    await until(page, "visitor.frames > {} + 10 && consultant.frames > {} + 10".format(*before))


async def test_stands_while_it_rings_and_carries_nothing_before_accept(page: Page) -> None:
    await page.evaluate("visitor.load(false), consultant.load(false)")
    await until(page, "[visitor, consultant].every((end) => end.conditions.at(-1) === 'good')")
    # Time for whatever would be sent to be sent: some packets a second, if there were any.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
    traffic = await page.evaluate("probe.traffic()")
    assert (traffic["connected"], traffic["bytesSent"], traffic["framesSent"]) == (2, 0, 0)

    await page.evaluate("visitor.follow(true), consultant.follow(true)")
    await both_see_more(page)
    assert (await page.evaluate("probe.traffic()"))["made"] == 2, "nothing was negotiated anew"


async def test_sends_nothing_any_more_when_the_talk_is_over(page: Page) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    await page.evaluate("visitor.call.follow(null, false), consultant.call.follow(null, false)")
    assert (await page.evaluate("probe.traffic()"))["connected"] == 0


@pytest.mark.parametrize("reloaded", ["visitor", "consultant"])
async def test_a_reloaded_page_sees_and_is_seen_again(page: Page, reloaded: str) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    await page.evaluate(f"{reloaded}.load(true)")
    await both_see_more(page)


@pytest.mark.parametrize("away", ["visitor", "consultant"])
async def test_begins_when_a_socket_that_was_away_is_back(page: Page, away: str) -> None:
    await page.evaluate(f"{away}.wire.isUp = false")
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await page.evaluate(f"{away}.wire.set(true)")
    await both_see_more(page)


async def test_a_socket_that_comes_and_goes_does_not_touch_the_connection(page: Page) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    for end in ("visitor", "consultant"):
        await page.evaluate(f"{end}.wire.set(false)")
        await both_see_more(page)
        await page.evaluate(f"{end}.wire.set(true)")
        await both_see_more(page)
    assert (await page.evaluate("probe.traffic()"))["made"] == 2
    assert await page.evaluate("visitor.conditions") == ["connecting", "good"]


async def test_candidates_may_come_before_the_description(page: Page) -> None:
    await page.evaluate("consultant.wire.delays['link.description'] = 300")
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)


async def test_relays_may_come_before_the_state_that_names_the_link(page: Page) -> None:
    await page.evaluate("consultant.load(true)")
    await page.evaluate("visitor.call = null, visitor.load(true)")
    await both_see_more(page)


async def test_tells_the_server_of_the_first_picture_once(page: Page) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    await page.evaluate("visitor.call.reportArrived(), visitor.call.reportArrived()")
    await page.evaluate("visitor.wire.set(false), visitor.wire.set(true)")
    asked = await page.evaluate("visitor.wire.asked")
    assert asked.count("media.arrived") == 1
