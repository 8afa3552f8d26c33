"""Three in one talk, each at a real browser: a visitor, a consultant and an interpreter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, expect

from tests.browser.axe import Audit
from tests.browser.conftest import Prepared, seat
from tests.browser.exhibits import PAPER
from tests.browser.media import INTERPRETER
from tests.browser.node import Node
from tests.browser.people import Consultant, Visitor
from tests.browser.proxy import Proxy
from tests.browser.trio import INTERPRETED, THIRD, Trio, add_interpreter

pytestmark = pytest.mark.browser


@pytest.fixture
async def trio(  # noqa: PLR0917 - pytest gives them by name
    node: Node,
    playwright: Playwright,
    entrance: Proxy,
    tmp_path: Path,
    prepared: Prepared,
    newcomer: Visitor,
    colleague: Consultant,
) -> AsyncIterator[Trio]:
    """All three, at work or at the booth; whoever works has a break."""
    await add_interpreter(node)
    async with seat(Consultant, playwright, entrance, tmp_path, INTERPRETER) as interpreter:
        await newcomer.enrol(prepared.codes[0])
        three = Trio(newcomer, colleague, interpreter)
        await three.go_to_work()
        yield three


async def _nothing_was_sent(trio: Trio) -> None:
    # The links stand and the cameras run: whatever leaks would be sent now.
    await asyncio.sleep(1)
    for person in trio.everyone:
        traffic = await person.traffic()
        assert (traffic["bytesSent"], traffic["dataBytesSent"]) == (0, 0), person


async def _interpreter_is_shown_as_large_as_the_specialist(page: Page) -> None:
    """On a tall and on a wide screen, with nothing over either."""
    for width, height in ((1080, 1920), (1920, 1080)):
        await page.set_viewport_size({"width": width, "height": height})
        boxes = [
            await page.locator(each).bounding_box()
            for each in ('[data-person="main"] video', '[data-person="third"] video', "[data-own]")
        ]
        assert all(boxes), boxes
        main, third, own = (box for box in boxes if box is not None)
        # Down to parts of a pixel, which the height of the buttons leaves.
        sizes = [(round(each["width"]), round(each["height"])) for each in (main, third)]
        assert sizes[0] == sizes[1], (main, third)
        assert main["width"] > 0.4 * width, "hands are large enough to be read"
        for one, other in ((main, third), (main, own), (third, own)):
            is_beside = one["x"] + one["width"] <= other["x"]
            is_above = one["y"] + one["height"] <= other["y"]
            assert is_beside or is_above, (one, other)


@pytest.mark.settings(offer_seconds=120)
async def test_three_see_and_hear_each_other_once_both_have_accepted(trio: Trio) -> None:
    visitor, consultant, interpreter = trio.visitor, trio.consultant, trio.interpreter
    await visitor.take_ticket(interpreter=INTERPRETED)
    await trio.ring()
    for person in trio.everyone:
        await person.has_link(links=2)
    await _nothing_was_sent(trio)
    await trio.interpreter_agrees()
    await _nothing_was_sent(trio)

    await consultant.accept()
    await trio.all_meet()
    await visitor.hears_person(consultant)
    await visitor.hears_person(interpreter, where=THIRD)
    await interpreter.hears_person(visitor)
    await consultant.hears_person(interpreter, where=THIRD)
    for person in trio.everyone:
        await person.is_in("active")
        assert (await person.traffic())["made"] == 2, "what was prepared is what carries"
    await expect(interpreter.button("hang-up")).to_have_count(0)
    await _interpreter_is_shown_as_large_as_the_specialist(visitor.page)

    await interpreter.page.reload()
    await interpreter.sees("talk")
    await interpreter.has_link(links=2)
    for person in (visitor, consultant):
        await person.sees_more(await person.frames())
        await person.sees_more(await person.frames(where=THIRD), where=THIRD)
        assert (await person.traffic())["made"] == 3, "the link of the two stayed as it was"
    await trio.all_meet()

    await visitor.press("write")
    await visitor.page.keyboard.type("всем")
    for person in (consultant, interpreter):
        await expect(person.page.locator("[data-writing-open]")).to_contain_text("Visitor: всем")
    await interpreter.page.locator("[data-writing-input]").fill("перевожу\n")
    for person, name in ((visitor, "Переводчик"), (consultant, "Interpreter")):
        await expect(person.page.locator("[data-writing-log]")).to_contain_text(f"{name}: перевожу")

    await visitor.touch_act("away")
    await visitor.finish_talk()
    await interpreter.sees("idle")
    await visitor.rate(5)
    await consultant.wrap_up()
    await consultant.sees("idle")


@pytest.mark.settings(offer_seconds=120)
async def test_axe_finds_nothing_in_a_talk_of_three(trio: Trio) -> None:
    await trio.visitor.page.context.add_init_script(path=PAPER)
    audit = Audit("dark", "contrast")
    await trio.walk(audit.look, language="ru")
    audit.ends(*trio.everyone)
