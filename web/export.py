"""The session log as CSV and JSON, the same from the desk and from the command line.

Column names are English, stable, and part of what others build on: add at the end, rename never.
Times are ISO 8601 in the organisation's time zone, durations are seconds.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import msgspec

from signaling.record import (
    Record,
    first_promise,
    last_consultant,
    promise_kept,
    talk_ms,
    wait_ms,
    wrap_up_ms,
)
from web.ports import Organisation

Value = str | int | float | bool | None

COLUMNS = (
    "consultation",
    "ticket",
    "centre",
    "booth",
    "topic",
    "language",
    "mode",
    "state",
    "outcome",
    "joined_at",
    "answered_at",
    "ended_at",
    "closed_at",
    "wait_seconds",
    "talk_seconds",
    "wrap_up_seconds",
    "place_at_entry",
    "promised_low_minutes",
    "promised_high_minutes",
    "offers",
    "consultant",
    "ended_by",
    "end_reason",
    "rating",
    "interpreter",
    "priority",
    "declared_by",
    "head_start_seconds",
    "source",
    "external",
    "previous",
    "return_at",
    "promise_kept",
)

_CHUNK_ROWS = 100
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for something to run."""


def row(record: Record, organisation: Organisation) -> dict[str, Value]:
    """One consultation as a flat row with exactly `COLUMNS`."""
    timezone = ZoneInfo(organisation.timezone)
    centre = organisation.centres.get(record.centre)
    topic = organisation.topics.get(record.topic) or organisation.closed_topics.get(record.topic)
    values = (
        record.id,
        record.ticket,
        centre.code if centre else record.centre,
        _booth(record, organisation),
        topic.code if topic else record.topic,
        record.language,
        record.mode.value,
        record.state.value,
        record.outcome.value if record.outcome else None,
        _time(record.joined_at, timezone),
        *_talk(record, timezone),
        _time(record.closed_at, timezone),
        *_durations(record),
        *_queue(record),
        len(record.offers),
        _consultant(record, organisation),
        *_end(record),
        record.rating.score if record.rating else None,
        record.interpreter or None,
        *_priority(record),
        record.source.value,
        record.external or None,
        record.previous,
        _time(record.return_at, timezone),
        promise_kept(record),
    )
    return dict(zip(COLUMNS, values, strict=True))


async def as_csv(
    records: AsyncIterator[Record], organisation: Organisation, *, byte_order_mark: bool = False
) -> AsyncIterator[str]:
    """CSV with a head line, in pieces as the records come.

    Args:
        records: in the order wanted.
        organisation: names for their ids.
        byte_order_mark: whether to begin with the mark without which Excel garbles Cyrillic.
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    if byte_order_mark:
        buffer.write(_BYTE_ORDER_MARK)
    writer.writeheader()
    pending = 0
    async for record in records:
        writer.writerow({name: _cell(value) for name, value in row(record, organisation).items()})
        pending += 1
        if pending == _CHUNK_ROWS:
            yield _emptied(buffer)
            pending = 0
    yield _emptied(buffer)


async def as_json(records: AsyncIterator[Record], organisation: Organisation) -> AsyncIterator[str]:
    """A JSON array, in pieces as the records come.

    Each object has the columns of the CSV, and under ``record`` the record with all its legs as it
    stands in the archive (times there are milliseconds since 1970-01-01 UTC).
    """
    separator = "["
    async for record in records:
        entry = {**row(record, organisation), "record": record}
        yield f"{separator}\n{msgspec.json.encode(entry).decode()}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _booth(record: Record, organisation: Organisation) -> Value:
    return None if record.booth is None else organisation.booths.get(record.booth, record.booth)


def _priority(record: Record) -> tuple[Value, Value, Value]:
    """The class, who declared it, and the head start it gives; empty without one."""
    if not record.priority:
        return None, None, None
    return record.priority, record.declared_by.value, record.head_start


def _talk(record: Record, timezone: ZoneInfo) -> tuple[Value, Value]:
    """When the visitor was first answered, and when the last talk ended."""
    answers = [leg.connected_at for leg in record.contact_legs if leg.connected_at is not None]
    ended_at = record.contact_legs[-1].ended_at if record.contact_legs else None
    return _time(answers[0] if answers else None, timezone), _time(ended_at, timezone)


def _durations(record: Record) -> tuple[Value, Value, Value]:
    return (
        _seconds(wait_ms(record)),
        _seconds(talk_ms(record)) if record.contact_legs else None,
        _seconds(wrap_up_ms(record)) if record.wrap_up else None,
    )


def _queue(record: Record) -> tuple[Value, Value, Value]:
    """The place on entry, and the first wait that was promised."""
    place, promise = record.queue_legs[0].place, first_promise(record)
    if promise is None:
        return place, None, None
    return place, promise.low_minutes, promise.high_minutes


def _consultant(record: Record, organisation: Organisation) -> Value:
    consultant = last_consultant(record)
    if consultant is None:
        return None
    known = organisation.users.get(consultant)
    return known.name if known else consultant


def _end(record: Record) -> tuple[Value, Value]:
    """Who ended the last talk and how, or how the line was left without one."""
    if record.contact_legs:
        leg = record.contact_legs[-1]
        return (
            leg.ended_by.value if leg.ended_by else None,
            leg.reason.value if leg.reason else None,
        )
    reason = record.queue_legs[-1].reason_out
    return None, reason.value if reason else None


def _time(ms: int | None, timezone: ZoneInfo) -> Value:
    if ms is None:
        return None
    return dt.datetime.fromtimestamp(ms / 1000, timezone).isoformat(timespec="milliseconds")


def _seconds(ms: int | None) -> Value:
    return None if ms is None else ms / 1000


def _cell(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
