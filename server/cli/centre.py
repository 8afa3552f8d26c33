"""``okno centre``: the places visitors come to."""

from __future__ import annotations

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import (
    ORGANISATION,
    changes_of,
    current,
    given,
    rows_of,
    run,
    say_table,
    spec,
)
from server.directory.rows import ChangeError
from server.directory.specs import CentreSpec

_REGION = click.option(
    "--region", metavar="CODE", help="Centres with the same one are near each other."
)


@click.group()
def centre() -> None:
    """Public-service centres: the places visitors come to."""


@centre.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", help="Such as Europe/Samara; the organisation's without it.")
@click.option("--ticket-prefix", help="Letters before ticket numbers; the next free without it.")
@_REGION
@ORGANISATION
def add(code: str, organisation: str | None, **options: str | None) -> None:
    """Add a centre."""
    wanted = spec(CentreSpec, code=code, **given(options))

    async def work() -> None:
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.centre, code=code) is not None:
                raise ChangeError(f"There is a centre {code!r} already.")
            await changes.put_centre(wanted)

    run(work())


@centre.command()
@click.argument("code")
@click.option("--name")
@click.option("--timezone", help="Such as Europe/Samara.")
@click.option("--ticket-prefix", help="Letters before ticket numbers.")
@_REGION
@ORGANISATION
def edit(code: str, organisation: str | None, **options: str | None) -> None:
    """Change what is given of a centre."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            before = current(CentreSpec, await changes.centre(code))
            await changes.put_centre(spec(CentreSpec, **{**before, **given(options)}))

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
        (row.code, row.ticket_prefix, row.name, row.timezone, row.region)
        for row in run(rows_of(organisation, query))
    ]
    say_table(("CODE", "TICKETS", "NAME", "TIME ZONE", "REGION"), rows, "No centre yet.")
