"""The ways through a talk in which people show each other papers and a window, with pictures."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.browser.node import CONSULTANT_EMAIL, PASSWORD
from tests.browser.people import Consultant, Person, Visitor
from tests.browser.showing import EXHIBIT, PHOTO
from tests.browser.tour import Look

PAPER = Path(__file__).with_name("paper.js")


async def shows(person: Person, action: str, other: Person) -> None:
    """Press, and wait until the other sees it."""
    await person.press(action)
    await other.sees_more(0, where=EXHIBIT)
    await person.sees_more(0)


async def walk(visitor: Visitor, consultant: Consultant, look: Look, *, language: str) -> None:
    """Through a talk of an enrolled visitor and a consultant who has not signed in.

    Args:
        visitor: at a booth; `PAPER` is in the pages of both.
        consultant: whom nobody has called yet.
        look: called with the name of each screen and its page.
        language: of the visitor.
    """
    booth, workspace = visitor.page, consultant.page
    await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await visitor.take_ticket(language)
    await consultant.become_available()
    await consultant.accept()
    for person in (visitor, consultant):
        await person.is_in("active")
        await person.sees_more(0)
    await consultant.press("ask-photo")
    await expect(booth.locator("[data-document-wish]")).not_to_be_empty()
    await look("booth-document-asked", booth)
    await shows(visitor, "show-document", consultant)
    await look("booth-document", booth)
    await look("workspace-document", workspace)
    for _ in range(3):
        await consultant.press("zoom-in")
    await look("workspace-document-larger", workspace)
    await consultant.press("zoom-fit")
    await consultant.press("swap")
    await look("workspace-document-swapped", workspace)
    await consultant.press("swap")
    await visitor.press("take-photo")
    for person in (visitor, consultant):
        await expect(person.page.locator(PHOTO)).to_be_visible()
    await expect(booth.locator("[data-exhibit-words]")).not_to_be_empty()
    await look("booth-photo", booth)
    await look("workspace-photo", workspace)
    await visitor.press("close-photo")
    await booth.evaluate("paper.pull()")
    await expect(booth.locator("[data-document-wish]")).not_to_be_empty()
    await look("booth-document-lost", booth)
    await visitor.press("show-document")
    await expect(booth.locator(EXHIBIT)).to_be_visible()
    await look("booth-document-held-up", booth)
    await visitor.press("stop-showing")
    await shows(consultant, "show-window", visitor)
    await look("booth-window", booth)
    await look("workspace-window", workspace)
    await consultant.hang_up()
