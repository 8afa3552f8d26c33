"""``okno organisation``: regions, isolated from each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
from sqlalchemy import Row, select

from server.archive import tables
from server.cli.support import chosen, current, engines, given, run, say_table, spec
from server.directory.changes import changing
from server.directory.rows import Change, ChangeError
from server.directory.specs import OrganisationSpec

_OPTIONS = (
    click.option(
        "--cut-off",
        "cut_off_seconds",
        type=int,
        metavar="SECONDS",
        help="Head start of who was cut off in a talk; 3600.",
    ),
    click.option(
        "--callbacks/--no-callbacks",
        default=None,
        help="Whether waiting visitors may agree on a time to come back; they may.",
    ),
    click.option(
        "--callback",
        "callback_seconds",
        type=int,
        metavar="SECONDS",
        help="Head start of who comes back at the agreed time; 1800.",
    ),
    click.option(
        "--claim",
        "claim_seconds",
        type=int,
        metavar="SECONDS",
        help="How long a ticket that was taken elsewhere waits for its visitor; 7200.",
    ),
)


def _rule_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def organisation() -> None:
    """Regions, isolated from each other; each has its own centres, topics and people."""


@organisation.command()
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="Such as Europe/Samara.")
@_rule_options
def add(code: str, **options: object) -> None:
    """Add an organisation."""
    wanted = spec(OrganisationSpec, code=code, **given(options))

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


@organisation.command()
@click.argument("code")
@click.option("--name")
@click.option("--timezone", help="Such as Europe/Samara; centres keep their own.")
@_rule_options
def edit(code: str, **options: object) -> None:
    """Change what is given of an organisation."""

    async def work() -> list[Change]:
        async with engines() as services:
            await chosen(services.database, code)
            async with changing(services.database, services.redis, code) as changes:
                before = current(OrganisationSpec, await changes.rows.own())
                await changes.put_organisation(
                    spec(OrganisationSpec, **{**before, **given(options)})
                )
            return changes.done

    for change in run(work()):
        click.echo(change.text)


@organisation.command("list")
def list_() -> None:
    """Show all organisations."""

    async def work() -> Sequence[Row[Any]]:
        async with engines() as services, services.database.read() as connection:
            query = select(tables.organisation).order_by(tables.organisation.c.code)
            return (await connection.execute(query)).all()

    rows = [(row.code, row.name, row.timezone) for row in run(work())]
    say_table(("CODE", "NAME", "TIME ZONE"), rows, "No organisation yet.")
