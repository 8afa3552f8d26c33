from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from signaling.model import Outcome, State
from tests.web.samples import JOINED_AT
from web.i18n import Catalogues
from web.words import (
    OUTCOMES,
    STATES,
    day_and_time,
    duration,
    exact_duration,
    language_name,
    short_day_and_time,
    time_of_day,
)

MOSCOW = ZoneInfo("Europe/Moscow")
RU = Catalogues()["ru"]
EN = Catalogues()["en"]


@pytest.mark.parametrize(
    ("ms", "english", "russian"),
    [
        (-5, "0 s", "0 с"),
        (0, "0 s", "0 с"),
        (40_400, "40 s", "40 с"),
        (59_600, "1 min", "1 мин"),
        (200_000, "3 min 20 s", "3 мин 20 с"),
        (3_600_000, "1 h", "1 ч"),
        (3_900_000, "1 h 5 min", "1 ч 5 мин"),
        (90_000_000, "25 h", "25 ч"),
    ],
)
def test_a_duration_is_said_as_people_say_it(ms: int, english: str, russian: str) -> None:
    assert duration(ms, EN) == english
    assert duration(ms, RU) == russian


@pytest.mark.parametrize(
    ("ms", "english", "russian"),
    [(240, "0.2 s", "0,2 с"), (9_940, "9.9 s", "9,9 с"), (12_000, "12 s", "12 с")],
)
def test_a_short_time_has_tenths(ms: int, english: str, russian: str) -> None:
    assert exact_duration(ms, EN) == english
    assert exact_duration(ms, RU) == russian


def test_moments_are_told_in_the_zone_of_the_organisation() -> None:
    assert day_and_time(JOINED_AT, MOSCOW, EN).text == "23 November 2026, 14:05"
    assert day_and_time(JOINED_AT, MOSCOW, RU).text == "23 ноября 2026, 14:05"
    assert short_day_and_time(JOINED_AT, MOSCOW, EN).text == "23 Nov 2026, 14:05"
    assert time_of_day(JOINED_AT, ZoneInfo("Asia/Omsk"), EN).text == "17:05:00"
    assert day_and_time(JOINED_AT, MOSCOW, EN).iso == "2026-11-23T14:05:00+03:00"


def test_languages_have_names() -> None:
    assert language_name("ru", EN) == "Russian"
    assert language_name("en", RU) == "Английский"
    assert language_name("tlh-xx", EN) == "tlh-xx"


def test_every_outcome_and_state_has_a_word() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(STATES) == set(State)
