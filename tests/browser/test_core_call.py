"""The ends of links, with wires between them that lose, delay and come back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.chromium import PROBE
from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_PATIENCE_MS = 20_000
PHOTO_LINES_ARE_OPEN = (
    "[visitor, consultant].every((end) => "
    "[...end.photos.values()].some(({ readyState }) => readyState === 'open'))"
)


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
        seen = await page.evaluate(
            "[visitor, consultant, interpreter].map((end) => end.conditions)"
        )
        error.add_note(f"visitor, consultant and interpreter went through {seen}")
        raise


async def all_see_more(page: Page, *people: str) -> None:
    """Each is shown pictures of everyone else now, whatever they were shown before."""
    shown = [(each, await page.evaluate(f"{each}.frames")) for each in people]
    await until(page, " && ".join(f"{each}.frames > {frames} + 10" for each, frames in shown))


async def both_see_more(page: Page) -> None:
    await all_see_more(page, "visitor", "consultant")


async def both_are_shown_more(page: Page) -> None:
    people = ("visitor", "consultant")
    shown = [(each, await page.evaluate(f"{each}.shownFrames")) for each in people]
    await until(page, " && ".join(f"{each}.shownFrames > {frames} + 10" for each, frames in shown))


async def test_stands_while_it_rings_and_carries_nothing_before_accept(page: Page) -> None:
    await page.evaluate("visitor.load(false), consultant.load(false)")
    await page.evaluate("visitor.show('olive'), consultant.show('purple')")
    await until(page, "[visitor, consultant].every((end) => end.conditions.at(-1) === 'good')")
    await until(page, PHOTO_LINES_ARE_OPEN)
    # Time for whatever would be sent to be sent: some packets a second, if there were any.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
    traffic = await page.evaluate("probe.traffic()")
    sent = (traffic["bytesSent"], traffic["framesSent"], traffic["dataBytesSent"])
    assert (traffic["connected"], sent) == (2, (0, 0, 0))

    await page.evaluate("visitor.follow(true), consultant.follow(true)")
    await both_see_more(page)
    await both_are_shown_more(page)
    assert (await page.evaluate("probe.traffic()"))["made"] == 2, "nothing was negotiated anew"


async def test_shows_something_besides_and_stops_without_negotiating(page: Page) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    await page.evaluate("visitor.show('olive')")
    await until(page, "consultant.shownFrames > 10")
    assert await page.evaluate("visitor.shownFrames") == 0
    await page.evaluate("consultant.show('purple')")
    await both_are_shown_more(page)
    await page.evaluate("visitor.show(null), consultant.show(null)")
    still = "Promise.all([visitor, consultant].map((end) => new Promise((resolve) => {"
    still += " const seen = end.shownFrames;"
    still += " setTimeout(() => resolve(end.shownFrames - seen), 500); })))"
    for _ in range(20):  # what was under way arrives first
        more = await page.evaluate(still)
        if more == [0, 0]:
            break
    assert more == [0, 0]
    await both_see_more(page)
    assert (await page.evaluate("probe.traffic()"))["made"] == 2


@pytest.mark.parametrize("reloaded", ["visitor", "consultant"])
async def test_what_is_shown_besides_outlives_a_reload_of_whoever_looks(
    page: Page, reloaded: str
) -> None:
    shows = "consultant" if reloaded == "visitor" else "visitor"
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await page.evaluate(f"{shows}.show('olive')")
    await until(page, f"{reloaded}.shownFrames > 10")
    await page.evaluate(f"{reloaded}.load(true)")
    await both_see_more(page)
    shown = await page.evaluate(f"{reloaded}.shownFrames")
    await until(page, f"{reloaded}.shownFrames > {shown} + 10")
    await until(page, PHOTO_LINES_ARE_OPEN)


async def test_sends_nothing_any_more_when_the_talk_is_over(page: Page) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_see_more(page)
    await page.evaluate("visitor.call.follow([], false), consultant.call.follow([], false)")
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
    main = "visitor.links[0].id"
    await page.evaluate(f"visitor.call.reportArrived({main}), visitor.call.reportArrived({main})")
    await page.evaluate("visitor.wire.set(false), visitor.wire.set(true)")
    asked = await page.evaluate("visitor.wire.asked")
    assert asked.count("media.arrived") == 1


_THREE = ("visitor", "consultant", "interpreter")
_LOAD_THREE = ", ".join(f"{each}.load(true)" for each in _THREE)


async def test_three_see_each_other_by_one_camera_each(page: Page) -> None:
    await page.evaluate("three(), visitor.load(false), consultant.load(false)")
    await page.evaluate("interpreter.load(false)")
    await until(
        page, "[visitor, consultant, interpreter].every((end) => end.conditions.length > 3)"
    )
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 500))")
    traffic = await page.evaluate("probe.traffic()")
    assert (traffic["connected"], traffic["bytesSent"], traffic["framesSent"]) == (6, 0, 0)

    await page.evaluate(", ".join(f"{each}.follow(true)" for each in _THREE))
    await all_see_more(page, *_THREE)
    assert (await page.evaluate("probe.traffic()"))["made"] == 6, "nothing was negotiated anew"


@pytest.mark.parametrize("reloaded", _THREE)
async def test_of_three_a_reloaded_page_comes_back_and_the_others_go_on(
    page: Page, reloaded: str
) -> None:
    await page.evaluate(f"three(), {_LOAD_THREE}")
    await all_see_more(page, *_THREE)
    await page.evaluate(f"{reloaded}.load(true)")
    await all_see_more(page, *_THREE)
    made = (await page.evaluate("probe.traffic()"))["made"]
    assert made == 6 + 4, "only the links of that page have new ends"


async def test_of_three_links_one_breaks_and_is_mended_by_its_owner_alone(page: Page) -> None:
    await page.evaluate(f"three(), {_LOAD_THREE}")
    await all_see_more(page, *_THREE)
    await page.evaluate("visitor.conditions.length = consultant.conditions.length = 0")
    # The connection between visitor and interpreter dies without a word, as on a network that went.
    await page.evaluate("probe.cut(visitor.videos.get(visitor.links[1].id))")
    await until(page, "interpreter.conditions.includes('interrupted')")
    await all_see_more(page, *_THREE)
    assert await page.evaluate("consultant.conditions") == []


async def test_of_three_each_arrival_is_told_by_its_link(page: Page) -> None:
    await page.evaluate(f"three(), {_LOAD_THREE}")
    await all_see_more(page, *_THREE)
    await page.evaluate("interpreter.links.forEach(({ id }) => interpreter.call.reportArrived(id))")
    asked = await page.evaluate("interpreter.wire.asked")
    assert asked.count("media.arrived") == 2
