"""``okno centre``: the places visitors come to."""

from __future__ import annotations

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import ORGANISATION, changes_of, rows_of, run, say_table, spec
from server.directory.rows import ChangeError
from server.directory.specs import CentreSpec


@click.group()
def centre() -> None:
    """Public-service centres: the places visitors come to."""


@centre.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", help="Such as Europe/Samara; the organisation's without it.")
@click.option("--ticket-prefix", help="Letters before ticket numbers; the next free without it.")
@ORGANISATION
def add(
    code: str, name: str, timezone: str | None, ticket_prefix: str | None, organisation: str | None
) -> None:
    """Add a centre."""
    wanted = spec(CentreSpec, code=code, name=name, timezone=timezone, ticket_prefix=ticket_prefix)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.centre, code=code) is not None:
                raise ChangeError(f"There is a centre {code!r} already.")
            await changes.put_centre(wanted)

    run(work())


@centre.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the centres."""
    query = (
        select(tables.centre)
        .join(tables.organisation, tables.organisation.c.id == tables.centre.c.organisation)
        .order_by(tables.centre.c.code)
    )
    rows = [
        (row.code, row.ticket_prefix, row.name, row.timezone)
        for row in run(rows_of(organisation, query))
    ]
    say_table(("CODE", "TICKETS", "NAME", "TIME ZONE"), rows, "No centre yet.")
