"""The ways through a talk in which one device after the other fails, with a picture of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.node import CONSULTANT_EMAIL, PASSWORD
from tests.browser.people import Consultant, Person, Visitor
from tests.browser.waiting import PATIENCE, until

PLUGS = Path(__file__).with_name("plugs.js")

_SEES_ITSELF = "document.querySelector('[data-own-picture]').srcObject !== null"

Look = Callable[[str, Page], Awaitable[None]]


async def is_told(person: Person, *words: str) -> None:
    """Wait until the notice that can be seen says all of this."""
    notice = person.page.locator("[data-fault] .notice").locator("visible=true")
    await expect(notice).to_be_visible(timeout=PATIENCE * 1000)
    for each in words:
        await expect(notice).to_contain_text(each, timeout=PATIENCE * 1000)


async def is_told_nothing(person: Person) -> None:
    """Wait until no notice can be seen."""
    notices = person.page.locator("[data-fault] .notice").locator("visible=true")
    await expect(notices).to_have_count(0, timeout=PATIENCE * 1000)


async def walk(visitor: Visitor, consultant: Consultant, look: Look, *, language: str) -> None:
    """From the ready check into a talk.

    Args:
        visitor: at a booth with a handset.
        consultant: who has not signed in.
        look: called with the name of each screen and its page.
        language: of the visitor.
    """
    for person in (visitor, consultant):
        await person.page.context.add_init_script(path=PLUGS)
    booth, workspace = visitor.page, consultant.page
    await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await visitor.choose_language(language)
    await visitor.choose_topic()
    await until(booth, _SEES_ITSELF)
    await booth.evaluate("plugs.take('camera')")
    await is_told(visitor)
    await look("booth-ready-fault", booth)
    await visitor.press("take-ticket")
    await visitor.sees("waiting")
    await look("booth-waiting-fault", booth)
    await consultant.become_available()
    await until(workspace, _SEES_ITSELF)
    await workspace.evaluate("plugs.pull('camera')")
    await is_told(consultant)
    await look("workspace-idle-fault", workspace)
    await consultant.accept()
    await visitor.is_in("active")
    await look("booth-fault-camera", booth)
    await look("workspace-fault-camera", workspace)
    await booth.evaluate("plugs.put('camera')")
    await workspace.evaluate("plugs.put('camera')")
    await is_told_nothing(visitor)
    await booth.evaluate("plugs.mute('microphone', true)")
    await is_told(visitor)
    await look("booth-fault-microphone", booth)
    await look("workspace-unheard", workspace)
    await booth.evaluate("plugs.mute('microphone', false)")
    await is_told_nothing(visitor)
    await workspace.evaluate("plugs.pull('microphone')")
    await is_told(consultant)
    await look("workspace-fault-microphone", workspace)
    for kind in ("camera", "microphone", "speaker"):
        await booth.evaluate("(kind) => plugs.pull(kind)", kind)
    await is_told(visitor)
    await look("booth-fault-all", booth)
    await visitor.press("write-instead")
    await look("booth-fault-writing", booth)
