"""What is told of a forecast, and when it may change."""

from __future__ import annotations

from typing import Any

import pytest

from signaling.estimate import (
    RAISE_PAUSE_MS,
    STEPS,
    Ahead,
    Circumstances,
    Shown,
    Wait,
    first,
    minutes_up,
    revised,
)

MINUTE = 60_000
THEN = 1_000_000_000_000
BASE = Circumstances(hands=4, handling=300)


def wait(median: float, p80: float) -> Wait:
    """A forecast in minutes."""
    return Wait(median=median * 60, p80=p80 * 60, method="measured", samples=50)


def told(low: int, high: int, **changes: Any) -> Shown:
    shown = {"low_minutes": low, "high_minutes": high, "method": "measured", "samples": 50}
    return Shown(**{**shown, "at": THEN, "base": BASE, "since": THEN, **changes})


def seen(shown: Shown) -> tuple[int, int, str | None]:
    return shown.low_minutes, shown.high_minutes, shown.reason


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 1), (60, 1), (61, 2), (121, 5), (1800, 30), (1801, 40), (90_000, STEPS[-1])],
)
def test_minutes_are_rounded_up_to_a_step(seconds: float, minutes: int) -> None:
    assert minutes_up(seconds) == minutes


def test_the_first_promise_is_what_the_forecast_says() -> None:
    shown = first(wait(3, 7), BASE, THEN)
    assert seen(shown) == (5, 10, None)
    assert (shown.at, shown.since, shown.samples) == (THEN, THEN, 50)


def test_falling_is_free() -> None:
    shown = revised(told(20, 30), wait(3, 8), BASE, Ahead(), THEN + 1000)
    assert seen(shown) == (5, 10, None)


def test_hardly_less_is_no_less() -> None:
    before = told(5, 10)
    assert revised(before, wait(4, 4.9), BASE, Ahead(), THEN + 1000) is before
    assert seen(revised(before, wait(4, 4.5), BASE, Ahead(), THEN + 1000)) == (5, 5, None)


FEWER = Circumstances(hands=3, handling=300)
LONGER = Circumstances(hands=4, handling=400)
LATER = THEN + RAISE_PAUSE_MS


@pytest.mark.parametrize(
    ("before", "base", "ahead", "reason"),
    [
        (told(5, 10), BASE, Ahead(joined_at=THEN + 1), "priority"),
        (told(5, 10), BASE, Ahead(returned_at=THEN + 1), "returned"),
        (told(5, 10), FEWER, Ahead(), "fewer_consultants"),
        (told(5, 10), LONGER, Ahead(), "longer_talks"),
        (told(5, 10, paused=True), BASE, Ahead(), "paused"),
    ],
)
def test_a_raise_says_why_and_is_one_step(
    before: Shown, base: Circumstances, ahead: Ahead, reason: str
) -> None:
    assert seen(revised(before, wait(25, 40), base, ahead, LATER)) == (10, 15, reason)


def test_without_a_reason_nothing_is_raised() -> None:
    before = told(5, 10)
    assert revised(before, wait(25, 40), BASE, Ahead(joined_at=THEN), LATER) is before


def test_what_falls_may_fall_although_the_rest_may_not_rise() -> None:
    assert seen(revised(told(5, 10), wait(1.5, 40), BASE, Ahead(), LATER)) == (2, 10, None)


def test_a_promise_that_is_overdue_may_rise() -> None:
    before = told(5, 10)
    due = THEN + 10 * MINUTE
    assert revised(before, wait(6, 12), BASE, Ahead(), due) is before
    assert seen(revised(before, wait(6, 12), BASE, Ahead(), due + 1)) == (10, 15, "longer_talks")


def test_nothing_is_raised_twice_within_a_minute() -> None:
    once = revised(told(5, 10), wait(25, 40), FEWER, Ahead(), LATER)
    assert revised(once, wait(25, 40), FEWER, Ahead(), LATER + RAISE_PAUSE_MS - 1) is once
    twice = revised(once, wait(25, 40), FEWER, Ahead(), LATER + RAISE_PAUSE_MS)
    assert seen(twice) == (15, 20, "fewer_consultants")


def test_a_reason_is_used_up_once_the_whole_of_it_is_told() -> None:
    once = revised(told(5, 10), wait(8, 13), FEWER, Ahead(), LATER)
    assert seen(once) == (10, 15, "fewer_consultants")
    assert revised(once, wait(18, 25), FEWER, Ahead(), LATER + RAISE_PAUSE_MS) is once


def test_the_last_step_is_the_end() -> None:
    before = told(STEPS[-1], STEPS[-1])
    assert revised(before, wait(500, 900), FEWER, Ahead(), LATER) is before
