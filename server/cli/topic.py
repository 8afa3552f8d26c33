"""``okno topic``: what visitors come for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.listed import names_text
from server.cli.support import (
    ORGANISATION,
    Refused,
    by_language,
    changes_of,
    current,
    given,
    rows_of,
    run,
    say_table,
    spec,
)
from server.directory.rows import ChangeError
from server.directory.specs import TopicSpec
from signaling.consent import RecordingRule

_MINUTE = 60


_NAMES = click.option("--name", "names", multiple=True, metavar="LANGUAGE=TEXT")
_OPTIONS = (
    click.option(
        "--hint", "hints", multiple=True, metavar="LANGUAGE=TEXT", help="What to prepare meanwhile."
    ),
    click.option(
        "--minutes",
        type=click.FloatRange(min=0, min_open=True),
        help="How long it takes on average, until enough consultations were held to know; 10.",
    ),
    click.option(
        "--service-level",
        "service_level_seconds",
        type=int,
        metavar="SECONDS",
        help="A wait of up to so long counts as in time; 60.",
    ),
    click.option(
        "--prefer",
        multiple=True,
        metavar="SCOPE:SECONDS",
        help="Who alone is asked at first, and for how long: consultant, centre or region. Several "
        "are steps, one after the other; everyone clears them.",
    ),
    click.option(
        "--overflow-at",
        type=int,
        metavar="NUMBER",
        help="With so many waiting, a new visitor is everyone's at once; 0 for never.",
    ),
    click.option(
        "--hours",
        multiple=True,
        metavar='"DAYS HH:MM-HH:MM"',
        help='Such as "mon-fri 08:00-20:00", several times if need be, or always.',
    ),
    click.option(
        "--last-ticket",
        "last_ticket_minutes",
        type=int,
        metavar="MINUTES",
        help="No ticket is given in so many minutes before closing; 0.",
    ),
    click.option(
        "--recording",
        type=click.Choice([rule.value for rule in RecordingRule]),
        help="Whether conversations may be recorded, if the visitor agrees: never; ask (the "
        "consultant may ask); always (every visitor is asked).",
    ),
)


def _topic_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def topic() -> None:
    """What visitors come for."""


@topic.command()
@click.argument("code")
@_NAMES
@_topic_options
@ORGANISATION
def add(code: str, organisation: str | None, **options: Any) -> None:
    """Add a topic, with a name in each language it is offered in."""
    wanted = spec(TopicSpec, code=code, **{"names": {}, **_values(options)})

    async def work() -> None:
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.topic, code=code) is not None:
                raise ChangeError(f"There is a topic {code!r} already.")
            await changes.put_topic(wanted)

    run(work())
    click.echo("Consultants are asked for it once it is among their skills: see okno user edit.")


@topic.command()
@click.argument("code")
@_NAMES
@_topic_options
@ORGANISATION
def edit(code: str, organisation: str | None, **options: Any) -> None:
    """Change what is given of a topic; pages notice within a second or two."""
    values = _values(options)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            before = current(TopicSpec, await changes.topic(code))
            for texts in ("names", "hints"):
                values[texts] = before[texts] | values.get(texts, {})
            await changes.put_topic(spec(TopicSpec, **{**before, **values}))

    run(work())


@topic.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the topics in the order of their tiles."""
    query = (
        select(tables.topic)
        .join(tables.organisation, tables.organisation.c.id == tables.topic.c.organisation)
        .order_by(tables.topic.c.position)
    )
    rows = [
        (
            row.code,
            f"{row.handling_seconds / _MINUTE:g} min",
            "closed" if row.closed_at else "open",
            ", ".join(row.hours) or "always",
            names_text(row.names),
        )
        for row in run(rows_of(organisation, query))
    ]
    say_table(("CODE", "TAKES", "IS", "HOURS", "NAMES"), rows, "No topic yet.")


@topic.command()
@click.argument("code")
@ORGANISATION
def close(code: str, organisation: str | None) -> None:
    """Offer a topic no more. Who waits for it already is still served."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await changes.close_topic(code)

    run(work())


def _values(options: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by the names of the spec; what was not typed is not there."""
    values = given(options)
    for texts in ("names", "hints"):
        if texts in values:
            values[texts] = by_language(values[texts])
    if "minutes" in values:
        values["handling_seconds"] = round(values.pop("minutes") * _MINUTE)
    if "hours" in values:
        values["hours"] = [] if values["hours"] == ("always",) else list(values["hours"])
    if "prefer" in values:
        steps = () if values["prefer"] == ("everyone",) else values["prefer"]
        values["prefer"] = [_preference(step) for step in steps]
    if values.get("overflow_at") == 0:
        values["overflow_at"] = None
    return values


def _preference(text: str) -> dict[str, object]:
    scope, _, seconds = text.partition(":")
    if not seconds.isdecimal():
        raise Refused(f"Say for how many seconds, such as centre:30, not {text!r}.")
    return {"scope": scope, "seconds": int(seconds)}
