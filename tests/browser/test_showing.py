"""A visitor shows a document and sends a photo of it; a consultant shows a window."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Playwright, expect

from tests.browser.axe import violations
from tests.browser.conftest import Prepared
from tests.browser.media import CONSULTANT, VISITOR
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD
from tests.browser.people import Consultant, Person, Supervisor, Visitor, page_of
from tests.browser.proxy import Proxy
from tests.browser.showing import CAPTURE, EXHIBIT, KEPT_PHOTOS, PHOTO, WINDOW_TITLE, browser
from tests.browser.waiting import PATIENCE, until
from tests.browser.weak import BAD, FINE, WEATHER, turns

pytestmark = pytest.mark.browser

_SIZE = """(selector) => {
  const { videoWidth, videoHeight } = document.querySelector(selector);
  return [videoWidth, videoHeight];
}"""
_ZOOMED = """(times) => {
  const { style } = document.querySelector('[data-exhibit-view]');
  return Math.abs(style.getPropertyValue('--zoom') - times) < 0.05;
}"""


@dataclass(frozen=True)
class Two:
    visitor: Visitor
    consultant: Consultant

    async def talk(self) -> str:
        ticket = await self.visitor.take_ticket()
        await self.consultant.become_available()
        await self.consultant.accept()
        for person in (self.visitor, self.consultant):
            await person.is_in("active")
        return ticket


@pytest.fixture
async def two(
    playwright: Playwright, entrance: Proxy, tmp_path: Path, prepared: Prepared, cameras: int
) -> AsyncIterator[Two]:
    """At a booth with so many cameras, and at a desk with a window to show."""
    base = f"http://127.0.0.1:{entrance.port}"
    async with (
        browser(playwright, tmp_path, VISITOR, cameras=cameras) as booth,
        browser(playwright, tmp_path, CONSULTANT) as desk,
    ):
        visitor = Visitor(
            await page_of(await booth.new_context(permissions=CAPTURE)), base, VISITOR
        )
        consultant = Consultant(
            await page_of(await desk.new_context(permissions=CAPTURE)), base, CONSULTANT
        )
        for person in (visitor, consultant):
            await person.page.context.add_init_script(KEPT_PHOTOS)
            await person.page.context.add_init_script(path=WEATHER)
        await visitor.enrol(prepared.codes[0])
        await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
        yield Two(visitor, consultant)
        for person in (visitor, consultant):
            # axe measures with styles of its own, which the pages' policy refuses.
            assert [each for each in person.faults if "inline style" not in each] == []


@pytest.fixture
def cameras() -> int:
    return 3


def _shown(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["what"], each["side"]) for each in record["contact_legs"][-1]["shown"]]


async def _comes_and_goes(visitor: Visitor, consultant: Consultant) -> None:
    """The document is shown again beside its photo, its camera is pulled out, and put in."""
    photo = consultant.page.locator(PHOTO)
    # A photo does not lie on what is shown after it, and is still there.
    await visitor.press("show-document")
    await consultant.sees_more(0, where=EXHIBIT)
    await expect(photo).to_be_hidden()
    await consultant.page.keyboard.press("l")
    await expect(photo).to_be_visible()
    await consultant.press("show-live")
    await expect(photo).to_be_hidden()

    await visitor.page.evaluate("unplug()")
    await expect(visitor.page.locator("[data-document-wish]")).to_contain_text("больше не видит")
    await expect(consultant.page.locator(EXHIBIT)).to_be_hidden()
    await consultant.press("close-photo")
    await until(visitor.page, "running()", accept=lambda running: running == 2)

    await visitor.press("show-document")
    await expect(visitor.page.locator("[data-document-wish]")).to_be_empty()
    await consultant.sees_more(0, where=EXHIBIT)


async def test_a_document_is_shown_photographed_and_put_away(
    two: Two, supervisor: Supervisor
) -> None:
    visitor, consultant = two.visitor, two.consultant
    ticket = await two.talk()
    made = (await visitor.traffic())["made"]
    await visitor.press("show-document")
    # The second one that Chromium makes up measures depth and gives no picture to be sent.
    await visitor.press("other-camera")
    await consultant.sees_more(0, where=EXHIBIT)
    await until(consultant.page, _SIZE, EXHIBIT, accept=lambda size: size == [1920, 1080])
    await visitor.sees_more(0, where=EXHIBIT)
    assert await visitor.page.evaluate("running()") == 3, "face, microphone and document"

    await _looks_closely(consultant)
    await consultant.press("ask-photo")
    await expect(visitor.page.locator("[data-exhibit-words]")).to_contain_text("просит")
    await visitor.press("take-photo")
    for person in (visitor, consultant):
        await expect(person.page.locator(PHOTO)).to_be_visible(timeout=PATIENCE * 1000)
    sent = await visitor.page.evaluate("digest(-1)")
    assert sent == await consultant.page.evaluate("digest(-1)")
    assert sent["type"] == "image/jpeg"
    photo = consultant.page.locator(PHOTO)
    size = await photo.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert size == [3840, 2160], "all that the camera can give, and not what is sent as a picture"
    assert await _zoom(consultant) == [1, 0, 0], "another picture is seen whole at first"
    await expect(visitor.page.locator("[data-exhibit-words]")).to_contain_text("видит этот снимок")

    await visitor.press("stop-showing")
    await expect(consultant.page.locator("[data-toasts]")).to_contain_text("no longer shows")
    await expect(photo).to_be_visible()
    await until(visitor.page, "running()", accept=lambda running: running == 2)
    assert (await visitor.traffic())["made"] == made, "nothing was negotiated anew"

    await _comes_and_goes(visitor, consultant)
    await consultant.hang_up()
    await visitor.sees("rating")
    assert await visitor.page.evaluate("running()") == 0
    for person in (visitor, consultant):
        assert await person.page.evaluate("photos.every(({ isRevoked }) => isRevoked)")
    await visitor.rate(5)
    await consultant.wrap_up()

    record = await supervisor.record(ticket)
    first, document, still, unplugged, again = record["contact_legs"][0]["shown"]
    kinds = ["document", "document", "photo", "document", "document"]
    assert _shown(record) == [(kind, "visitor") for kind in kinds]
    assert first["ended_at"] <= document["began_at"]
    assert document["began_at"] < still["began_at"] < document["ended_at"] < unplugged["began_at"]
    assert unplugged["ended_at"] < again["began_at"]
    assert again["ended_at"] == record["contact_legs"][0]["ended_at"]
    assert still["kib"] == -(-sent["bytes"] // 1024)


async def _zoom(person: Person) -> list[float]:
    """How much larger what is shown is seen, and by how many % it is moved right and down."""
    found: list[float] = await person.page.locator("[data-exhibit-view]").evaluate(
        """({ style }) => ['--zoom', '--zoom-x', '--zoom-y'].map(
          (name) => Number.parseFloat(style.getPropertyValue(name) || 0))"""
    )
    return found


async def _looks_closely(person: Person) -> None:
    """By wheel and drag, by two fingers, and by keys."""
    page = person.page
    box = await page.locator("[data-exhibit-view]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.wheel(0, -400)
    await until(page, _ZOOMED, 2.25)
    assert await _zoom(person) == [2.25, pytest.approx(31.25, abs=1), pytest.approx(0, abs=1)]
    await page.mouse.down()
    await page.mouse.move(x - box["width"] / 4, y)
    await page.mouse.up()
    assert (await _zoom(person))[1] == pytest.approx(6.25, abs=1)
    await page.keyboard.press("0")
    assert await _zoom(person) == [1, 0, 0]

    fingers = await page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 60)):
        points = [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}]
        await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await until(page, _ZOOMED, 3)

    await page.locator("[data-exhibit-view]").focus()
    across = (await _zoom(person))[1]
    await page.keyboard.press("ArrowRight")
    assert (await _zoom(person))[1] == pytest.approx(across - 15, abs=1)
    await page.keyboard.press("-")
    await until(page, _ZOOMED, 2)


async def test_a_window_is_shown_and_the_browser_or_another_page_may_stop_it(
    two: Two, supervisor: Supervisor
) -> None:
    visitor, consultant = two.visitor, two.consultant
    ticket = await two.talk()
    window = await consultant.page.context.new_page()
    await window.goto(f"{consultant.base}/nowhere")
    await window.evaluate("(title) => void (document.title = title)", WINDOW_TITLE)
    await consultant.page.bring_to_front()

    await consultant.page.keyboard.press("w")
    await visitor.sees_more(0, where=EXHIBIT)
    sign = consultant.page.locator("[data-showing-sign]")
    await expect(sign).to_be_visible()
    await consultant.press("stop-showing")
    await expect(visitor.page.locator(EXHIBIT)).to_be_hidden()
    assert await consultant.page.evaluate("running()") == 2

    await consultant.press("show-window")
    await visitor.sees_more(0, where=EXHIBIT)
    here = Consultant(await consultant.page.context.new_page(), consultant.base, CONSULTANT)
    await here.open("/workspace")
    await consultant.sees("evicted")
    assert await consultant.page.evaluate("running()") == 0
    await expect(visitor.page.locator(EXHIBIT)).to_be_hidden()
    await here.sees_more(0)

    await here.press("show-window")
    await visitor.sees_more(0, where=EXHIBIT)
    await window.close()
    await expect(visitor.page.locator(EXHIBIT)).to_be_hidden()
    await expect(here.page.locator("[data-showing-sign]")).to_be_hidden()
    assert await here.page.evaluate("running()") == 2

    await visitor.finish_talk()
    await visitor.rate(4)
    await here.wrap_up()
    record = await supervisor.record(ticket)
    assert _shown(record) == [("screen", "consultant")] * 3
    talk = record["contact_legs"][0]
    assert all(each["ended_at"] < talk["ended_at"] for each in talk["shown"])


async def test_a_document_gives_way_to_the_sound_and_comes_back(two: Two) -> None:
    visitor, consultant = two.visitor, two.consultant
    await two.talk()
    await visitor.press("show-document")
    await visitor.press("other-camera")
    await consultant.sees_more(0, where=EXHIBIT)
    told, seen = (person.page.locator("[data-exhibit-words]") for person in (visitor, consultant))
    for weather, at_booth, at_desk in (
        (BAD, "не видит документ", "stands still"),
        (FINE, "видит ваш документ", "shows a document"),
    ):
        await turns(visitor, weather)
        await expect(told).to_contain_text(at_booth, timeout=PATIENCE * 1000)
        await expect(seen).to_contain_text(at_desk, timeout=PATIENCE * 1000)
    await consultant.sees_more(await consultant.frames(where=EXHIBIT), where=EXHIBIT)


@pytest.mark.parametrize("cameras", [1])
async def test_with_one_camera_a_document_is_held_up_and_photographed(
    two: Two, supervisor: Supervisor
) -> None:
    visitor, consultant = two.visitor, two.consultant
    ticket = await two.talk()
    await consultant.press("ask-photo")
    await expect(visitor.page.locator("[data-document-wish]")).not_to_be_empty()
    await visitor.press("show-document")
    await expect(visitor.page.locator("[data-document-wish]")).to_be_empty()
    await visitor.press("take-photo")
    await expect(consultant.page.locator(PHOTO)).to_be_visible()
    assert await visitor.page.evaluate("digest(-1)") == await consultant.page.evaluate("digest(-1)")
    for person in (visitor, consultant):
        assert await violations(person.page) == []

    await visitor.page.reload()
    await visitor.sees("conversation")
    await visitor.sees_more(0)
    await expect(visitor.page.locator(PHOTO)).to_be_hidden()
    await consultant.hang_up()
    await consultant.wrap_up()
    assert _shown(await supervisor.record(ticket)) == [("photo", "visitor")]
