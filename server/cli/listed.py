"""The verbs of a short list of an organisation, the same for each list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import ORGANISATION, by_language, changes_of, rows_of, run, say_table, spec
from server.directory.listed import Listed, listed, put_listed, remove_listed
from server.directory.rows import ChangeError
from server.directory.specs import NamedSpec

NAME = click.option(
    "--name", "names", multiple=True, metavar="LANGUAGE=TEXT", help="May be given several times."
)


def add_entry(
    which: Listed, kind: type[NamedSpec], organisation: str | None, values: dict[str, Any]
) -> None:
    """Put a new entry at the end of the list; its names are as typed."""
    wanted = spec(kind, **{**values, "names": by_language(values["names"])})

    async def work() -> None:
        async with changes_of(organisation) as changes:
            if any(each["code"] == wanted.code for each in await listed(changes.rows, which)):
                raise ChangeError(f"There is a {which.kind} {wanted.code!r} already.")
            await put_listed(changes.rows, which, wanted)

    run(work())


def edit_entry(
    which: Listed, kind: type[NamedSpec], organisation: str | None, values: dict[str, Any]
) -> None:
    """Change what is given of an entry; None, or a language not named, leaves it as it is."""
    names = by_language(values.pop("names"))
    given = {name: value for name, value in values.items() if value is not None}

    async def work() -> None:
        async with changes_of(organisation) as changes:
            entries = {each["code"]: each for each in await listed(changes.rows, which)}
            before = entries.get(given["code"])
            if before is None:
                raise ChangeError(f"There is no {which.kind} {given['code']!r} to edit.")
            now = {**before, **given, "names": before["names"] | names}
            await put_listed(changes.rows, which, spec(kind, **now))

    run(work())


def remove_entry(which: Listed, code: str, organisation: str | None) -> None:
    """Take an entry off the list."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await remove_listed(changes.rows, which, code)

    run(work())


def entries_of(which: Listed, organisation: str | None) -> Sequence[dict[str, Any]]:
    """The list as it is."""
    query = select(tables.organisation.c[which].label("entries"))
    (row,) = run(rows_of(organisation, query))
    entries: Sequence[dict[str, Any]] = row.entries
    return entries


def names_text(names: dict[str, str]) -> str:
    """Every name with its language."""
    return ", ".join(f"{language}: {name}" for language, name in names.items())


def named_group(name: str, which: Listed, about: str) -> click.Group:
    """The commands of a list whose entries have nothing but a code and names."""
    group = click.Group(name, help=about)

    @group.command()
    @click.argument("code")
    @NAME
    @ORGANISATION
    def add(code: str, names: tuple[str, ...], organisation: str | None) -> None:
        """Add one, at the end of the list."""
        add_entry(which, NamedSpec, organisation, {"code": code, "names": names})

    @group.command()
    @click.argument("code")
    @NAME
    @ORGANISATION
    def edit(code: str, names: tuple[str, ...], organisation: str | None) -> None:
        """Change names."""
        edit_entry(which, NamedSpec, organisation, {"code": code, "names": names})

    @group.command()
    @click.argument("code")
    @ORGANISATION
    def remove(code: str, organisation: str | None) -> None:
        """Take one off the list; what is on record keeps the code."""
        remove_entry(which, code, organisation)

    @group.command("list")
    @ORGANISATION
    def list_(organisation: str | None) -> None:
        """Show them in their order."""
        rows = [
            (each["code"], names_text(each["names"])) for each in entries_of(which, organisation)
        ]
        say_table(("CODE", "NAMES"), rows, "None yet.")

    return group
