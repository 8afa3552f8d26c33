"""What the commands that manage and read share: engines, the organisation meant, tables, faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import click
from pydantic import ValidationError
from redis.exceptions import RedisError
from sqlalchemy import Row, Select, select
from sqlalchemy.exc import SQLAlchemyError

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import Changes, changing
from server.directory.plan import PlanError
from server.directory.rows import ChangeError
from server.directory.specs import Spec
from server.services import Services, cli_services, migrate_database
from server.settings import load_settings
from signaling.errors import OknoError

T = TypeVar("T")
S = TypeVar("S", bound=Spec)

ORGANISATION = click.option(
    "--organisation",
    metavar="CODE",
    help="Which organisation; not needed while there is only one.",
)


class Refused(click.ClickException):
    """What was asked for is wrong; nothing was changed."""

    exit_code = 2


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command to its end; what it was refused is said in words."""
    try:
        return asyncio.run(work)
    except (ChangeError, PlanError, OknoError) as error:
        raise Refused(str(error)) from error
    except (SQLAlchemyError, RedisError, OSError) as error:
        raise click.ClickException(f"The database or Redis failed: {error}") from error


@asynccontextmanager
async def engines() -> AsyncIterator[Services]:
    """Redis and SQL as the settings say, with the tables brought up to date."""
    settings = load_settings()
    await migrate_database(settings)
    async with cli_services(settings) as services:
        yield services


@asynccontextmanager
async def changes_of(organisation: str | None) -> AsyncIterator[Changes]:
    """Changes to the organisation meant. What was done is said once it is committed."""
    async with engines() as services:
        code = await chosen(services.database, organisation)
        async with changing(services.database, services.redis, code) as changes:
            yield changes
    for change in changes.done:
        click.echo(change.text)


async def rows_of(organisation: str | None, query: Select[Any]) -> Sequence[Row[Any]]:
    """The rows of a query that belong to the organisation meant."""
    async with engines() as services:
        code = await chosen(services.database, organisation)
        mine = tables.organisation.c.code == code
        async with services.database.read() as connection:
            rows: Sequence[Row[Any]] = (await connection.execute(query.where(mine))).all()
            return rows


async def chosen(database: Database, code: str | None) -> str:
    """The code of the organisation meant.

    Raises:
        Refused: there is none of that code, or none or several to choose from.
    """
    async with database.read() as connection:
        query = select(tables.organisation.c.code).order_by(tables.organisation.c.code)
        codes = list(await connection.scalars(query))
    if code is None and len(codes) == 1:
        return str(codes[0])
    if not codes:
        raise Refused("There is no organisation yet. Add one with: okno organisation add")
    if code is None:
        raise Refused(f"Say which organisation with --organisation: {', '.join(codes)}.")
    if code not in codes:
        raise Refused(f"There is no organisation {code!r}. There are: {', '.join(codes)}.")
    return code


def spec(kind: Callable[..., S], **values: object) -> S:
    """The values of a command as a spec.

    Raises:
        Refused: naming every value that is not valid.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise Refused("\n".join(faults)) from error


def by_language(values: Sequence[str]) -> dict[str, str]:
    """Texts that were typed as ``ru=Налоги``, by language.

    Raises:
        Refused: one does not say in which language it is.
    """
    texts = {}
    for value in values:
        language, equals, text = value.partition("=")
        if not equals:
            raise Refused(f"Say in which language, such as ru={value}")
        texts[language] = text
    return texts


def current(kind: type[Spec], row: Row[Any]) -> dict[str, Any]:
    """The values of this spec that its row holds now, as a start for changing some."""
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    return {name: held[name] for name in kind.model_fields if name in held}


def given(values: Mapping[str, object]) -> dict[str, Any]:
    """Only the options that were used."""
    return {name: value for name, value in values.items() if value is not None and value != ()}


def say_table(head: Sequence[str], rows: Sequence[Sequence[object]], nothing: str) -> None:
    """Columns as wide as they need to be, or what it means that there are no rows."""
    if not rows:
        click.echo(nothing)
        return
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())
