"""Opening hours: when tickets are given, when a line closes, when somebody may come back.

Pure. Hours are what the clock on the wall says in the organisation's time zone; times are Unix time
in milliseconds. Where clocks are set back, what is open in the hour that comes twice is open both
times; an opening that would begin in an hour that is skipped begins as much later.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from signaling.model import Opening, Topic

MIDNIGHT = 1440
"""Minutes of a whole day: the last moment at which a line may close."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_AHEAD = 9
"""Days looked at, today included: a line that opens once a week opens within them."""
_ENDLESS = 7.5 * _DAY
"""A line with any closing hour closes sooner than that, so what is open for longer never does."""
_QUARTER = 15 * _MINUTE
_NOTICE = 30 * _MINUTE
_HORIZON = 4 * 60 * _MINUTE
"""How far ahead somebody may be asked to come back where no closing hour is known."""
_TODAY = 5
_TIMES = 8

_TEXT = re.compile(r"([a-z, -]+?)\s+(\d\d):([0-5]\d)\s*-\s*(\d\d):([0-5]\d)")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the hours of a topic mean at one moment."""

    open: bool
    """Tickets are given now."""
    closes_at: int | None = None
    """When the line closes that is open now, perhaps with its last ticket given; None: it is
    closed, or never closes."""
    opens_at: int | None = None
    """When tickets are given again, if they are not given now; None: never."""


def standing(topic: Topic, timezone: str, now_ms: int) -> Standing:
    """Whether the topic gives tickets now, and until or from when."""
    if not topic.hours:
        return Standing(open=True)
    last = topic.last_ticket_minutes * _MINUTE
    closes_at: int | None = None
    for start, end in _spans(topic.hours, timezone, now_ms):
        if now_ms < start:
            if start < end - last:
                return Standing(open=False, closes_at=closes_at, opens_at=start)
        elif end - now_ms > _ENDLESS:
            return Standing(open=True)
        elif now_ms < end - last:
            return Standing(open=True, closes_at=end)
        elif now_ms < end:
            closes_at = end
    return Standing(open=False, closes_at=closes_at)


def callback_times(topic: Topic, timezone: str, now_ms: int) -> list[int]:
    """Up to eight times at which somebody who cannot wait may come back, soonest first.

    They are quarter-hours from half an hour ahead, spread over what is left of today and over the
    next open day, early enough for a talk of usual length before closing. Where no closing
    hour is known they lie in the next few hours.
    """
    first = now_ms + _NOTICE
    if not topic.hours:
        return _spread(list(_quarters(first, now_ms + _HORIZON)), _TIMES)
    last = max(topic.last_ticket_minutes * _MINUTE, topic.handling_seconds * 1000)
    zone = ZoneInfo(timezone)
    quarters = (
        quarter
        for start, end in _spans(topic.hours, timezone, now_ms)
        for quarter in _quarters(max(start, first), end - last)
    )
    today = _day(now_ms, zone)
    chosen: list[int] = []
    for day, times in groupby(quarters, lambda quarter: _day(quarter, zone)):
        if day == today:
            chosen = _spread(list(times), _TODAY)
        else:
            return chosen + _spread(list(times), _TIMES - len(chosen))
    return chosen


def parse_opening(text: str) -> Opening:
    """The opening that people write as ``mon-fri 08:00-20:00`` or ``sat,sun 09:00-14:00``.

    Raises:
        ValueError: it is none; says what is wrong with it.
    """
    found = _TEXT.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("must be days and hours, such as mon-fri 08:00-20:00")
    days, *hours = found.groups()
    opens, closes = _minutes(*hours[:2]), _minutes(*hours[2:])
    if closes <= opens:
        raise ValueError("must close after it opens, by midnight (24:00)")
    return Opening(days=_parse_days(days), opens=opens, closes=closes)


def opening_text(opening: Opening) -> str:
    """The opening as `parse_opening` reads it."""
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(opening.days), lambda each: each[1] - each[0])
    ]
    days = (DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
    return f"{','.join(days)} {_clock(opening.opens)}-{_clock(opening.closes)}"


def _spans(hours: Sequence[Opening], timezone: str, now_ms: int) -> Iterator[tuple[int, int]]:
    """From when to when the lines are open around now; what touches is one span."""
    zone = ZoneInfo(timezone)
    today = _day(now_ms, zone)
    spans = sorted(
        (_moment(day, each.opens, zone), _end(day, each.closes, zone))
        # Yesterday may end today, where clocks are set back at midnight.
        for day in (today + dt.timedelta(days=ahead) for ahead in range(-1, _AHEAD))
        for each in hours
        if day.weekday() in each.days
    )
    start: int | None = None
    end = 0
    for opens, closes in spans:
        if start is not None and opens <= end:
            end = max(end, closes)
        elif opens < closes:
            if start is not None:
                yield start, end
            start, end = opens, closes
    if start is not None:
        yield start, end


def _moment(day: dt.date, minutes: int, zone: ZoneInfo, *, fold: int = 0) -> int:
    days, rest = divmod(minutes, MIDNIGHT)
    time = dt.time(*divmod(rest, 60), fold=fold)
    there = dt.datetime.combine(day + dt.timedelta(days=days), time, zone)
    return round(there.timestamp() * 1000)


def _end(day: dt.date, minutes: int, zone: ZoneInfo) -> int:
    """The second of two moments with that time, where clocks are set back."""
    return max(_moment(day, minutes, zone), _moment(day, minutes, zone, fold=1))


def _day(at: int, zone: ZoneInfo) -> dt.date:
    return dt.datetime.fromtimestamp(at / 1000, zone).date()


def _quarters(first: int, end: int) -> range:
    """Quarter-hours from `first` to before `end`. Every time zone is whole quarters from UTC."""
    return range(-(-first // _QUARTER) * _QUARTER, end, _QUARTER)


def _spread(times: Sequence[int], number: int) -> list[int]:
    """So many of these, the first and the last among them, the others evenly between."""
    if len(times) <= number:
        return list(times)
    return [times[at * (len(times) - 1) // (number - 1)] for at in range(number)]


def _parse_days(text: str) -> tuple[int, ...]:
    days: set[int] = set()
    for part in text.split(","):
        begin, dash, end = (word.strip() for word in part.partition("-"))
        if begin not in DAYS or (dash and end not in DAYS):
            raise ValueError(f"must name days as {', '.join(DAYS)}, not {part.strip()!r}")
        first = DAYS.index(begin)
        last = DAYS.index(end) if dash else first
        # Over the end of the week: fri-mon is four days.
        days |= {(first + step) % len(DAYS) for step in range((last - first) % len(DAYS) + 1)}
    return tuple(sorted(days))


def _minutes(hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if minutes > MIDNIGHT:
        raise ValueError(f"must be hours from 00:00 to 24:00, not {hour}:{minute}")
    return minutes


def _clock(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))
