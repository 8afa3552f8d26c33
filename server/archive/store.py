"""Writing journal entries into SQL, so that doing it twice changes nothing.

Entries are kept by their id, and the records of the consultations they touch are folded anew from
everything kept of them, all in one transaction. Whoever commits last has therefore seen all that
was committed before, whatever order the entries came in. What webhooks are to be told of is noted
in it as well.

Measurements of a talk that goes on are kept, and folded when it ends: to fold everything anew for
each of them would make a talk twice as long cost four times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import outbox, tables
from server.archive.database import Database
from signaling.events import (
    AnyEvent,
    Closed,
    Entry,
    Measured,
    Returned,
    TalkEnded,
    consultation_of,
    decode_event,
)
from signaling.fold import fold
from signaling.ids import ConsultationId, EventId, OrganisationId, is_ulid
from signaling.record import Record

_ENDS = tuple(str(each.__struct_config__.tag) for each in (TalkEnded, Returned, Closed))


class Delivered(NamedTuple):
    """A journal entry as Redis handed it over."""

    id: EventId
    event: AnyEvent | None
    """None: this version cannot read it. It is kept all the same, for one that can."""
    body: str
    """The event's JSON. It is kept as it is: a field this version does not know stays in it."""


class _Label(msgspec.Struct):
    """What may be read of an event that is not known."""

    type: str = "unreadable"
    consultation: str | None = None


async def store(
    database: Database, organisation: OrganisationId, entries: Sequence[Delivered]
) -> None:
    """Keep these entries and bring the records they are part of up to date.

    Raises:
        sqlalchemy.exc.SQLAlchemyError, OSError: nothing was written.
    """
    events = [entry.event for entry in entries if entry.event is not None]
    measured = [each for each in events if isinstance(each, Measured)]
    touched = {
        consultation
        for each in events
        if not isinstance(each, Measured) and (consultation := consultation_of(each)) is not None
    }
    async with database.write() as connection:
        # One at a time for each organisation. Two nodes that fold the same consultation at once
        # would each miss the other's entries, and the later commit would win with a hole in it.
        # A SQLite transaction is alone already and ignores FOR UPDATE.
        await connection.execute(
            select(tables.organisation.c.id)
            .where(tables.organisation.c.id == organisation)
            .with_for_update(key_share=True)
        )
        await _keep(database, connection, organisation, entries)
        late = await _over(connection, organisation, measured)
        await refold(database, connection, organisation, touched | late)


async def holds(
    database: Database, organisation: OrganisationId, entries: Sequence[Delivered]
) -> bool:
    """Whether all of these entries, which follow each other in the journal, are kept."""
    if not entries:
        return True
    place = tuple_(tables.event.c.ms, tables.event.c.seq)
    query = select(func.count()).where(
        tables.event.c.organisation == organisation,
        place >= tuple_(*split_id(entries[0].id)),
        place <= tuple_(*split_id(entries[-1].id)),
    )
    async with database.read() as connection:
        found: int = (await connection.execute(query)).scalar_one()
    return found >= len(entries)


async def refold(
    database: Database,
    connection: AsyncConnection,
    organisation: OrganisationId,
    consultations: Iterable[ConsultationId],
) -> None:
    """Fold the records of these consultations from the entries that are kept and can be read."""
    records = [
        record
        for entries in await _kept(connection, organisation, consultations)
        if (record := fold(entries)) is not None
    ]
    if not records:
        return
    # Rows beside the statement, not in it: a statement for each number of rows would be compiled
    # anew each time, which took a quarter of a busy node.
    insert = database.insert(tables.record)
    await connection.execute(
        insert.on_conflict_do_update(
            index_elements=["organisation", "id"],
            set_={name: insert.excluded[name] for name in ("outcome", "body")},
        ),
        [_row(record) for record in records],
    )
    talks = [row for record in records for row in _consultant_rows(record)]
    if talks:
        insert = database.insert(tables.record_consultant)
        await connection.execute(insert.on_conflict_do_nothing(), talks)


