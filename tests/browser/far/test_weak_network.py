"""A network that bears hardly anything: what people talk with gets through, and they are told."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from playwright.async_api import expect

from tests.browser.people import Consultant, Person, Traffic, Visitor
from tests.browser.waiting import until
from tests.network import PERFECT, Condition, Place

pytestmark = pytest.mark.browser

_NARROW = Condition(rate=60_000)
_SOON_MS = 30_000
_MOST_MADE_UP = 0.1
"""Share of the sound; a plain browser makes up 0.4 to 0.5 here (docs/BENCHMARKS.md)."""
_SAMPLES = 48_000 * 3


async def is_told(person: Person, words: str, where: str = "[data-talk-line]") -> None:
    await expect(person.page.locator(where).first).to_contain_text(words, timeout=_SOON_MS)


async def sound_gets_through(person: Person) -> None:
    """Wait for three seconds with next to no sound missing."""
    before = await person.traffic()
    while True:
        least = before["samplesPlayed"] + _SAMPLES
        await until(person.page, "probe.traffic()", accept=partial(has_played, least))
        now = await person.traffic()
        made_up = now["samplesMadeUp"] - before["samplesMadeUp"]
        if made_up / (now["samplesPlayed"] - before["samplesPlayed"]) < _MOST_MADE_UP:
            return
        before = now


def has_played(samples: int, traffic: Traffic) -> bool:
    return traffic["samplesPlayed"] >= samples


async def test_picture_pauses_to_keep_the_sound_and_comes_back(
    booth_at: Place, visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)

    booth_at.set(_NARROW)
    await is_told(visitor, "Изображение специалиста приостановлено", "[data-stage-words]")
    await is_told(consultant, "The visitor’s picture is paused", "[data-stage-words]")
    for person, other in ((visitor, consultant), (consultant, visitor)):
        async with asyncio.timeout(_SOON_MS / 1000):
            await sound_gets_through(person)
        await person.hears_person(other)

    booth_at.set(PERFECT)
    await is_told(consultant, "The connection is good.")
    await is_told(visitor, "Связь хорошая.")
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
