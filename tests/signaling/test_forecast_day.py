"""The forecast against a whole day that it did not see coming."""

from __future__ import annotations

from statistics import fmean
from typing import NamedTuple

import numpy as np

from signaling.estimate import minutes_up
from signaling.forecast import forecast
from tests.signaling.synthetic_day import Day, Guest

SEEDS = (1, 2, 3, 4, 5)


class Told(NamedTuple):
    """What one guest was told on joining, in seconds."""

    guest: Guest
    low: float
    high: float
    last_ten: float
    """The mean of the last ten waits of the line: what is told elsewhere."""


class Score(NamedTuple):
    """How one day went."""

    told: int
    kept: float
    """Share answered inside the range or before it."""
    error: float
    """Mean distance of the wait from the middle of the range, seconds."""
    error_of_last_ten: float


def told_on(seed: int) -> list[Told]:
    dice = np.random.default_rng(seed)
    told: list[Told] = []

    def ask(day: Day, guest: Guest) -> None:
        scene = day.scene()
        wait = forecast(scene, dice).waits[day.waiting.index(guest)]
        waits = [each.wait or 0.0 for each in day.answered if each.line == guest.line]
        if wait is not None:
            low, high = minutes_up(wait.median) * 60.0, minutes_up(wait.p80) * 60.0
            told.append(Told(guest, low, high, fmean(waits[-10:] or [0.0])))

    Day(np.random.default_rng(seed), ask).run()
    return told


def score(told: list[Told]) -> Score:
    waits = [(each, each.guest.wait) for each in told]
    served = [(each, wait) for each, wait in waits if wait is not None]
    return Score(
        told=len(served),
        kept=fmean(wait <= each.high for each, wait in served),
        error=fmean(abs(wait - (each.low + each.high) / 2) for each, wait in served),
        error_of_last_ten=fmean(abs(wait - each.last_ten) for each, wait in served),
    )


def table(days: list[tuple[str, list[Told]]]) -> str:
    """The calibration, for people."""
    lines = ["                told   kept   mean error   by the last ten waits"]
    for name, told in days:
        day = score(told)
        lines.append(
            f"{name:12}  {day.told:6}   {day.kept:4.0%}  {day.error:8.0f} s  "
            f"{day.error_of_last_ten:8.0f} s"
        )
    return "\n".join(lines)


def test_a_promise_is_mostly_kept_and_beats_the_mean_of_the_last_waits() -> None:
    days = [(f"day {seed}", told_on(seed)) for seed in SEEDS]
    everyone = [each for _, told in days for each in told]
    by_range = [
        (f"up to {high / 60:.0f} min", [each for each in everyone if each.high == high])
        for high in sorted({each.high for each in everyone})
    ]
    print("\n" + table([*days, ("all days", everyone), *by_range]))  # noqa: T201 - to be read by people
    total = score(everyone)
    assert total.told > 1000
    assert 0.5 <= total.kept <= 0.9
    assert total.error < total.error_of_last_ten
