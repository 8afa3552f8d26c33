"""``okno topic``: what visitors come for."""

from __future__ import annotations

import click
from sqlalchemy import select

from server.archive import tables
from server.cli.support import ORGANISATION, Refused, changes_of, rows_of, run, say_table, spec
from server.directory.rows import ChangeError
from server.directory.specs import TopicSpec

_MINUTE = 60


@click.group()
def topic() -> None:
    """What visitors come for."""


@topic.command()
@click.argument("code")
@click.option("--name", "names", multiple=True, required=True, metavar="LANGUAGE=TEXT")
@click.option(
    "--hint", "hints", multiple=True, metavar="LANGUAGE=TEXT", help="What to prepare meanwhile."
)
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=10,
    show_default=True,
    help="How long it takes on average, until enough consultations were held to know.",
)
@ORGANISATION
def add(
    code: str,
    names: tuple[str, ...],
    hints: tuple[str, ...],
    minutes: float,
    organisation: str | None,
) -> None:
    """Add a topic."""
    wanted = spec(
        TopicSpec,
        code=code,
        names=_by_language(names),
        hints=_by_language(hints),
        handling_seconds=round(minutes * _MINUTE),
    )

    async def work() -> None:
        async with changes_of(organisation) as changes:
            if await changes.rows.find(tables.topic, code=code) is not None:
                raise ChangeError(f"There is a topic {code!r} already.")
            await changes.put_topic(wanted)

    run(work())
    click.echo("Consultants are asked for it once it is among their skills: see okno apply.")


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
            ", ".join(f"{language}: {name}" for language, name in row.names.items()),
        )
        for row in run(rows_of(organisation, query))
    ]
    say_table(("CODE", "TAKES", "IS", "NAMES"), rows, "No topic yet.")


@topic.command()
@click.argument("code")
@ORGANISATION
def close(code: str, organisation: str | None) -> None:
    """Offer a topic no more. Who waits for it already is still served."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await changes.close_topic(code)

    run(work())


def _by_language(values: tuple[str, ...]) -> dict[str, str]:
    texts = {}
    for value in values:
        language, equals, text = value.partition("=")
        if not equals:
            raise Refused(f"Say in which language, such as ru={value}")
        texts[language] = text
    return texts
