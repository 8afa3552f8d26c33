"""What a newcomer sees: nobody but the simulated consultant, until a person is available."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright

from server.demo import PASSWORD
from tests.browser.chromium import launch
from tests.browser.media import VISITOR
from tests.browser.node import CONSULTANT_EMAIL, Node
from tests.browser.people import Consultant, Visitor, page_of
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.demo]


async def test_the_simulated_consultant_answers(
    node: Node, playwright: Playwright, tmp_path: Path
) -> None:
    browser = await launch(playwright, tmp_path, VISITOR)
    visitor = Visitor(await page_of(await browser.new_context()), node.base, VISITOR)
    await visitor.open("/booth")
    await visitor.sees("attract")
    await visitor.take_ticket("en")
    await visitor.is_in("active")
    await visitor.sees_more(await visitor.frames())
    await until(visitor.page, "probe.frequency", "[data-other-picture]")
    await visitor.finish_talk()
    await visitor.rate(5)
    await browser.close()
    assert visitor.faults == []


async def test_a_person_who_is_available_is_asked_before_it(
    node: Node, plain_browser: Browser, second_plain_browser: Browser
) -> None:
    consultant = Consultant(await page_of(await plain_browser.new_context()), node.base)
    await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await consultant.become_available()
    visitor = Visitor(await page_of(await second_plain_browser.new_context()), node.base)
    await visitor.open("/booth")
    await visitor.take_ticket("en")
    await consultant.sees("offer")
