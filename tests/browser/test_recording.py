"""A conversation is recorded when its visitor agrees by touch, and only until somebody stops it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.async_api import expect

from signaling.model import Side
from signaling.vault import Segment, Vault, new_key, parse_keys
from signaling.webm import Part, Size, head
from tests.browser.media import COLOURS, COLUMNS, ROWS, Appearance
from tests.browser.node import SUPERVISOR_EMAIL, Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor
from tests.browser.waiting import PATIENCE, until

KEY = new_key("tests")
TOPIC = "passport"

pytestmark = [pytest.mark.browser, pytest.mark.settings(recording_key=KEY)]


async def test_asked_agreed_recorded_and_stopped_at_once(
    node: Node,
    visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
    tmp_path: Path,
) -> None:
    await node.okno("topic", "edit", TOPIC, "--recording", "ask")
    vault = Vault(node.data / "recordings", parse_keys(KEY))
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    for one, other in ((visitor, consultant), (consultant, visitor)):
        await one.sees_person(other)
        await one.is_in("active")

    await consultant.press("ask-recording")
    await visitor.page.locator("#record-talk").wait_for(state="visible")
    await is_told(consultant, "asked")
    await asyncio.sleep(1)
    assert recorded(vault) == [], "nothing is recorded while nobody has agreed"

    await visitor.press("record-yes")
    for person in (visitor, consultant):
        await is_told(person, "running")
    await visitor.has_link(links=2)
    await both_are_written(vault)
    await consultant.sees_more(await consultant.frames())

    stopped = time.monotonic()
    await visitor.press("stop-recording")
    await visitor.has_link()
    took = time.monotonic() - stopped
    assert took < 1, f"{took:.1f} s until nothing goes to the recorder"
    for person in (visitor, consultant):
        await is_told(person, "stopped")
    # What was received is written; then nothing comes any more.
    await settled(vault)
    end = recorded(vault)
    await visitor.sees_more(await visitor.frames(), 40)
    assert recorded(vault) == end
    for person in (visitor, consultant):
        await person.is_in("active")

    for side, person in ((Side.VISITOR, visitor), (Side.CONSULTANT, consultant)):
        assert person.appearance is not None
        shows(vault, [each for each in end if each.side is side], person.appearance, tmp_path)
    for path in (node.data / "recordings").rglob("*"):
        assert path.is_dir() or path.read_bytes().startswith(b"OKNO1")

    await consultant.hang_up()
    await consultant.wrap_up()
    await supervisor.record(ticket)
    await plays_in_step(supervisor, ticket, visitor, consultant)
    await expect(supervisor.button("remove-recording")).to_have_count(0)
    await node.okno("user", "edit", SUPERVISOR_EMAIL, "--role", "administrator")
    await is_removed_by_keyboard(supervisor, vault)


async def test_who_refuses_is_not_recorded_and_talks_on(
    node: Node, visitor: Visitor, consultant: Consultant
) -> None:
    await node.okno("topic", "edit", TOPIC, "--recording", "always")
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    dialog = visitor.page.locator("#record-talk")
    await dialog.wait_for(state="visible")
    boxes = [await visitor.button(action).bounding_box() for action in ("record-no", "record-yes")]
    assert boxes[0]
    assert boxes[1]
    assert (boxes[0]["height"], boxes[0]["y"]) == (boxes[1]["height"], boxes[1]["y"])
    assert abs(boxes[0]["width"] / boxes[1]["width"] - 1) < 0.05, (
        "no answer looks like the right one"
    )
    await visitor.page.keyboard.press("Escape")
    await expect(dialog).to_be_visible()

    await visitor.press("record-no")

    for person in (visitor, consultant):
        await is_told(person, "refused")
        assert await person.page.locator('[data-action="stop-recording"]').is_hidden()
    await expect(consultant.page.locator('[data-action="ask-recording"]')).to_be_disabled()
    await visitor.sees_more(await visitor.frames())
    assert recorded(Vault(node.data / "recordings", parse_keys(KEY))) == []


async def plays_in_step(supervisor: Supervisor, ticket: str, *people: Person) -> None:
    """The desk plays both sides, from the record's page on and by keyboard alone."""
    page = supervisor.page
    await supervisor.open("/desk/log")
    await page.locator("[data-row] a", has_text=ticket).click()
    await page.locator('a[href$="/recording"]').click()
    button = page.locator('[data-action="play"]')
    await expect(button).to_be_enabled()
    await button.focus()
    await page.keyboard.press("Space")
    await expect(button).to_have_attribute("aria-pressed", "true")
    for name, person in zip(("visitor", "consultant"), people, strict=True):
        film = f'[data-film][src$="{name}.webm"]'
        await supervisor.sees_person(person, where=film)
        await supervisor.sees_more(0, 20, where=film)
    places = "[...document.querySelectorAll('[data-film]')].map((film) => film.currentTime)"
    one, other = await page.evaluate(places)
    assert abs(one - other) < 0.3, (one, other)
    await page.locator("[data-film-place]").focus()
    # The second time it is still in its first second, where the slider has not moved yet.
    played = """Math.max(...[...document.querySelectorAll('[data-film]')].map(
        ({ currentTime, dataset }) => currentTime - dataset.begin / 1000,
    ))"""
    for _ in range(2):
        before = await until(page, played, accept=lambda at: at > 0.5)
        await page.keyboard.press("Home")
        await until(page, f"{played} < {before}")
    await expect(page.locator("[data-film-fault]")).to_be_hidden()


