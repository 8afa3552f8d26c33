"""How long after accepting the two people see each other, beside the least that is possible."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Page

from bench.measurement import Call, Comparison, Series
from bench.talks import Two, two
from tests.browser.waiting import until
from tests.network import Condition

_SETTLE_SECONDS = 0.5
"""Between preparing and accepting, so that what was just done does not count."""


async def measure(files: Path, calls: int, round_trips: Sequence[int]) -> list[Comparison]:
    """Hold so many calls of each kind in turn; the first of each only warms up.

    Args:
        files: An empty directory for data and captured media.
        calls: How many of each kind count, for each round trip.
        round_trips: Between the two people, ms; the service is half as far from each.
    """
    async with two(files) as people:
        return [await _compare(people, calls, round_trip) for round_trip in round_trips]


async def _compare(people: Two, calls: int, round_trip: int) -> Comparison:
    people.set(Condition(delay=round_trip / 4000))
    found = Comparison(round_trip, Series("minimal"), Series("Okno"), people.chromium)
    for number in range(calls + 1):
        async with people.minimal_link() as pages:
            plain = await _accept(*pages)
        async with people.okno_link() as pages:
            ours = await _accept(*pages)
        if number > 0:
            found.minimal.calls.append(plain)
            found.okno.calls.append(ours)
    return found


async def _accept(visitor: Page, consultant: Page) -> Call:
    """Accept, and wait for both pictures."""
    for page in (visitor, consultant):
        await page.evaluate("stopwatch.arm()")
    await asyncio.sleep(_SETTLE_SECONDS)
    await consultant.locator('[data-action="accept"]').click()
    shown = [await until(page, "stopwatch.times.shown") for page in (visitor, consultant)]
    pressed: float = await consultant.evaluate("stopwatch.times.pressed")
    return Call(visitor=shown[0] - pressed, consultant=shown[1] - pressed)