def split_id(event: EventId) -> tuple[int, int]:
    """Milliseconds and sequence number of a journal id."""
    ms, _, seq = event.partition("-")
    return int(ms), int(seq)


async def _keep(
    database: Database,
    connection: AsyncConnection,
    organisation: OrganisationId,
    entries: Sequence[Delivered],
) -> None:
    rows: list[dict[str, Any]] = []
    for entry in entries:
        ms, seq = split_id(entry.id)
        rows.append(
            {
                "organisation": organisation,
                "ms": ms,
                "seq": seq,
                **_label(entry),
                # Nothing of ours holds a NUL, and PostgreSQL would refuse the whole batch for it.
                "body": entry.body.replace("\0", ""),
            }
        )
    insert = database.insert(tables.event).on_conflict_do_nothing()
    added = await connection.execute(insert.returning(tables.event.c.ms, tables.event.c.seq), rows)
    new = {(row.ms, row.seq) for row in added}
    await outbox.put(
        connection, organisation, [row for row in rows if (row["ms"], row["seq"]) in new]
    )


async def _kept(
    connection: AsyncConnection,
    organisation: OrganisationId,
    consultations: Iterable[ConsultationId],
) -> list[list[Entry]]:
    event = tables.event.c
    rows = await connection.execute(
        select(event.consultation, event.ms, event.seq, event.body)
        .where(event.organisation == organisation, event.consultation.in_(list(consultations)))
        .order_by(event.consultation, event.ms, event.seq)
    )
    return [
        [
            Entry(organisation=organisation, id=EventId(f"{row.ms}-{row.seq}"), event=known)
            for row in group
            if (known := known_event(row.body)) is not None
        ]
        for _, group in groupby(rows, key=lambda row: row.consultation)
    ]


async def _over(
    connection: AsyncConnection, organisation: OrganisationId, measured: Sequence[Measured]
) -> set[ConsultationId]:
    """Consultations whose talk was archived as over before these measurements of it came."""
    if not measured:
        return set()
    event = tables.event.c
    found = await connection.scalars(
        select(event.consultation).where(
            event.organisation == organisation,
            event.consultation.in_({each.consultation for each in measured}),
            event.ms >= min(each.at for each in measured),
            event.type.in_(_ENDS),
        )
    )
    return {ConsultationId(each) for each in found if each is not None}


def known_event(body: str) -> AnyEvent | None:
    """The event in a row of the event table; None for one that only another version knows."""
    try:
        return decode_event(body)
    except msgspec.DecodeError:
        return None


def _label(entry: Delivered) -> dict[str, str | None]:
    """The columns an event is found by."""
    if entry.event is not None:
        tag = str(type(entry.event).__struct_config__.tag)
        return {"type": tag, "consultation": getattr(entry.event, "consultation", None)}
    try:
        label = msgspec.json.decode(entry.body, type=_Label)
    except msgspec.DecodeError:
        label = _Label()
    known = label.consultation is not None and is_ulid(label.consultation)
    return {
        "type": label.type.replace("\0", "")[: tables.TYPE_LENGTH],
        "consultation": label.consultation if known else None,
    }


def _row(record: Record) -> dict[str, object]:
    return {
        "organisation": record.organisation,
        "id": record.id,
        "joined_at": record.joined_at,
        "centre": record.centre,
        "topic": record.topic,
        "outcome": record.outcome.value if record.outcome else None,
        "body": msgspec.json.encode(record).decode(),
    }


def _consultant_rows(record: Record) -> list[dict[str, object]]:
    return [
        {
            "organisation": record.organisation,
            "consultant": consultant,
            "joined_at": record.joined_at,
            "record": record.id,
        }
        for consultant in sorted({leg.consultant for leg in record.contact_legs})
    ]
