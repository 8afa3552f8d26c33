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
from tests.browser.people import Consultant, Supervisor, Visitor, page_of
from tests.browser.proxy import Proxy
from tests.browser.showing import CAPTURE, EXHIBIT, KEPT_PHOTOS, PHOTO, WINDOW_TITLE, browser
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

_SIZE = """(selector) => {
  const { videoWidth, videoHeight } = document.querySelector(selector);
  return [videoWidth, videoHeight];
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

    await consultant.press("ask-photo")
    await expect(visitor.page.locator("[data-exhibit-words]")).to_contain_text("просит")
    await visitor.press("take-photo")
    for person in (visitor, consultant):
        await expect(person.page.locator(PHOTO)).to_be_visible()
    sent = await visitor.page.evaluate("digest(-1)")
    assert sent == await consultant.page.evaluate("digest(-1)")
    assert sent["type"] == "image/jpeg"
    photo = consultant.page.locator(PHOTO)
    size = await photo.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert size == [3840, 2160], "all that the camera can give, and not what is sent as a picture"
    await expect(visitor.page.locator("[data-exhibit-words]")).to_contain_text("видит этот снимок")

    await consultant.press("close-photo")
    await expect(consultant.page.locator(EXHIBIT)).to_be_visible()
    await visitor.press("stop-showing")
    await expect(consultant.page.locator(EXHIBIT)).to_be_hidden()
    await until(visitor.page, "running()", accept=lambda running: running == 2)
    assert (await visitor.traffic())["made"] == made, "nothing was negotiated anew"

    await visitor.press("show-document")
    await consultant.sees_more(0, where=EXHIBIT)
    await consultant.hang_up()
    await visitor.sees("rating")
    assert await visitor.page.evaluate("running()") == 0
    for person in (visitor, consultant):
        assert await person.page.evaluate("photos.every(({ isRevoked }) => isRevoked)")
    await visitor.rate(5)
    await consultant.wrap_up()

    record = await supervisor.record(ticket)
    first, document, still, again = record["contact_legs"][0]["shown"]
    kinds = ["document", "document", "photo", "document"]
    assert _shown(record) == [(kind, "visitor") for kind in kinds]
    assert first["ended_at"] <= document["began_at"]
    assert document["began_at"] < still["began_at"] < document["ended_at"] < again["began_at"]
    assert again["ended_at"] == record["contact_legs"][0]["ended_at"]
    assert still["kib"] == -(-sent["bytes"] // 1024)


async def test_a_window_is_shown_and_the_browser_may_stop_it(
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
    await window.close()
    await expect(visitor.page.locator(EXHIBIT)).to_be_hidden()
    await expect(sign).to_be_hidden()
    assert await consultant.page.evaluate("running()") == 2

    await visitor.finish_talk()
    await visitor.rate(4)
    await consultant.wrap_up()
    record = await supervisor.record(ticket)
    assert _shown(record) == [("screen", "consultant")] * 2
    talk = record["contact_legs"][0]
    assert all(each["ended_at"] < talk["ended_at"] for each in talk["shown"])


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
