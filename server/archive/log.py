"""The session log: the archive as supervisors read it, newest first.

A page begins where the one above it ended (keyset), so the last page of a million sessions costs
as much as the first, and a session that arrives meanwhile shifts nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive.database import Database
from server.archive.store import known_event
from server.archive.tables import event, organisation, record, record_consultant
from signaling.errors import Code, NotFoundError, OknoError
from signaling.events import AnyEvent, Measured
from signaling.ids import ConsultationId, EventId, OrganisationId, is_ulid
from signaling.record import Record, TimelineEntry
from web.ports import COUNT_LIMIT, Around, LogFilter, LogPage

_EXPORT_BATCH = 500

_AROUND_RECORDS = 300
"""Each way in time: enough to explain any wait, and read in a few milliseconds."""
_AROUND_ENTRIES = 500
_BEFORE = 12 * 3600 * 1000
"""How long before a visitor came others are looked for who still waited, and gates that still held
(ms): no line is open for longer."""
_LONGEST = 24 * 3600 * 1000
"""No wait is explained further (ms)."""

_DIGITS = re.compile(r"[0-9]{1,15}")

EVENT_TYPES = frozenset(str(each.__struct_config__.tag) for each in get_args(AnyEvent))
"""Those this version knows, and whose facts the pages rely on."""

_MEASURED = str(Measured.__struct_config__.tag)
_MEASURED_LIMIT = 20_000
"""Of three people, nearly five hours."""

_decoder = msgspec.json.Decoder(Record)


class SqlSessionLog:
    """Implements `web.ports.SessionLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, organisation: OrganisationId, where: LogFilter, *, before: str | None, limit: int
    ) -> LogPage:
        """At most `limit` records, and how many the filter finds.

        Raises:
            OknoError: ``bad_field``: a day that is none, or a cursor we never gave.
        """
        async with self._database.read() as connection:
            found = await _find(connection, organisation, where)
            counted = found.query.with_only_columns(found.id).limit(COUNT_LIMIT).subquery()
            total = await connection.scalar(select(func.count()).select_from(counted))
            bodies = await connection.scalars(newest(found, _place(before), limit + 1))
            records = [_decoder.decode(body) for body in bodies]
        more = len(records) > limit
        return LogPage(
            records=records[:limit],
            total=total or 0,
            older=_cursor(records[limit - 1]) if more else None,
        )

    async def record(
        self, organisation: OrganisationId, consultation: ConsultationId
    ) -> tuple[Record, list[TimelineEntry]] | None:
        """One record with all that is journaled of it: its own events, and who looked at it."""
        async with self._database.read() as connection:
            body = await connection.scalar(
                select(record.c.body).where(
                    record.c.organisation == organisation, record.c.id == consultation
                )
            )
            if body is None:
                return None
            rows = await connection.execute(
                select(event.c.ms, event.c.seq, event.c.type, event.c.body)
                .where(
                    event.c.organisation == organisation,
                    event.c.consultation == consultation,
                    event.c.type != _MEASURED,
                )
                .order_by(event.c.ms, event.c.seq)
            )
            timeline = [_timeline_entry(row) for row in rows]
        return _decoder.decode(body), timeline

    async def measured(self, record: Record) -> list[Measured]:
        """What the pages measured of its links, oldest first: the first `_MEASURED_LIMIT`."""
        async with self._database.read() as connection:
            bodies = await connection.scalars(
                select(event.c.body)
                .where(
                    event.c.organisation == record.organisation,
                    event.c.consultation == record.id,
                    event.c.type == _MEASURED,
                )
                .order_by(event.c.ms, event.c.seq)
                .limit(_MEASURED_LIMIT)
            )
            known = [known_event(body) for body in bodies]
        return [each for each in known if isinstance(each, Measured)]

    async def around(self, record: Record, until: int) -> Around:
        """Who else of the topic may have waited, and what is journaled of booth and gate."""
        until = min(until, record.joined_at + _LONGEST)
        async with self._database.read() as connection:
            bodies = [
                body
                for query in neighbours(record, until)
                for body in await connection.scalars(query)
            ]
            rows = await connection.execute(happenings(record, until))
            entries = [_timeline_entry(row) for row in rows]
        return Around(records=[_decoder.decode(body) for body in bodies], entries=entries)

    async def export(self, organisation: OrganisationId, where: LogFilter) -> AsyncIterator[Record]:
        """Every record the filter finds. No transaction stays open while the reader is slow."""
        before: tuple[int, str] | None = None
        while True:
            async with self._database.read() as connection:
                found = await _find(connection, organisation, where)
                bodies = await connection.scalars(newest(found, before, _EXPORT_BATCH))
                records = [_decoder.decode(body) for body in bodies]
            for each in records:
                yield each
            if len(records) < _EXPORT_BATCH:
                return
            before = (records[-1].joined_at, records[-1].id)


class _Found(NamedTuple):
    """The records a filter finds, and what they are sorted by: the columns of the index used."""

    query: Select[str]
    joined_at: ColumnElement[int]
    id: ColumnElement[str]


async def _find(connection: AsyncConnection, who: OrganisationId, where: LogFilter) -> _Found:
    timezone = await connection.scalar(
        select(organisation.c.timezone).where(organisation.c.id == who)
    )
    if timezone is None:
        raise NotFoundError
    return find(who, where, ZoneInfo(timezone))


def find(who: OrganisationId, where: LogFilter, timezone: ZoneInfo) -> _Found:
    """The query behind a filter; days begin at midnight in the organisation's time zone."""
    query = select(record.c.body).where(record.c.organisation == who)
    joined_at: ColumnElement[int] = record.c.joined_at
    identity: ColumnElement[str] = record.c.id
    if where.consultant is not None:
        talk = record_consultant.c
        joined_at, identity = talk.joined_at, talk.record
        query = query.join(
            record_consultant,
            (talk.organisation == record.c.organisation) & (talk.record == record.c.id),
        ).where(talk.organisation == who, talk.consultant == where.consultant)
    if where.day_from is not None:
        query = query.where(joined_at >= _midnight("day_from", where.day_from, timezone))
    if where.day_to is not None:
        query = query.where(joined_at < _midnight("day_to", where.day_to, timezone, later=1))
    for column, value in (
        (record.c.centre, where.centre),
        (record.c.topic, where.topic),
        (record.c.outcome, where.outcome),
    ):
        if value is not None:
            query = query.where(column == str(value))
    return _Found(query, joined_at, identity)


def newest(found: _Found, before: tuple[int, str] | None, limit: int) -> Select[str]:
    """The newest of what was found, or the newest older than a place in the log."""
    query = found.query
    if before is not None:
        query = query.where(tuple_(found.joined_at, found.id) < tuple_(*before))
    return query.order_by(found.joined_at.desc(), found.id.desc()).limit(limit)


def neighbours(of: Record, until: int) -> tuple[Select[str], Select[str]]:
    """Those of the same topic who came before, the latest first; and those who came after."""
    query = select(record.c.body).where(
        record.c.organisation == of.organisation,
        record.c.topic == of.topic,
    )
    here = tuple_(of.joined_at, of.id)
    at, order = tuple_(record.c.joined_at, record.c.id), (record.c.joined_at, record.c.id)
    before = query.where(at < here, record.c.joined_at >= of.joined_at - _BEFORE)
    after = query.where(at > here, record.c.joined_at <= until)
    return (
        before.order_by(*(each.desc() for each in order)).limit(_AROUND_RECORDS),
        after.order_by(*order).limit(_AROUND_RECORDS),
    )


def happenings(of: Record, until: int) -> Select[int, int, str, str]:
    """Events of no consultation that may explain the visitor's wait, oldest first."""
    presence = and_(
        event.c.type.in_(("presence.lost", "presence.returned")),
        event.c.ms >= of.joined_at,
        event.c.body.contains(f'"booth:{of.booth}"', autoescape=True),
    )
    gate = and_(
        event.c.type == "line.gate", event.c.body.contains(f'"topic":"{of.topic}"', autoescape=True)
    )
    return (
        select(event.c.ms, event.c.seq, event.c.type, event.c.body)
        .where(
            event.c.organisation == of.organisation,
            event.c.consultation.is_(None),
            event.c.ms.between(of.joined_at - _BEFORE, until),
            or_(presence, gate),
        )
        .order_by(event.c.ms, event.c.seq)
        .limit(_AROUND_ENTRIES)
    )


def _midnight(field: str, day: str, timezone: ZoneInfo, *, later: int = 0) -> int:
    try:
        date = dt.date.fromisoformat(day) + dt.timedelta(days=later)
        start = dt.datetime.combine(date, dt.time(), timezone)
        return round(start.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise OknoError(Code.BAD_FIELD, field=field) from error


def _cursor(last: Record) -> str:
    return f"{last.joined_at}-{last.id}"


def _place(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    joined_at, _, identity = cursor.partition("-")
    if not (_DIGITS.fullmatch(joined_at) and is_ulid(identity)):
        raise OknoError(Code.BAD_FIELD, field="before")
    return int(joined_at), identity


def _timeline_entry(row: Row[int, int, str, str]) -> TimelineEntry:
    identity = EventId(f"{row.ms}-{row.seq}")
    known = known_event(row.body)
    if known is None:
        # Of a newer version, or broken: that something happened is told, not what.
        kind = f"{row.type}?" if row.type in EVENT_TYPES else row.type
        return TimelineEntry(id=identity, type=kind, at=row.ms, facts={})
    facts = msgspec.to_builtins(known)
    kind, at = facts.pop("type"), facts.pop("at")
    facts.pop("consultation", None)
    said = {name: " ".join(it) if isinstance(it, list) else it for name, it in facts.items()}
    return TimelineEntry(id=identity, type=kind, at=at, facts=said)
