"""``okno user``: members of staff. Passwords never stand on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import (
    ORGANISATION,
    Refused,
    changes_of,
    current,
    given,
    rows_of,
    run,
    say_table,
    spec,
)
from server.directory.people import folded_email
from server.directory.rows import ChangeError
from server.directory.secrets import Passwords
from server.directory.skills import held_skills
from server.directory.specs import SkillSpec, UserSpec
from signaling.model import LANGUAGES, Role

SHORTEST_PASSWORD = 10

_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


_ROLES = tuple(role.value for role in Role)
_RESERVE = "Asked only when no other consultant is available."
_OPTIONS = (
    click.option("--centre", metavar="CODE", help="Where the person works; empty for nowhere."),
    click.option(
        "--skill",
        "skills",
        multiple=True,
        metavar="TOPIC[:LANGUAGE[:MODE[:LEVEL]]]",
        help="Of a consultant, instead of all there were; * is every topic, and what is left empty "
        "is every language, speech and level 1, which is asked before 2.",
    ),
    click.option(
        "--interprets",
        multiple=True,
        metavar="CODE",
        help="What the person interprets, instead of all there was; empty for nothing.",
    ),
)


def _work_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def user() -> None:
    """Members of staff: consultants, supervisors and administrators."""


@user.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option(
    "--role",
    "roles",
    type=click.Choice(_ROLES),
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
@click.option("--reserve", is_flag=True, help=_RESERVE)
@_work_options
@_STDIN
@ORGANISATION
def add(
    *,
    email: str,
    topics: tuple[str, ...],
    languages: tuple[str, ...],
    password_stdin: bool,
    organisation: str | None,
    **options: Any,
) -> None:
    """Add a member of staff."""
    values = _values(options)
    if topics or languages:
        if "skills" in values:
            raise Refused("Say --skill, or --topic and --language, but not both.")
        skill = {"topics": list(topics), "languages": list(languages)}
        values["skills"] = [
            spec(SkillSpec, **{name: value for name, value in skill.items() if value})
        ]
    wanted = spec(UserSpec, email=email, **values)
    password = _password(stdin=password_stdin)

    async def work() -> None:
        stored = await Passwords().hash(password)
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.staff, email=wanted.email) is not None:
                raise ChangeError(f"There is a user {wanted.email!r} already.")
            await changes.put_user(wanted)
            await changes.set_password(wanted.email, stored)

    run(work())


@user.command()
@click.argument("email")
@click.option("--name")
@click.option(
    "--role",
    "roles",
    type=click.Choice(_ROLES),
    multiple=True,
    help="Instead of all there were; may be given several times.",
)
@click.option("--reserve/--no-reserve", default=None, help=_RESERVE)
@_work_options
@ORGANISATION
def edit(email: str, organisation: str | None, **options: Any) -> None:
    """Change what is given of a person; skills count when they next become available."""
    values = _values(options)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            row = await changes.user(folded_email(email))
            before = current(UserSpec, row)
            if row.centre is not None:
                centre = await changes.rows.get(tables.centre, "centre", row.centre, id=row.centre)
                before["centre"] = centre.code
            if Role.CONSULTANT in row.roles:
                before["skills"] = await held_skills(changes.rows, row)
            await changes.put_user(spec(UserSpec, **{**before, **values}))

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


def _values(options: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by the names of the spec; what was not typed is not there."""
    values = given(options)
    if "roles" in values:
        values["roles"] = list(values["roles"])
    if "centre" in values:
        values["centre"] = values["centre"] or None
    if "interprets" in values:
        values["interprets"] = [code for code in values["interprets"] if code]
    if "skills" in values:
        values["skills"] = [_skill(text) for text in values["skills"]]
    return values


def _skill(text: str) -> SkillSpec:
    topic, language, mode, level, *more = [*text.split(":"), "", "", ""]
    if any(more) or not (topic and (level.isdecimal() or not level)):
        raise Refused(f"A skill is TOPIC:LANGUAGE:MODE:LEVEL, such as passport:ru, not {text!r}.")
    values = {"languages": [language], "modes": [mode]}
    named = {name: value for name, value in values.items() if value != [""]}
    return spec(SkillSpec, topics=[topic], level=int(level or 1), **named)


def _password(*, stdin: bool) -> str:
    if stdin:
        chosen = sys.stdin.readline().rstrip("\r\n")
    else:
        chosen = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if len(chosen) < SHORTEST_PASSWORD:
        raise Refused(f"A password has at least {SHORTEST_PASSWORD} characters.")
    return chosen
