"""A deaf visitor asks for a consultant who signs, and gets one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright, expect

from tests.browser.conftest import seat
from tests.browser.media import INTERPRETER
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, Node
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.proxy import Proxy
from tests.browser.test_keyboard import push, tab_to
from tests.browser.tour import SIGNED
from tests.browser.trio import INTERPRETED, add_interpreter

pytestmark = pytest.mark.browser

SPEAKER_EMAIL = "speaker@demo.example"
MARK = "Sign language"
"""What staff are told of the visitor, in the language of their browsers."""


@pytest.fixture
async def speaker(
    node: Node, playwright: Playwright, entrance: Proxy, tmp_path: Path
) -> AsyncIterator[Consultant]:
    """A consultant for everything, who does not sign."""
    await node.okno(
        *("user", "add", SPEAKER_EMAIL, "--name", "Игорь Котов", "--role", "consultant"),
        "--password-stdin",
        typed=PASSWORD,
    )
    async with seat(Consultant, playwright, entrance, tmp_path, INTERPRETER) as consultant:
        await consultant.sign_in(SPEAKER_EMAIL, PASSWORD)
        yield consultant


async def test_visitor_who_signs_is_paired_with_the_consultant_who_does(
    visitor: Visitor, colleague: Consultant, speaker: Consultant, supervisor: Supervisor
) -> None:
    signer = colleague
    await signer.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await speaker.become_available()
    await speaker.sees("idle")

    await visitor.choose_language()
    await visitor.choose_tile(SIGNED["ru"])
    await visitor.sees("way")
    await push(visitor, "sign")
    await visitor.sees("priority")
    await push(visitor, "priority")
    await visitor.sees("ready")
    await expect(visitor.page.locator("#ready-title")).to_have_text("Вас видно?")
    await expect(visitor.page.locator("[data-sound-checks]")).to_be_hidden()
    await push(visitor, "take-ticket")
    await visitor.sees("waiting")
    ticket = await visitor.ticket()
    await expect(visitor.page.locator("[data-sign-words]")).to_have_text("На жестовом языке")
    row = signer.page.locator("[data-line-list] > li")
    await expect(row).to_contain_text(MARK)

    await signer.become_available()
    await signer.sees("offer")
    await expect(signer.page.locator("[data-offer-marks]")).to_contain_text(MARK)
    await expect(visitor.page.locator("[data-sign-words]")).to_be_visible()
    await signer.accept()
    await visitor.sees_person(signer)
    await visitor.is_in("active")
    await expect(signer.page.locator('[data-card="marks"]')).to_contain_text(MARK)
    # Whoever speaks has been available all the time, and was not asked.
    await speaker.sees("idle")

    await visitor.finish_talk()
    await visitor.rate(5)
    await signer.wrap_up()
    record = await supervisor.record(ticket)
    assert (record["mode"], record["interpreter"]) == ("sign", "")


async def test_visitor_is_asked_how_to_talk_only_where_somebody_signs(
    node: Node, visitor: Visitor
) -> None:
    await visitor.choose_language()
    await visitor.choose_topic()
    await visitor.press("back")
    await visitor.press("back")
    await visitor.sees("topic")
    await add_interpreter(node)
    await visitor.open("/booth/ru")
    await visitor.sees("topic")
    await visitor.press("topic")
    await visitor.sees("interpreter")
    await visitor.press("back")

    await visitor.choose_tile(SIGNED["ru"])
    await visitor.sees("way")
    assert await visitor.page.evaluate("document.activeElement.id") == "way-title"
    # The one who signs comes first, then who interprets, and voice is the way on.
    await tab_to(visitor.page, '[data-action="sign"]')
    await tab_to(visitor.page, f'[data-interpreter="{INTERPRETED}"]')
    before = visitor.page.locator("section:visible [data-before]:visible")
    await expect(before).to_have_count(0)
    await visitor.press("sign")
    await visitor.sees("priority")
    await visitor.press("back")
    await visitor.press("back")
    await visitor.sees("topic")

    await visitor.choose_tile(SIGNED["ru"])
    marked = visitor.page.locator("section:visible [data-action]:has([data-before]:visible)")
    await expect(marked).to_have_count(1)
    await expect(marked).to_contain_text("Вы выбирали это раньше")
    await expect(marked).to_contain_text("Я говорю на жестовом языке")
    await visitor.press("interpreter", interpreter=INTERPRETED)
    await visitor.press("back")
    await expect(marked).to_contain_text("С переводчиком")


async def test_visitor_whose_way_to_talk_is_gone_is_told_to_choose_another(
    node: Node, visitor: Visitor
) -> None:
    await visitor.choose_language()
    await visitor.choose_tile(SIGNED["ru"])
    await visitor.press("sign")
    await visitor.press("priority", priority="")
    await visitor.sees("ready")
    await node.okno("user", "edit", CONSULTANT_EMAIL, "--skill", "*")
    await visitor.press("take-ticket")
    await expect(visitor.page.locator("[data-toasts]")).to_contain_text("выберите другой способ")
    await visitor.sees("ready")
    await visitor.press("back")
    await visitor.press("back")
    await visitor.press("interpreter", interpreter="")
    await visitor.press("priority", priority="")
    await visitor.press("take-ticket")
    await visitor.sees("waiting")
    await expect(visitor.page.locator("[data-sign-words]")).to_be_hidden()
