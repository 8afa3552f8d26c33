"""``okno token``: what other programs prove themselves with at the REST API."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import click
from sqlalchemy import Row, select

from server.archive import tables
from server.cli.support import ORGANISATION, changes_of, rows_of, run, say_table, spec
from server.directory.tokens import Scope, TokenSpec, create_token, revoke_token


@click.group()
def token() -> None:
    """Tokens with which other programs use the REST API."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it allows; may be given several times.",
)
@click.option("--days", type=int, help="How long it is good for; without it, until revoked.")
@ORGANISATION
def create(name: str, scopes: tuple[str, ...], days: int | None, organisation: str | None) -> None:
    """Make a token and show it, this once."""
    wanted = spec(TokenSpec, name=name, scopes=list(scopes), days=days)

    async def work() -> str:
        async with changes_of(organisation) as changes:
            return await create_token(changes.rows, wanted, now=_now())

    made = run(work())
    click.echo(f"Token: {made}")
    click.echo("It is not shown again. Whoever has it may do what its scopes allow.")


@token.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the tokens, the revoked ones too, but nothing that could be used."""
    query = (
        select(tables.api_token)
        .join(tables.organisation, tables.organisation.c.id == tables.api_token.c.organisation)
        .order_by(tables.api_token.c.name, tables.api_token.c.created_at)
    )
    now = _now()
    rows = [
        (row.name, ", ".join(row.scopes), _day(row.last_used_at) or "never", _condition(row, now))
        for row in run(rows_of(organisation, query))
    ]
    say_table(("TOKEN", "SCOPES", "LAST USED", "CONDITION"), rows, "No token yet.")


@token.command()
@click.argument("name")
@ORGANISATION
def revoke(name: str, organisation: str | None) -> None:
    """Void a token at once."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await revoke_token(changes.rows, name, now=_now())

    run(work())


def _condition(row: Row[Any], now: int) -> str:
    if row.revoked_at is not None:
        return f"revoked {_day(row.revoked_at)}"
    if row.expires_at is None:
        return "good until revoked"
    return f"{'good until' if row.expires_at > now else 'expired'} {_day(row.expires_at)}"


def _day(at: int | None) -> str | None:
    return None if at is None else f"{dt.datetime.fromtimestamp(at / 1000, dt.UTC):%Y-%m-%d}"


def _now() -> int:
    return round(time.time() * 1000)
