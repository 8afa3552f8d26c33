"""Opening hours: what the clock on the wall says, in any time zone, in any week."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signaling.hours import (
    MIDNIGHT,
    Standing,
    callback_times,
    opening_text,
    parse_opening,
    standing,
)
from signaling.ids import TopicId
from signaling.model import Opening, Topic

MINUTE = 60_000
HOUR = 60 * MINUTE
SAMARA = "Europe/Samara"
ZONES = (SAMARA, "Asia/Kathmandu", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe")
"""Plain; a quarter-hour off; with summer time; that begins at midnight; of half an hour only."""


def topic(*hours: str, last_ticket: int = 0, handling: int = 600) -> Topic:
    return Topic(
        id=TopicId("topic"),
        code="passport",
        names={"en": "Passport"},
        hints={},
        handling_seconds=handling,
        hours=tuple(parse_opening(text) for text in hours),
        last_ticket_minutes=last_ticket,
    )


def at(text: str, zone: str = SAMARA, *, fold: int = 0) -> int:
    """The moment at which clocks there say so. 2026-03-02 is a Monday."""
    there = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return round(there.timestamp() * 1000)


def said(times: list[int], zone: str = SAMARA) -> list[str]:
    return [f"{dt.datetime.fromtimestamp(each / 1000, ZoneInfo(zone)):%d %H:%M}" for each in times]


def test_without_hours_a_line_is_always_open() -> None:
    assert standing(topic(), SAMARA, at("2026-03-02 03:00")) == Standing(open=True)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02 07:59", Standing(open=False, opens_at=at("2026-03-02 08:00"))),
        ("2026-03-02 08:00", Standing(open=True, closes_at=at("2026-03-02 12:00"))),
        ("2026-03-02 11:44", Standing(open=True, closes_at=at("2026-03-02 12:00"))),
        (
            "2026-03-02 11:45",
            Standing(open=False, closes_at=at("2026-03-02 12:00"), opens_at=at("2026-03-02 13:00")),
        ),
        ("2026-03-02 12:00", Standing(open=False, opens_at=at("2026-03-02 13:00"))),
        ("2026-03-06 20:00", Standing(open=False, opens_at=at("2026-03-07 10:00"))),
        ("2026-03-07 16:00", Standing(open=False, opens_at=at("2026-03-09 08:00"))),
    ],
)
def test_a_line_opens_gives_its_last_ticket_and_closes(now: str, expected: Standing) -> None:
    hours = ("mon-fri 08:00-12:00", "mon-fri 13:00-20:00", "sat 10:00-16:00")
    assert standing(topic(*hours, last_ticket=15), SAMARA, at(now)) == expected


def test_what_closes_at_midnight_and_opens_then_does_not_close() -> None:
    night = topic("mon 20:00-24:00", "tue 00:00-04:00", "tue 04:00-06:00", last_ticket=30)
    before, after = at("2026-03-02 23:59"), at("2026-03-03 00:01")
    expected = Standing(open=True, closes_at=at("2026-03-03 06:00"))
    assert standing(night, SAMARA, before) == standing(night, SAMARA, after) == expected
    always = topic("mon-sun 00:00-24:00", last_ticket=30)
    assert standing(always, SAMARA, at("2026-03-02 23:59")) == Standing(open=True)


def test_a_line_open_one_day_a_week_opens_next_week() -> None:
    weekly = topic("mon 09:00-24:00")
    found = standing(weekly, SAMARA, at("2026-03-03 00:00"))
    assert found == Standing(open=False, opens_at=at("2026-03-09 09:00"))


def test_hours_too_short_for_a_ticket_open_nothing() -> None:
    found = standing(topic("mon 09:00-09:30", last_ticket=30), SAMARA, at("2026-03-02 08:00"))
    assert found == Standing(open=False)


def test_hours_follow_the_clock_through_summer_time() -> None:
    night = topic("sun 01:30-02:30")
    berlin = "Europe/Berlin"
    spring = standing(night, berlin, at("2026-03-29 01:45", berlin))
    assert spring.closes_at == at("2026-03-29 03:30", berlin)
    autumn = standing(night, berlin, at("2026-10-25 01:45", berlin))
    assert autumn.closes_at == at("2026-10-25 02:30", berlin, fold=1)
    day = topic("sun 08:00-20:00")
    for date in ("2026-03-29", "2026-10-25"):
        found = standing(day, berlin, at(f"{date} 00:30", berlin))
        assert found.opens_at == at(f"{date} 08:00", berlin)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    opens = draw(st.integers(0, MIDNIGHT - 1))
    closes = draw(st.integers(opens + 1, MIDNIGHT))
    return Opening(days=tuple(sorted(days)), opens=opens, closes=closes)


def topics(longest_last_ticket: int = 0) -> st.SearchStrategy[Topic]:
    return st.builds(
        Topic,
        id=st.just(TopicId("topic")),
        code=st.just("topic"),
        names=st.just({"en": "Topic"}),
        hints=st.just({}),
        handling_seconds=st.integers(30, 7200),
        hours=st.lists(openings(), min_size=1, max_size=3).map(tuple),
        last_ticket_minutes=st.integers(0, longest_last_ticket),
    )


moments = st.integers(at("2025-01-01 00:00"), at("2028-01-01 00:00"))


def on_the_wall(found: Topic, zone: str, now: int) -> bool:
    """Whether a line without a last ticket is open, told the simplest way."""
    there = dt.datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    minute = there.hour * 60 + there.minute
    return any(
        there.weekday() in each.days and each.opens <= minute < each.closes for each in found.hours
    )


def clocks_change_near(zone: str, now: int) -> bool:
    near = (now - 3 * HOUR, now + 3 * HOUR)
    offsets = {dt.datetime.fromtimestamp(each / 1000, ZoneInfo(zone)).utcoffset() for each in near}
    return len(offsets) > 1


@given(topics(), st.sampled_from(ZONES), moments)
def test_a_line_is_open_when_the_clock_on_the_wall_says_so(
    found: Topic, zone: str, now: int
) -> None:
    assume(not clocks_change_near(zone, now))
    assert standing(found, zone, now).open == on_the_wall(found, zone, now)


@given(topics(120), st.sampled_from(ZONES), moments)
def test_a_standing_holds_until_the_moment_it_names(found: Topic, zone: str, now: int) -> None:
    state = standing(found, zone, now)
    last = found.last_ticket_minutes * MINUTE
    if state.open and state.closes_at is not None:
        assert now < state.closes_at - last
        assert standing(found, zone, state.closes_at - last - 1) == state
        assert not last or not standing(found, zone, state.closes_at - last).open
        assert standing(found, zone, state.closes_at).closes_at != state.closes_at
    if not state.open and state.opens_at is not None:
        assert now < state.opens_at
        assert not standing(found, zone, state.opens_at - 1).open
        assert standing(found, zone, state.opens_at).open


@given(topics(120), st.sampled_from(ZONES), moments)
def test_who_comes_back_in_time_finds_the_line_open(found: Topic, zone: str, now: int) -> None:
    times = callback_times(found, zone, now)
    assert times == sorted(set(times))
    assert len(times) <= 8
    for each in times:
        assert each >= now + 30 * MINUTE
        assert each % (15 * MINUTE) == 0
        then = standing(found, zone, each)
        assert then.open
        assert then.closes_at is None or each + found.handling_seconds * 1000 < then.closes_at


def test_callbacks_are_spread_over_today_and_the_next_open_day() -> None:
    daily = topic("mon-fri 08:00-20:00", last_ticket=30)
    assert said(callback_times(daily, SAMARA, at("2026-03-06 10:07"))) == [
        *("06 10:45", "06 12:45", "06 15:00", "06 17:00", "06 19:15"),
        *("09 08:00", "09 13:30", "09 19:15"),
    ]
    evening = said(callback_times(daily, SAMARA, at("2026-03-02 19:05")))
    assert evening[0] == "03 08:00"
    assert len(evening) == 8


def test_without_hours_callbacks_are_soon() -> None:
    times = said(callback_times(topic(), SAMARA, at("2026-03-02 22:10")))
    assert times[0] == "02 22:45"
    assert times[-1] == "03 02:00"
    assert len(times) == 8


@given(openings())
def test_openings_are_read_as_they_are_written(opening: Opening) -> None:
    assert parse_opening(opening_text(opening)) == opening


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("mon-fri 08:00-20:00", "mon-fri 08:00-20:00"),
        (" Mon - Fri  08:00 - 24:00 ", "mon-fri 08:00-24:00"),
        ("wed,mon, tue 00:00-00:01", "mon-wed 00:00-00:01"),
        ("sat-mon,thu 09:30-14:00", "mon,thu,sat-sun 09:30-14:00"),
        ("sun-sat 08:00-20:00", "mon-sun 08:00-20:00"),
    ],
)
def test_people_may_write_days_as_they_like(text: str, canonical: str) -> None:
    assert opening_text(parse_opening(text)) == canonical


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be days and hours"),
        ("always", "must be days and hours"),
        ("mon 8-20", "must be days and hours"),
        ("mon 08:60-20:00", "must be days and hours"),
        ("mon 08:00-24:01", "must be hours from 00:00 to 24:00, not 24:01"),
        ("mon 20:00-08:00", "must close after it opens"),
        ("mon 08:00-08:00", "must close after it opens"),
        ("mon-fry 08:00-20:00", "not 'mon-fry'"),
        ("mon-tue-wed 08:00-20:00", "not 'mon-tue-wed'"),
        ("mon, 08:00-20:00", "not ''"),
    ],
)
def test_what_is_no_opening_is_refused_in_plain_words(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_opening(text)
