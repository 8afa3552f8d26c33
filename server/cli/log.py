"""``okno log``: the session log in a terminal, with the desk's filters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.log import SqlSessionLog
from server.cli.support import ORGANISATION, Refused, chosen, engines, run, say_table
from server.directory.people import folded_email, read_organisation
from signaling import journal
from signaling.events import LogExported, RecordViewed
from signaling.ids import CentreId, ConsultationId, OrganisationId, TopicId, UserId
from signaling.model import Outcome
from signaling.ports import RedisClient
from signaling.record import Record, last_consultant, talk_ms, wait_ms
from web.export import as_csv, as_json
from web.i18n import Catalogues, Texts
from web.log_filter import filter_values
from web.names import Names
from web.ports import LogFilter, Organisation
from web.timeline import Narrator
from web.words import OUTCOMES, STATES, duration, short_day_and_time

F = TypeVar("F", bound=Callable[..., object])

_NOTHING = "-"
_HEAD = ("ID", "TICKET", "JOINED", "CENTRE", "TOPIC", "WAIT", "TALK", "OUTCOME", "CONSULTANT")


@click.group()
def log() -> None:
    """What happened: every consultation, newest first."""


def _filters(command: F) -> F:
    """The options that narrow the log."""
    for option in (
        click.option("--outcome", type=click.Choice([outcome.value for outcome in Outcome])),
        click.option("--consultant", metavar="E-MAIL", help="Who talked to the visitor."),
        click.option("--topic", metavar="CODE"),
        click.option("--centre", metavar="CODE"),
        click.option("--to", "day_to", metavar="DAY", help="Last day, such as 2026-11-30."),
        click.option("--from", "day_from", metavar="DAY", help="First day, such as 2026-11-01."),
        ORGANISATION,
    ):
        command = option(command)
    return command


@log.command("list")
@_filters
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
def list_(organisation: str | None, limit: int, **asked: str | None) -> None:
    """Show consultations, newest first."""

    async def work() -> None:
        async with _desk(organisation, asked) as desk:
            page = await desk.log.page(desk.organisation.id, desk.where, before=None, limit=limit)
            rows = [_row(record, desk.organisation, desk.texts) for record in page.records]
        say_table(_HEAD, rows, "No consultation matches.")
        if page.older is not None:
            click.echo(f"{len(rows)} of {page.total}. More with --limit, older ones with --to.")

    run(work())


@log.command()
@click.argument("consultation")
@ORGANISATION
def show(consultation: str, organisation: str | None) -> None:
    """Tell one consultation as it happened. That you looked is written down."""

    async def work() -> None:
        async with _desk(organisation, {}) as desk:
            wanted = ConsultationId(consultation.upper())
            found = await desk.log.record(desk.organisation.id, wanted)
            if found is None:
                raise Refused(f"There is no consultation {consultation!r} in this organisation.")
            now = await journal.now_ms(desk.redis)
            event = RecordViewed(at=now, consultation=wanted, user=None)
            await journal.append(desk.redis, desk.organisation.id, event)
        record, entries = found
        say_table(_HEAD, [_row(record, desk.organisation, desk.texts)], "")
        click.echo()
        zone = ZoneInfo(desk.organisation.timezone)
        names = Names(desk.organisation, desk.texts)
        for sentence in Narrator(names, desk.texts, zone).tell(entries):
            click.echo(f"{sentence.moment.text}  {sentence.text}")

    run(work())


@log.command()
@_filters
@click.option("--format", "kind", type=click.Choice(["csv", "json"]), default="csv")
def export(organisation: str | None, kind: str, **asked: str | None) -> None:
    """Write consultations to the output. That you did is written down."""

    async def work() -> None:
        async with _desk(organisation, asked) as desk:
            event = LogExported(
                at=await journal.now_ms(desk.redis),
                user=None,
                format=kind,
                filters=filter_values(desk.where),
            )
            await journal.append(desk.redis, desk.organisation.id, event)
            records = desk.log.export(desk.organisation.id, desk.where)
            pieces = (as_csv if kind == "csv" else as_json)(records, desk.organisation)
            async for piece in pieces:
                click.echo(piece, nl=False)

    run(work())


@dataclass(frozen=True)
class _Desk:
    """What reading one organisation's log takes."""

    redis: RedisClient
    log: SqlSessionLog
    organisation: Organisation
    where: LogFilter
    texts: Texts


@asynccontextmanager
async def _desk(code: str | None, asked: Mapping[str, str | None]) -> AsyncIterator[_Desk]:
    async with engines() as services:
        mine = tables.organisation.c.code == await chosen(services.database, code)
        async with services.database.read() as connection:
            found = await connection.scalar(select(tables.organisation.c.id).where(mine))
            organisation = await read_organisation(connection, OrganisationId(str(found)))
            where = await _filter(connection, organisation, asked)
        yield _Desk(
            redis=services.redis,
            log=SqlSessionLog(services.database),
            organisation=organisation,
            where=where,
            texts=Catalogues()["en"],
        )


async def _filter(
    connection: AsyncConnection, organisation: Organisation, asked: Mapping[str, str | None]
) -> LogFilter:
    """Codes and e-mails, as people type them, as the ids that records hold."""
    centres = {centre.code: centre.id for centre in organisation.centres.values()}
    every_topic = {**organisation.closed_topics, **organisation.topics}
    topics = {topic.code: topic.id for topic in every_topic.values()}
    consultant = asked.get("consultant")
    outcome = asked.get("outcome")
    return LogFilter(
        day_from=asked.get("day_from"),
        day_to=asked.get("day_to"),
        centre=_known(centres, "centre", asked.get("centre")),
        topic=_known(topics, "topic", asked.get("topic")),
        consultant=await _user(connection, organisation, consultant) if consultant else None,
        outcome=Outcome(outcome) if outcome else None,
    )


Id = TypeVar("Id", CentreId, TopicId)


def _known(ids: Mapping[str, Id], kind: str, code: str | None) -> Id | None:
    if code is None:
        return None
    if code not in ids:
        raise Refused(f"There is no {kind} {code!r}. There are: {', '.join(sorted(ids))}.")
    return ids[code]


async def _user(connection: AsyncConnection, organisation: Organisation, email: str) -> UserId:
    found = await connection.scalar(
        select(tables.staff.c.id).where(
            tables.staff.c.organisation == organisation.id,
            tables.staff.c.email == folded_email(email),
        )
    )
    if found is None:
        raise Refused(f"There is no user {email!r} in this organisation.")
    return UserId(found)


def _row(record: Record, organisation: Organisation, texts: Texts) -> tuple[str, ...]:
    names = Names(organisation, texts)
    waited, consultant = wait_ms(record), last_consultant(record)
    how = OUTCOMES[record.outcome] if record.outcome else STATES[record.state]
    joined = short_day_and_time(record.joined_at, ZoneInfo(organisation.timezone), texts)
    return (
        record.id,
        record.ticket,
        joined.text,
        names.centre(record.centre),
        names.topic(record.topic),
        _NOTHING if waited is None else duration(waited, texts),
        duration(talk_ms(record), texts) if record.contact_legs else _NOTHING,
        texts.gettext(how),
        names.user(consultant) if consultant else _NOTHING,
    )
