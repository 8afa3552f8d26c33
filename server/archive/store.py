"""Writing journal entries into SQL, so that doing it twice changes nothing.

Entries are kept by their id, and the records of the consultations they touch are folded anew from
everything kept of them, all in one transaction. Whoever commits last has therefore seen all that
was committed before, whatever order the entries came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from signaling.events import AnyEvent, Entry, consultation_of, decode_event
from signaling.fold import fold
from signaling.ids import ConsultationId, EventId, OrganisationId
from signaling.record import Record


class Delivered(NamedTuple):
    """A journal entry as Redis handed it over."""

    id: EventId
    event: AnyEvent
    body: str
    """The event's JSON. It is kept as it is: a field this version does not know stays in it."""


async def store(
    database: Database, organisation: OrganisationId, entries: Sequence[Delivered]
) -> None:
    """Keep these entries and bring the records they are part of up to date.

    Raises:
        sqlalchemy.exc.SQLAlchemyError, OSError: nothing was written.
    """
    touched = {
        consultation
        for entry in entries
        if (consultation := consultation_of(entry.event)) is not None
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
        await refold(database, connection, organisation, touched)


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
    """Fold the records of these consultations from the entries that are kept."""
    records = [
        record
        for entries in await _kept(connection, organisation, consultations)
        if (record := fold(entries)) is not None
    ]
    if not records:
        return
    insert = database.insert(tables.record).values([_row(record) for record in records])
    await connection.execute(
        insert.on_conflict_do_update(
            index_elements=["organisation", "id"],
            set_={name: insert.excluded[name] for name in ("outcome", "body")},
        )
    )
    talks = [row for record in records for row in _consultant_rows(record)]
    if talks:
        await connection.execute(
            database.insert(tables.record_consultant).values(talks).on_conflict_do_nothing()
        )


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
    rows = []
    for entry in entries:
        ms, seq = split_id(entry.id)
        rows.append(
            {
                "organisation": organisation,
                "ms": ms,
                "seq": seq,
                "type": type(entry.event).__struct_config__.tag,
                "consultation": getattr(entry.event, "consultation", None),
                "body": entry.body,
            }
        )
    await connection.execute(database.insert(tables.event).values(rows).on_conflict_do_nothing())


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
        [entry_of(organisation, row.ms, row.seq, row.body) for row in group]
        for _, group in groupby(rows, key=lambda row: row.consultation)
    ]


def entry_of(organisation: OrganisationId, ms: int, seq: int, body: str) -> Entry:
    """The journal entry of a row of the event table."""
    return Entry(organisation=organisation, id=EventId(f"{ms}-{seq}"), event=decode_event(body))


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
