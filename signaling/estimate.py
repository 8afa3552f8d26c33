"""What is told of a forecast: minutes as people say them, and when what was told may change.

A range may always become shorter. It becomes longer by one step at a time, once a minute at most,
and only with a reason that can be said in words: visitors believe a number that keeps its word.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from signaling.parts import Estimate, RaiseReason

STEPS = (1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120)
"""Minutes that are ever shown; a longer wait is shown as the last."""

RAISE_PAUSE_MS = 60_000
"""Between two raises of one range."""

_MARGIN = 0.05
"""A forecast that misses a step by less than this part of it leaves what is shown alone: two
forecasts of one line differ by about so much, and a range must not flicker."""
_LONGER = 1.05
"""Talks that became longer by this factor are a reason."""
_MINUTE_MS = 60_000


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A forecast of one visitor's wait from now on."""

    median: float
    """Seconds; half of the runs were shorter."""
    p80: float
    """Seconds; four of five runs were shorter."""
    method: Literal["measured", "configured"]
    samples: int
    """Past consultations of the topic that it rests on."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a wait depends on, as it was when a range was told."""

    hands: int
    """Consultants on duty in the line."""
    handling: float
    """Mean length of a consultation of the topic, seconds."""


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """The latest of those who stand before a visitor (server time, ms; 0: nobody)."""

    joined_at: int = 0
    """The last who came to stand there: with a head start, moved by staff, or with a ticket that
    was taken elsewhere."""
    returned_at: int = 0
    """The last who had been called and came back."""


class Shown(Estimate, frozen=True, kw_only=True, omit_defaults=True):
    """What one visitor is shown, and the circumstances it was true in."""

    at: int
    """Since when it is shown (server time, ms)."""
    base: Circumstances
    since: int
    """Reasons for a raise count from here: the last time the forecast was no longer than this."""
    paused: bool = False
    """Staff have paused the line since then."""


def minutes_up(seconds: float) -> int:
    """The first step that is not less than so many seconds."""
    return next((step for step in STEPS if seconds <= step * 60), STEPS[-1])


def first(wait: Wait, base: Circumstances, now: int) -> Shown:
    """The range for somebody who has not been shown one."""
    return Shown(
        low_minutes=minutes_up(wait.median),
        high_minutes=minutes_up(wait.p80),
        method=wait.method,
        samples=wait.samples,
        at=now,
        base=base,
        since=now,
    )


def revised(before: Shown, wait: Wait, base: Circumstances, ahead: Ahead, now: int) -> Shown:
    """What to show next; `before` itself when that stays."""
    low, high = _wanted(before.low_minutes, wait.median), _wanted(before.high_minutes, wait.p80)
    longer = low > before.low_minutes or high > before.high_minutes
    reason = _reason(before, base, ahead, now) if longer else None
    if reason is not None and now - before.at >= RAISE_PAUSE_MS:
        shown_low = min(low, _next_step(before.low_minutes))
        shown_high = min(high, _next_step(before.high_minutes))
    else:
        reason = None
        shown_low, shown_high = min(low, before.low_minutes), min(high, before.high_minutes)
    if (shown_low, shown_high) == (before.low_minutes, before.high_minutes):
        return before
    short = (shown_low, shown_high) != (low, high)
    return Shown(
        low_minutes=shown_low,
        high_minutes=shown_high,
        method=wait.method,
        samples=wait.samples,
        reason=reason,
        at=now,
        # One step may not be enough: the reason stays good for the next.
        base=before.base if short else base,
        since=before.since if short else now,
        paused=before.paused and short,
    )


def _wanted(minutes: int, seconds: float) -> int:
    """The step for so many seconds, or the one shown when that is hardly wrong."""
    if minutes_up(seconds * (1 - _MARGIN)) <= minutes <= minutes_up(seconds * (1 + _MARGIN)):
        return minutes
    return minutes_up(seconds)


def _next_step(minutes: int) -> int:
    return next((step for step in STEPS if step > minutes), STEPS[-1])


def _reason(before: Shown, base: Circumstances, ahead: Ahead, now: int) -> RaiseReason | None:
    if before.paused:
        return "paused"
    if ahead.returned_at > before.since:
        return "returned"
    if ahead.joined_at > before.since:
        return "priority"
    if base.hands < before.base.hands:
        return "fewer_consultants"
    overdue = now > before.at + before.high_minutes * _MINUTE_MS
    if overdue or base.handling > before.base.handling * _LONGER:
        return "longer_talks"
    return None
