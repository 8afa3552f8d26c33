"""``okno doctor``: whether a live system agrees with itself and with its journal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import click
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.cli.support import ORGANISATION, chosen, engines, run, say_table
from server.services import Services
from signaling import keys
from signaling.events import AnyEvent, decode_event
from signaling.examine import Holdings, Problem, examine, overdue, read_holdings
from signaling.fold import live_state
from signaling.ids import OrganisationId
from signaling.journal import now_ms, read
from signaling.model import State
from signaling.presence import NODE_SILENT_MS

_LOOKS = 4
_BETWEEN_SECONDS = 0.5
"""A live system moves while it is read: only what is wrong at every look is wrong."""
_SQL_BATCH = 200


@click.command()
@ORGANISATION
def doctor(organisation: str | None) -> None:
    """Compare what Redis holds with the journal, and say what is wrong.

    Nothing is changed. The exit code is 1 when anything is wrong.
    """

    async def work() -> list[Problem]:
        async with engines() as services:
            code = await chosen(services.database, organisation)
            found = await _organisation(services.database, code)
            click.echo(await _life(services, found))
            wrong = set(await _look(services, found))
            for _ in range(_LOOKS - 1):
                if not wrong:
                    break
                await asyncio.sleep(_BETWEEN_SECONDS)
                wrong &= set(await _look(services, found))
            return sorted(wrong)

    problems = run(work())
    rows = [(each.what, each.subject, each.text) for each in problems]
    say_table(("RULE", "WHO", "WHAT IS WRONG"), rows, "Nothing is wrong.")
    if problems:
        raise click.exceptions.Exit(1)


async def _organisation(database: Database, code: str) -> OrganisationId:
    async with database.read() as connection:
        query = select(tables.organisation.c.id).where(tables.organisation.c.code == code)
        return OrganisationId(str(await connection.scalar(query)))


async def _life(services: Services, organisation: OrganisationId) -> str:
    """Who is at work, in a line."""
    redis = services.redis
    now = await now_ms(redis)
    nodes = await redis.zcount(keys.NODES, now - NODE_SILENT_MS, "+inf")
    opened = await redis.zcard(keys.open_consultations(organisation))
    entries = await redis.xlen(keys.journal(organisation))
    return (
        f"{nodes} nodes at work, {opened} consultations open, {entries} entries in the journal's "
        "stream."
    )


async def _look(services: Services, organisation: OrganisationId) -> list[Problem]:
    now = await read_holdings(services.redis, organisation)
    events = await _events(services, organisation, now)
    at = await now_ms(services.redis)
    return [*examine(now, live_state(events)), *overdue(now, at)]


async def _events(
    services: Services, organisation: OrganisationId, now: Holdings
) -> Iterable[AnyEvent]:
    """What the journal says of everyone Redis knows: from the archive, then from the stream."""
    opened = [who for who, facts in now.some("consultation") if facts.get("state") != State.CLOSED]
    known: dict[tuple[int, int], AnyEvent] = {}
    async with services.database.read() as connection:
        for start in range(0, len(opened), _SQL_BATCH):
            table = tables.event
            query = select(table.c.ms, table.c.seq, table.c.body).where(
                table.c.organisation == organisation,
                table.c.consultation.in_(opened[start : start + _SQL_BATCH]),
            )
            known.update(_decoded((await connection.execute(query)).all()))
    async for entry in read(services.redis, organisation):
        ms, _, seq = entry.id.partition("-")
        known[int(ms), int(seq)] = entry.event
    return [known[each] for each in sorted(known)]


def _decoded(rows: Iterable[Any]) -> dict[tuple[int, int], AnyEvent]:
    """By the two halves of their ids; SQLAlchemy's rows of three have no type of their own."""
    return {(row.ms, row.seq): decode_event(row.body) for row in rows}
