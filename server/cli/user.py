"""``okno user``: members of staff. Passwords never stand on the command line."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import ORGANISATION, Refused, changes_of, rows_of, run, say_table, spec
from server.directory.people import folded_email
from server.directory.rows import ChangeError
from server.directory.secrets import Passwords
from server.directory.specs import SkillSpec, UserSpec
from signaling.model import LANGUAGES, Role

SHORTEST_PASSWORD = 10

_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@click.group()
def user() -> None:
    """Members of staff: consultants, supervisors and administrators."""


@user.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    required=True,
    help="May be given several times.",
)
@click.option("--topic", "topics", multiple=True, help="Of a consultant; every topic without it.")
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="Of a consultant; every language without it.",
)
@click.option("--reserve", is_flag=True, help="Asked only when no other consultant is available.")
@_STDIN
@ORGANISATION
def add(
    *,
    email: str,
    name: str,
    roles: tuple[str, ...],
    topics: tuple[str, ...],
    languages: tuple[str, ...],
    reserve: bool,
    password_stdin: bool,
    organisation: str | None,
) -> None:
    """Add a member of staff."""
    skill = {"topics": list(topics), "languages": list(languages)}
    narrowed = spec(SkillSpec, **{name: value for name, value in skill.items() if value})
    wanted = spec(
        UserSpec,
        email=email,
        name=name,
        roles=list(roles),
        reserve=reserve,
        skills=[narrowed] if topics or languages else None,
    )
    password = _password(stdin=password_stdin)

    async def work() -> None:
        stored = await Passwords().hash(password)
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.staff, email=wanted.email) is not None:
                raise ChangeError(f"There is a user {wanted.email!r} already.")
            await changes.put_user(wanted)
            await changes.set_password(wanted.email, stored)

    run(work())


@user.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the members of staff."""
    query = (
        select(tables.staff)
        .join(tables.organisation, tables.organisation.c.id == tables.staff.c.organisation)
        .order_by(tables.staff.c.email)
    )
    rows = [
        (
            row.email,
            row.name,
            ", ".join(row.roles) + (" (reserve)" if row.reserve else ""),
            "closed" if row.closed_at else "active" if row.password_hash else "has no password",
        )
        for row in run(rows_of(organisation, query))
    ]
    say_table(("E-MAIL", "NAME", "ROLES", "IS"), rows, "Nobody yet.")


@user.command()
@click.argument("email")
@ORGANISATION
def close(email: str, organisation: str | None) -> None:
    """Let a person in no more; what they did stays on record."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await changes.close_user(folded_email(email))

    run(work())


@user.command()
@click.argument("email")
@_STDIN
@ORGANISATION
def password(email: str, password_stdin: bool, organisation: str | None) -> None:
    """Set a person's password; their sessions end."""
    chosen = _password(stdin=password_stdin)

    async def work() -> None:
        stored = await Passwords().hash(chosen)
        async with changes_of(organisation) as changes:
            await changes.set_password(folded_email(email), stored)

    run(work())


def _password(*, stdin: bool) -> str:
    if stdin:
        chosen = sys.stdin.readline().rstrip("\r\n")
    else:
        chosen = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if len(chosen) < SHORTEST_PASSWORD:
        raise Refused(f"A password has at least {SHORTEST_PASSWORD} characters.")
    return chosen