async def is_removed_by_keyboard(administrator: Supervisor, vault: Vault) -> None:
    """It takes a reason and a second button; Escape and Enter alone remove nothing."""
    page = administrator.page
    await page.reload()
    dialog = page.locator("#remove-recording")
    for way_out in ("Escape", "Enter"):
        await administrator.button("remove-recording").focus()
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_visible()
        await page.keyboard.press("Tab")
        await page.keyboard.press(way_out)
        await expect(dialog).to_be_hidden()
    await page.keyboard.press("Enter")
    for key in ("Tab", "Tab", "Tab", "Enter"):
        await page.keyboard.press(key)
    await expect(dialog).to_be_visible()
    assert recorded(vault)
    await dialog.locator('[value="request"]').focus()
    for key in ("Space", "Tab", "Tab", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("main .notice")).to_contain_text("no recording any more")
    assert recorded(vault) == []


async def is_told(person: Person, state: str) -> None:
    """Wait for the sign of that state; it has words and is no colour alone."""
    sign = person.page.locator(f'.recording[data-recording="{state}"]')
    await expect(sign).to_be_visible(timeout=2 * PATIENCE * 1000)
    words = await sign.locator("[data-recording-line]").inner_text()
    assert words
    await expect(person.page.locator("[data-live]")).to_contain_text(words)


def recorded(vault: Vault) -> list[Segment]:
    return [
        each
        for organisation in vault.organisations()
        for consultation in vault.consultations(organisation)
        for each in vault.segments(organisation, consultation)
    ]


async def both_are_written(vault: Vault) -> None:
    async with asyncio.timeout(40):
        while {each.side for each in recorded(vault)} != {Side.VISITOR, Side.CONSULTANT}:  # noqa: ASYNC110 - another process writes
            await asyncio.sleep(0.2)


async def settled(vault: Vault) -> None:
    """Wait until two looks, a second apart, find the same."""
    before = None
    async with asyncio.timeout(20):
        while (now := recorded(vault)) != before:
            before = now
            await asyncio.sleep(1)


def shows(vault: Vault, segments: list[Segment], who: Appearance, directory: Path) -> None:
    """Every picture of the recording is that person's."""
    first = next(each for each in segments if each.width)
    data = [vault.read(each) for each in segments]
    parts = [
        Part(each.begin_ms, each.end_ms, len(body))
        for each, body in zip(segments, data, strict=True)
    ]
    file = directory / f"{who.code}.webm"
    file.write_bytes(head(parts, Size(first.width, first.height)) + b"".join(data))
    with av.open(str(file), "r") as container:
        codes = [code(frame) for frame in container.decode(video=0)]
    assert len(codes) > 20
    assert set(codes) == {who.code}


def code(frame: av.VideoFrame) -> int:
    """The number that its cells spell."""
    planes = frame.reformat(width=COLUMNS * 16, height=ROWS * 16, format="yuv444p").to_ndarray()
    number = 0
    for index in range(COLUMNS * ROWS):
        x, y = index % COLUMNS * 16 + 8, index // COLUMNS * 16 + 8
        distances = [np.abs(planes[:, y, x].astype(int) - colour).sum() for colour in COLOURS]
        number |= int(np.argmin(distances)) << (2 * index)
    return number
