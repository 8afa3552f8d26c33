"""The network goes away, and with it both socket and media; the conversation comes back."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.far.coming_back import back, now, show, talk
from tests.browser.people import Consultant, Person, Supervisor, Visitor
from tests.browser.waiting import PATIENCE
from tests.network import Place

pytestmark = pytest.mark.browser

_SOON = 3.0
"""Seconds after the end of an outage."""
_INTERRUPTED = re.compile("The connection is interrupted|Связь прервалась")


async def are_told(people: list[Person], words: re.Pattern[str]) -> None:
    """Wait until every page says so of the connection."""
    for person in people:
        line = person.page.locator("[data-talk-line]")
        await expect(line).to_contain_text(words, timeout=PATIENCE * 1000)


async def outage(seconds: float, places: list[Place], people: list[Person]) -> float:
    """Cut these places off for so long; seconds until everybody sees and hears again."""
    loop = asyncio.get_running_loop()
    for place in places:
        place.cut()
    ends = loop.time() + seconds
    # Whoever loses the network, and whoever loses the other; and so it stays, nobody gives up.
    await are_told(people, _INTERRUPTED)
    await asyncio.sleep(ends - loop.time())
    await are_told(people, _INTERRUPTED)
    for place in places:
        place.heal()
    took = await back(now(), *people)
    for person in people:
        line = person.page.locator("[data-talk-line]")
        await expect(line).not_to_contain_text(_INTERRUPTED, timeout=PATIENCE * 1000)
    return took


async def test_sound_and_picture_are_back_within_3_s_of_any_outage(
    booth_at: Place,
    desk_at: Place,
    visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    ticket = await visitor.take_ticket("en")
    await consultant.become_available()
    await consultant.accept()
    await talk(visitor, consultant)

    people: list[Person] = [visitor, consultant]
    took = {}
    for seconds in (10, 20, 60):
        took[f"the booth, {seconds} s"] = await outage(seconds, [booth_at], people)
    took["both, 20 s"] = await outage(20, [booth_at, desk_at], people)
    await talk(visitor, consultant)
    booth_at.move()
    took["the booth has another address"] = await back(now(), *people)
    show(took)
    assert max(took.values()) <= _SOON

    # The same consultation, as if nothing had been.
    for person in people:
        assert (await person.traffic())["made"] == 1, "the connection is the one from before"
    await consultant.hang_up()
    await visitor.rate(5)
    await consultant.wrap_up()
    [leg] = (await supervisor.record(ticket))["contact_legs"]
    assert leg["reason"] == "hang_up"
