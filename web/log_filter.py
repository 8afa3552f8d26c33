"""The filters of the session log as they stand in its address. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from signaling.errors import Code, OknoError
from signaling.model import Outcome
from web.ports import LogFilter, Organisation

Value = TypeVar("Value", bound=str)

_DAY_FORMAT = "%Y-%m-%d"
_DAY_LENGTH = len("2026-11-23")
_LONGEST_CURSOR = 128


def parse_filter(query: Mapping[str, str], organisation: Organisation) -> LogFilter:
    """The filter of this query; empty and unknown parameters do not narrow.

    Days in the wrong order are put right.

    Raises:
        OknoError: ``bad_field``: no date, no outcome, or nothing of this organisation.
    """
    first, last = _day(query, "day_from"), _day(query, "day_to")
    if first is not None and last is not None and first > last:
        first, last = last, first
    return LogFilter(
        day_from=first,
        day_to=last,
        centre=_known(query, "centre", organisation.centres),
        topic=_known(query, "topic", (*organisation.topics, *organisation.closed_topics)),
        consultant=_known(query, "consultant", organisation.users),
        outcome=_known(query, "outcome", Outcome),
    )


def parse_cursor(query: Mapping[str, str]) -> str | None:
    """Where the page of the log begins; None for the newest."""
    cursor = query.get("before", "")
    if len(cursor) > _LONGEST_CURSOR:
        raise OknoError(Code.BAD_FIELD, field="before")
    return cursor or None


def filter_query(where: LogFilter, **more: str | None) -> str:
    """The filter as the query of an address, with what is set only; begins with ``?`` or empty."""
    values = {**filter_values(where), **{name: value for name, value in more.items() if value}}
    return f"?{urlencode(values)}" if values else ""


def filter_values(where: LogFilter) -> dict[str, str]:
    """What narrows, by its name in the address."""
    return {name: str(value) for name, value in msgspec.structs.asdict(where).items() if value}


def _day(query: Mapping[str, str], name: str) -> str | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        day = dt.datetime.strptime(text, _DAY_FORMAT).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        day = None
    if day is None or len(text) != _DAY_LENGTH:
        raise OknoError(Code.BAD_FIELD, field=name)
    return day.isoformat()


def _known(query: Mapping[str, str], name: str, known: Iterable[Value]) -> Value | None:
    text = query.get(name, "")
    if not text:
        return None
    for value in known:
        if value == text:
            return value
    raise OknoError(Code.BAD_FIELD, field=name)
