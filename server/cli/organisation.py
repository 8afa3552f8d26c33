"""``okno organisation``: regions, isolated from each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import Row, select

from server.archive import tables
from server.cli.support import engines, run, say_table, spec
from server.directory.changes import changing
from server.directory.rows import ChangeError
from server.directory.specs import OrganisationSpec


@click.group()
def organisation() -> None:
    """Regions, isolated from each other; each has its own centres, topics and people."""


@organisation.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="Such as Europe/Samara.")
def add(code: str, name: str, timezone: str) -> None:
    """Add an organisation."""
    wanted = spec(OrganisationSpec, code=code, name=name, timezone=timezone)

    async def work() -> None:
        async with (
            engines() as services,
            changing(services.database, services.redis, code) as changes,
        ):
            if changes.rows.id is not None:
                raise ChangeError(f"There is an organisation {code!r} already.")
            await changes.put_organisation(wanted)

    run(work())
    click.echo(f"organisation added: {code}")


@organisation.command("list")
def list_() -> None:
    """Show all organisations."""

    async def work() -> Sequence[Row[Any]]:
        async with engines() as services, services.database.read() as connection:
            query = select(tables.organisation).order_by(tables.organisation.c.code)
            return (await connection.execute(query)).all()

    rows = [(row.code, row.name, row.timezone) for row in run(work())]
    say_table(("CODE", "NAME", "TIME ZONE"), rows, "No organisation yet.")
