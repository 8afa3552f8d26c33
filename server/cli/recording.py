"""``okno recording``: the keys of recordings, whether they are whole, and their removal."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import click
from sqlalchemy import select

from server.archive import tables
from server.archive.log import SqlSessionLog
from server.cli.support import ORGANISATION, Refused, chosen, engines, run, say_table
from server.recording import vault_of
from server.services import Services
from server.settings import load_settings
from signaling.consent import RemovalReason
from signaling.ids import ConsultationId, OrganisationId
from signaling.record import Record
from signaling.removal import remove_recording
from signaling.vault import SealError, Vault, new_key
from web.ports import LogFilter


@click.group()
def recording() -> None:
    """Recordings of conversations."""


@recording.command()
@click.option("--name", default=lambda: f"{dt.datetime.now(dt.UTC):%Y-%m}", help="Of the key.")
def key(name: str) -> None:
    """Print a new key for OKNO_RECORDING_KEY.

    To change keys put the new one first and keep the old ones behind it, separated by commas, for
    as long as recordings are kept. Who has a key can see every recording; without it nobody can.
    """
    click.echo(new_key(name))


@recording.command()
@ORGANISATION
def check(organisation: str | None) -> None:
    """Open everything that is recorded, and say what is missing or does not open.

    The exit code is 1 when anything is wrong.
    """

    async def work() -> tuple[int, list[tuple[str, ...]]]:
        async with _recordings(organisation) as (services, vault, found):
            whole = 0
            wrong: list[tuple[str, ...]] = []
            async for record in SqlSessionLog(services.database).export(found, LogFilter()):
                if record.recorded and record.recording_removed_at is None:
                    faults = list(_faults(vault, record))
                    wrong += [(record.ticket, record.id, fault) for fault in faults]
                    whole += not faults
            return whole, wrong

    whole, wrong = run(work())
    click.echo(f"{whole} recordings are whole.")
    say_table(("TICKET", "ID", "WHAT IS WRONG"), wrong, "Nothing is wrong.")
    if wrong:
        raise click.exceptions.Exit(1)


@recording.command()
@click.argument("consultation")
@click.option(
    "--reason",
    type=click.Choice(
        [each.value for each in RemovalReason if each is not RemovalReason.RETENTION]
    ),
    default=RemovalReason.REQUEST.value,
    show_default=True,
    help="The visitor asked; it should not have been made; somebody in it was not asked.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@ORGANISATION
def remove(consultation: str, reason: str, yes: bool, organisation: str | None) -> None:
    """Remove the recording of a consultation for good. It is written down, with the reason."""
    if not yes:
        click.confirm("It cannot be brought back. Remove it?", abort=True)

    async def work() -> bool:
        async with _recordings(organisation) as (services, vault, found):
            wanted = ConsultationId(consultation.upper())
            record = await SqlSessionLog(services.database).record(found, wanted)
            if record is not None and record[0].closed_at is None:
                raise Refused("The consultation is not over yet: its recording may still grow.")
            why = RemovalReason(reason)
            return await remove_recording(services.redis, vault, found, wanted, reason=why)

    if not run(work()):
        raise Refused(f"There is no recording of {consultation!r} in this organisation.")
    click.echo("It is gone.")


def _faults(vault: Vault, record: Record) -> Iterator[str]:
    """What the record names and cannot be opened."""
    there = vault.segments(record.organisation, record.id)
    have = {(each.take, each.side, each.number) for each in there}
    for part in record.recorded:
        missing = [
            number for number in range(part.segments) if (part.take, part.side, number) not in have
        ]
        if missing:
            yield f"{len(missing)} of {part.segments} files of the {part.side} are missing"
    for segment in there:
        try:
            vault.read(segment)
        except SealError as error:
            yield str(error)


@asynccontextmanager
async def _recordings(
    organisation: str | None,
) -> AsyncIterator[tuple[Services, Vault, OrganisationId]]:
    vault = vault_of(load_settings())
    if vault is None:
        raise Refused("Recordings cannot be opened without OKNO_RECORDING_KEY.")
    async with engines() as services:
        code = await chosen(services.database, organisation)
        async with services.database.read() as connection:
            query = select(tables.organisation.c.id).where(tables.organisation.c.code == code)
            found = OrganisationId(str(await connection.scalar(query)))
        yield services, vault, found
