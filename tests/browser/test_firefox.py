"""Firefox at the booth or in the workspace, with Chromium at the other end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import firefox
from tests.browser.conftest import Prepared
from tests.browser.firefox import Firefox
from tests.browser.loudspeaker import loudspeaker
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD
from tests.browser.people import OTHER, Consultant, Person, Supervisor, Visitor
from tests.browser.proxy import Proxy
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

_TONE_TOLERANCE = 25
"""Hertz; four lines of the probe's spectrum."""


@pytest.fixture
async def fox(tmp_path: Path) -> AsyncIterator[Firefox]:
    profile = tmp_path / "firefox"
    profile.mkdir()
    async with loudspeaker() as speaker, firefox.launch(profile, speaker) as running:
        yield running


async def sees(fox: Firefox, screen: str) -> None:
    shown = "document.querySelector('main')?.dataset.screen ?? null"
    await until(fox, shown, accept=lambda at: at == screen)


async def press(fox: Firefox, action: str, more: str = "") -> None:
    await fox.click(f'[data-action="{action}"]{more}')


async def both_see_and_hear(fox: Firefox, other: Person) -> None:
    """Chromium's picture and tone are known; Firefox makes up its own, which moves and hums."""
    assert other.appearance is not None
    code, tone = other.appearance.code, other.appearance.frequency
    await until(fox, "probe.code", OTHER, accept=lambda shown: shown == code)
    await until(
        fox,
        "probe.frequency",
        OTHER,
        accept=lambda heard: heard is not None and abs(heard - tone) < _TONE_TOLERANCE,
    )
    await other.sees_more(await other.frames())
    await until(
        other.page,
        "probe.frequency",
        OTHER,
        accept=lambda heard: heard is not None and abs(heard - firefox.FREQUENCY) < _TONE_TOLERANCE,
    )


async def both_write(fox: Firefox, other: Person) -> None:
    """Firefox by hand, and in a booth by the keys on its screen, too."""
    await press(fox, "write")
    await fox.type("[data-writing-input]", "Один ")
    if await fox.evaluate("document.querySelector('[data-keyboard]') !== null"):
        await press(fox, "keyboard")
        for key in "два":
            await fox.click(f'[data-keyboard] [data-key="{key}"]')
    else:
        await fox.type("[data-writing-input]", "два")
    await expect(other.page.locator("[data-writing-open]")).to_contain_text("Один два")
    await other.page.locator("[data-writing-input]").fill("Три")
    written = "document.querySelector('[data-writing-open]').textContent"
    await until(fox, written, accept=lambda text: "Три" in text)


async def sent_nothing(fox: Firefox) -> bool:
    traffic = await until(fox, "probe.traffic()", accept=lambda seen: seen["connected"] == 1)
    return (traffic["bytesSent"], traffic["framesSent"]) == (0, 0)


async def test_a_booth_in_firefox_talks_to_a_consultant_in_chromium(
    fox: Firefox,
    entrance: Proxy,
    prepared: Prepared,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    await fox.goto(f"http://127.0.0.1:{entrance.port}/booth")
    await fox.type("#code", prepared.codes[0])
    await press(fox, "enrol")
    await sees(fox, "attract")
    await press(fox, "language", '[lang="ru"]')
    await press(fox, "topic")
    await press(fox, "priority", '[data-priority=""]')
    await press(fox, "take-ticket")
    await sees(fox, "waiting")
    ticket = await fox.evaluate("document.querySelector('[data-ticket]').textContent")
    await consultant.become_available()
    await consultant.sees("offer")
    assert await sent_nothing(fox)

    await consultant.accept()
    await both_see_and_hear(fox, consultant)
    await both_write(fox, consultant)

    await fox.evaluate("location.reload()")
    # A page that nobody has touched yet may play nothing, and says so.
    await press(fox, "sound-on")
    await both_see_and_hear(fox, consultant)
    await consultant.hang_up()
    await press(fox, "rate", '[data-score="5"]')
    await consultant.wrap_up()
    record = await supervisor.record(ticket.strip())
    assert len(record["contact_legs"]) == 1
    assert record["rating"]["score"] == 5


async def test_a_consultant_in_firefox_talks_to_a_booth_in_chromium(
    fox: Firefox, entrance: Proxy, visitor: Visitor
) -> None:
    await fox.goto(f"http://127.0.0.1:{entrance.port}/workspace")
    await fox.type('[name="email"]', CONSULTANT_EMAIL)
    await fox.type('[name="password"]', PASSWORD)
    await press(fox, "sign-in")
    await sees(fox, "break")
    await press(fox, "available")
    await visitor.take_ticket()
    await sees(fox, "offer")
    assert await sent_nothing(fox)

    await press(fox, "accept")
    await both_see_and_hear(fox, visitor)
    await both_write(fox, visitor)
    await visitor.page.reload()
    await both_see_and_hear(fox, visitor)
    await visitor.finish_talk()
    await sees(fox, "wrap-up")
