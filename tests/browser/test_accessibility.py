"""axe-core finds nothing, on any state of any page, in any colours."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from signaling.vault import new_key
from tests.browser import breakdown
from tests.browser.axe import violations
from tests.browser.conftest import Prepared
from tests.browser.node import Node
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.program import Program
from tests.browser.tour import Tour, dress

pytestmark = pytest.mark.browser

_THEMES = ("light", "dark", "contrast")


@pytest.mark.settings(offer_seconds=120, recording_key=new_key("tour"))
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_axe_finds_nothing_anywhere(  # noqa: PLR0917 - pytest gives them by name
    node: Node,
    prepared: Prepared,
    newcomer: Visitor,
    colleague: Consultant,
    stranger: Supervisor,
    machine: Program,
    language: str,
) -> None:
    found: list[str] = []

    async def look(name: str, page: Page) -> None:
        found.extend(f"{name}: {each}" for each in await violations(page))
        chosen = await page.evaluate("document.documentElement.dataset.theme")
        for theme in _THEMES if language == "ru" else ():
            await dress(page, theme)
            wrong = await violations(page, only_colours=True)
            found.extend(f"{name}, {theme}: {each}" for each in wrong)
        await dress(page, chosen)

    await node.okno("topic", "edit", "passport", "--recording", "ask")
    tour = Tour(newcomer, colleague, stranger, machine, language=language, look=look)
    await tour.walk(prepared.codes[0])
    for person in (newcomer, colleague, stranger):
        # axe measures with styles of its own, which the pages' policy refuses.
        person.faults = [each for each in person.faults if "inline style" not in each]
    assert not found, "\n".join(found)


async def test_axe_finds_nothing_while_devices_fail(
    node: Node, visitor: Visitor, colleague: Consultant
) -> None:
    await node.okno("booth", "edit", "leninsky/1", "--handset", "1")
    found: list[str] = []

    async def look(name: str, page: Page) -> None:
        found.extend(f"{name}: {each}" for each in await violations(page))
        await dress(page, "contrast")
        wrong = await violations(page, only_colours=True)
        found.extend(f"{name}, contrast: {each}" for each in wrong)
        await dress(page, "light")

    await breakdown.walk(visitor, colleague, look, language="ru")
    for person in (visitor, colleague):
        person.faults = [each for each in person.faults if "inline style" not in each]
    assert not found, "\n".join(found)
