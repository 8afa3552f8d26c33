"""Times, durations and the domain's words as people say them. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
from babel import dates, numbers

from signaling.errors import N_
from signaling.model import DeclaredBy, Gate, Mode, Outcome, Source, State
from web.i18n import Texts

OUTCOMES: dict[Outcome, str] = {
    Outcome.SERVED: N_("Served"),
    Outcome.PARTLY_SERVED: N_("Partly served"),
    Outcome.NEEDS_VISIT: N_("Must come in person"),
    Outcome.NO_SHOW: N_("Nobody was there"),
    Outcome.ABANDONED: N_("Left while waiting"),
    Outcome.ABANDONED_OFFER: N_("Left while being offered"),
    Outcome.VISITOR_LEFT: N_("Left before the conversation"),
    Outcome.TECHNICAL_BOOTH: N_("The booth lost its connection"),
    Outcome.TECHNICAL_NETWORK: N_("Sound and picture failed"),
    Outcome.CALLBACK: N_("Comes back later"),
    Outcome.CLOSED_BY_HOURS: N_("The line closed"),
    Outcome.REMOVED_BY_STAFF: N_("Taken out by staff"),
}

STATES: dict[State, str] = {
    State.WAITING: N_("Waiting"),
    State.OFFERED: N_("A consultant is being asked"),
    State.CONNECTING: N_("Connecting"),
    State.ACTIVE: N_("In conversation"),
    State.WRAPPING_UP: N_("Wrapping up"),
    State.CLOSED: N_("Closed"),
}

MODES: dict[Mode, str] = {
    Mode.SPEECH: N_("Speech"),
    Mode.SIGN: N_("Sign language"),
    Mode.TEXT: N_("Writing"),
}

SOURCES: dict[Source, str] = {
    Source.BOOTH: N_("At a booth"),
    Source.API: N_("Outside Okno"),
    Source.CALLBACK: N_("Came back at the agreed time"),
}

GATES: dict[Gate, str] = {
    Gate.OPEN: N_("Open"),
    Gate.PAUSED: N_("Paused"),
    Gate.CLOSED: N_("No new tickets"),
    Gate.ENDED: N_("Ended"),
}

DECLARED_BY: dict[DeclaredBy, str] = {
    DeclaredBy.VISITOR: N_("declared by the visitor"),
    DeclaredBy.STAFF: N_("declared by staff"),
    DeclaredBy.SYSTEM: N_("given by Okno"),
}

GOOD_OUTCOMES = frozenset({Outcome.SERVED, Outcome.PARTLY_SERVED, Outcome.NEEDS_VISIT})
"""The visitor was helped as far as it could be done here."""

NEUTRAL_OUTCOMES = frozenset({Outcome.NO_SHOW, Outcome.CALLBACK})
"""Nothing went wrong for the visitor, though they were not helped yet."""

_SECOND = 1000
_MINUTE = 60
_HOUR = 3600
_EXACT_BELOW = 10
"""Seconds; shorter times are shown with a decimal."""


class Moment(msgspec.Struct, frozen=True):
    """A point in time: `iso` for programs, `text` for people."""

    iso: str
    text: str


def duration(ms: int, texts: Texts) -> str:
    """Such as ``3 min 20 s``; never a row of zeros. Less than nothing counts as nothing."""
    seconds = max(0, round(ms / _SECOND))
    hours, rest = divmod(seconds, _HOUR)
    minutes, seconds = divmod(rest, _MINUTE)
    if hours and minutes:
        return texts.gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    if hours:
        return texts.gettext("%(hours)s h", hours=hours)
    if minutes and seconds:
        return texts.gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=seconds)
    if minutes:
        return texts.gettext("%(minutes)s min", minutes=minutes)
    return texts.gettext("%(seconds)s s", seconds=seconds)


def exact_duration(ms: int, texts: Texts) -> str:
    """As `duration`, with tenths of a second below ten seconds."""
    seconds = max(0, ms) / _SECOND
    if seconds >= _EXACT_BELOW:
        return duration(ms, texts)
    decimal = numbers.format_decimal(round(seconds, 1), "0.0", locale=texts.locale)
    return texts.gettext("%(seconds)s s", seconds=decimal)


def local_time(ms: int, zone: ZoneInfo) -> dt.datetime:
    """Milliseconds since 1970 as a time of that zone."""
    return dt.datetime.fromtimestamp(ms / _SECOND, zone)


def day_and_time(ms: int, zone: ZoneInfo, texts: Texts) -> Moment:
    """Such as ``23 November 2026, 14:05``."""
    return _moment(ms, zone, texts, "d MMMM y, HH:mm")


def short_day_and_time(ms: int, zone: ZoneInfo, texts: Texts) -> Moment:
    """Such as ``23 Nov 2026, 14:05``."""
    return _moment(ms, zone, texts, "d MMM y, HH:mm")


def time_of_day(ms: int, zone: ZoneInfo, texts: Texts) -> Moment:
    """Such as ``14:05:20``."""
    return _moment(ms, zone, texts, "HH:mm:ss")


def clock_time(ms: int, zone: ZoneInfo, texts: Texts) -> Moment:
    """Such as ``14:05``."""
    return _moment(ms, zone, texts, "HH:mm")


def language_name(tag: str, texts: Texts) -> str:
    """The name of a language in the language of the page, such as ``Russian``."""
    name = texts.locale.languages.get(tag)
    return tag if name is None else name[:1].upper() + name[1:]


def _moment(ms: int, zone: ZoneInfo, texts: Texts, pattern: str) -> Moment:
    local = local_time(ms, zone)
    iso = local.isoformat(timespec="seconds")
    return Moment(iso, dates.format_datetime(local, pattern, locale=texts.locale))
