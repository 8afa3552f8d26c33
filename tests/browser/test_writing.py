"""Visitor and consultant write to each other while they talk, and nothing of it stays anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor

pytestmark = pytest.mark.browser

PANE = "[data-writing]"
INPUT = "[data-writing-input]"
LOG = "[data-writing-log] > li"
OPEN = "[data-writing-open] > li"
KEYBOARD = "[data-keyboard]"
GONE = "[data-writing-gone]"
SECRETS = ("Квзщ", "Щтрмц", "Xqzvk")
"""Parts of what is written that stand nowhere by chance."""


def _lines(person: Person, where: str = LOG) -> Locator:
    return person.page.locator(where)


async def _reads(person: Person, *lines: str, where: str = LOG) -> None:
    """Wait until these lines are in sight there, each with the name of who wrote it."""
    await expect(_lines(person, where)).to_have_text(list(lines), use_inner_text=True)


async def _focus(person: Person) -> str:
    focused: str = await person.page.evaluate(
        "document.activeElement.dataset.action ?? document.activeElement.id"
    )
    return focused


async def _touches(visitor: Visitor, text: str) -> None:
    """Write this and a question mark on the keyboard of the screen, with one slip."""
    await visitor.page.locator(INPUT).click()
    await visitor.touch_keys(f"{text}ы")
    await visitor.touch_act("erase")
    await visitor.touch_act("signs")
    await visitor.touch_keys("?")
    await expect(visitor.page.locator(INPUT)).to_be_focused()


async def _types(visitor: Visitor) -> None:
    """On a real keyboard, for which that of the screen makes room."""
    await expect(visitor.page.locator(KEYBOARD)).to_be_visible()
    await visitor.page.keyboard.type("a")
    await expect(visitor.page.locator(KEYBOARD)).to_be_hidden()
    await visitor.page.keyboard.press("Backspace")


async def _stored(person: Person) -> str:
    """All that the page has put away in the browser."""
    stored: str = await person.page.evaluate(
        "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])"
    )
    return stored


def _holding(files: Path, text: str) -> list[str]:
    """Files under that directory that hold the text, however its letters are written down."""
    forms = {text.encode(), text.encode("utf-16-le"), text.encode("unicode_escape")}
    return [
        str(path)
        for path in files.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


async def test_letters_appear_as_they_are_typed_and_only_that_text_was_used_is_kept(
    visitor: Visitor, consultant: Consultant, supervisor: Supervisor, node: Node, tmp_path: Path
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("offer")
    for person in (visitor, consultant):
        await person.has_link()
        await expect(person.page.locator('[data-action="write"]')).to_be_disabled()
        await expect(person.page.locator(PANE)).to_be_hidden()
    await consultant.accept()
    for person in (visitor, consultant):
        await person.is_in("active")

    await visitor.button("microphone").focus()
    await consultant.page.keyboard.press("t")
    await expect(consultant.page.locator(INPUT)).to_be_focused()
    await consultant.page.keyboard.type(f"{SECRETS[0]} вижу вассс")
    await _reads(visitor, f"Специалист: {SECRETS[0]} вижу вассс", where=OPEN)
    assert await _focus(visitor) == "microphone", "words come into sight, the focus stays"
    await consultant.page.keyboard.press("Backspace")
    await consultant.page.keyboard.press("Backspace")
    await _reads(visitor, f"Специалист: {SECRETS[0]} вижу вас", where=OPEN)
    await consultant.page.keyboard.press("Enter")
    await _reads(visitor, f"Специалист: {SECRETS[0]} вижу вас")
    await _reads(consultant, f"You: {SECRETS[0]} вижу вас")
    await expect(_lines(visitor, OPEN)).to_have_count(0)

    await _touches(visitor, f"{SECRETS[1]} печать")
    await _reads(consultant, f"Visitor: {SECRETS[1]} печать?", where=OPEN)
    await expect(consultant.page.locator(KEYBOARD)).to_have_count(0)
    for person in (visitor, consultant):
        assert await violations(person.page) == []

    await consultant.page.reload()
    await consultant.sees("talk")
    await _reads(consultant, f"Visitor: {SECRETS[1]} печать?", where=OPEN)
    await expect(consultant.page.locator(GONE)).to_be_visible()
    await expect(visitor.page.locator(GONE)).to_be_hidden()
    await visitor.touch_act("end")
    await _reads(consultant, f"Visitor: {SECRETS[1]} печать?")
    await _types(visitor)
    await consultant.page.locator(INPUT).fill(f"{SECRETS[2]}\n")
    await expect(_lines(visitor).last).to_contain_text(SECRETS[2])

    await visitor.finish_talk()
    await visitor.sees("rating")
    for person in (visitor, consultant):
        await expect(_lines(person)).to_have_count(0)
        assert await person.page.locator(INPUT).input_value() == ""
    await visitor.rate(5)
    await consultant.wrap_up()
    [leg] = (await supervisor.record(ticket))["contact_legs"]
    assert sorted(each["side"] for each in leg["wrote"]) == ["consultant", "visitor"]
    assert all(0 < each["delay"] <= 500 for each in leg["wrote"]), leg["wrote"]
    for secret in SECRETS:
        assert _holding(tmp_path, secret) == []
        for person in (visitor, consultant):
            assert secret not in await _stored(person)
    assert _holding(tmp_path, leg["link"]), "what is kept is found by the same search"
    assert node.data.is_relative_to(tmp_path)
    for person in (visitor, consultant):
        # axe measures with styles of its own, which the pages' policy refuses.
        person.faults = [each for each in person.faults if "inline style" not in each]
