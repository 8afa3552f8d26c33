"""``okno priority``: visitors who are let ahead, and by how much at most."""

from __future__ import annotations

import click

from server.cli.listed import (
    NAME,
    add_entry,
    edit_entry,
    entries_of,
    names_text,
    remove_entry,
)
from server.cli.support import ORGANISATION, say_table
from server.directory.listed import Listed
from server.directory.specs import PrioritySpec

_HEAD_START = (
    "Seconds of head start: the place is that of somebody who came so much earlier, and "
    "nobody is overtaken by more."
)


@click.group()
def priority() -> None:
    """Classes of visitors who are let ahead, by at most their head start."""


@priority.command()
@click.argument("code")
@NAME
@click.option("--head-start", type=int, required=True, metavar="SECONDS", help=_HEAD_START)
@click.option(
    "--at-booth/--not-at-booth",
    default=True,
    show_default=True,
    help="Whether visitors may say themselves that they belong to it.",
)
@ORGANISATION
def add(
    *, code: str, names: tuple[str, ...], head_start: int, at_booth: bool, organisation: str | None
) -> None:
    """Add a priority class, at the end of the list."""
    values = {
        "code": code,
        "names": names,
        "head_start_seconds": head_start,
        "at_booth": at_booth,
    }
    add_entry(Listed.PRIORITIES, PrioritySpec, organisation, values)


@priority.command()
@click.argument("code")
@NAME
@click.option("--head-start", type=int, metavar="SECONDS", help=_HEAD_START)
@click.option(
    "--at-booth/--not-at-booth",
    default=None,
    help="Whether visitors may say themselves that they belong to it.",
)
@ORGANISATION
def edit(
    *,
    code: str,
    names: tuple[str, ...],
    head_start: int | None,
    at_booth: bool | None,
    organisation: str | None,
) -> None:
    """Change a priority class. Who waits keeps the head start they were given."""
    values = {
        "code": code,
        "names": names,
        "head_start_seconds": head_start,
        "at_booth": at_booth,
    }
    edit_entry(Listed.PRIORITIES, PrioritySpec, organisation, values)


@priority.command()
@click.argument("code")
@ORGANISATION
def remove(code: str, organisation: str | None) -> None:
    """Take a class off the list. Who waits with it keeps the head start; records keep the code."""
    remove_entry(Listed.PRIORITIES, code, organisation)


@priority.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the priority classes in the order booths show them."""
    rows = [
        (
            each["code"],
            f"{each['head_start_seconds']} s",
            "visitors" if each["at_booth"] else "staff only",
            names_text(each["names"]),
        )
        for each in entries_of(Listed.PRIORITIES, organisation)
    ]
    say_table(("CODE", "HEAD START", "SAID BY", "NAMES"), rows, "No priority class yet.")
