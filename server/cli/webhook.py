"""``okno webhook``: programs that are told what happens, and what they could not be told."""

from __future__ import annotations

import datetime as dt
import time

import click
import msgspec
from sqlalchemy import and_, case, func, select

from server.archive import tables
from server.archive.store import split_id
from server.cli.support import ORGANISATION, Refused, changes_of, rows_of, run, say_table, spec
from server.settings import load_settings
from server.webhooks.changes import (
    WebhookSpec,
    add_webhook,
    pause_webhook,
    remove_webhook,
    retry_dead,
)
from server.webhooks.horizon import Place
from server.webhooks.notification import EVERY, TEST, Notification
from server.webhooks.sender import open_sender
from signaling.ids import EventId, new_ulid

_NAME = click.argument("name")
_SHOWN = 100
"""Of a dead-letter list, the newest."""


@click.group()
def webhook() -> None:
    """Programs that are told of each consultation."""


@webhook.command()
@_NAME
@click.argument("url")
@click.option(
    "--event",
    "types",
    multiple=True,
    default=[EVERY],
    show_default=True,
    help="What it is told of, such as consultation.closed; may be given several times.",
)
@ORGANISATION
def add(name: str, url: str, types: tuple[str, ...], organisation: str | None) -> None:
    """Tell the program at this address from now on. Shows its secret, this once."""
    wanted = spec(WebhookSpec, name=name, url=url, types=list(types))
    private = load_settings().webhook_private

    async def work() -> str:
        async with changes_of(organisation) as changes:
            return await add_webhook(changes.rows, wanted, now=_now(), private=private)

    secret = run(work())
    click.echo(f"Secret: {secret}")
    click.echo("It is not shown again. The receiver needs it to know our signature.")


@webhook.command("list")
@ORGANISATION
def list_(organisation: str | None) -> None:
    """Show the webhooks, what they are told of, and how they do."""
    delivery = tables.webhook_delivery.c
    table = tables.webhook
    query = (
        select(
            *(table.c.name, table.c.url, table.c.types, table.c.paused_at),
            func.count(delivery.due_at).label("pending"),
            func.count(case((delivery.attempts > 0, delivery.due_at))).label("tried"),
            func.count(delivery.dead_at).label("dead"),
        )
        .join(tables.organisation, tables.organisation.c.id == table.c.organisation)
        .outerjoin(tables.webhook_delivery, delivery.webhook == table.c.id)
        .group_by(table.c.id)
        .order_by(table.c.name)
    )
    rows = [
        (
            *(row.name, row.url, ", ".join(row.types)),
            "active" if row.paused_at is None else "paused",
            *(row.pending, row.tried, row.dead),
        )
        for row in run(rows_of(organisation, query))
    ]
    head = ("WEBHOOK", "ADDRESS", "EVENTS", "CONDITION", "PENDING", "TRIED", "DEAD")
    say_table(head, rows, "No webhook yet.")


@webhook.command()
@_NAME
@ORGANISATION
def remove(name: str, organisation: str | None) -> None:
    """Tell it nothing any more, and forget what it was still to be told."""

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await remove_webhook(changes.rows, name)

    run(work())


@webhook.command()
@_NAME
@ORGANISATION
def pause(name: str, organisation: str | None) -> None:
    """Let its events wait."""
    _pause(name, organisation, paused=True)


@webhook.command()
@_NAME
@ORGANISATION
def resume(name: str, organisation: str | None) -> None:
    """Go on with what waits."""
    _pause(name, organisation, paused=False)


@webhook.command()
@_NAME
@ORGANISATION
def test(name: str, organisation: str | None) -> None:
    """Send it something from here, now, and say how it answers."""
    settings = load_settings()
    table = tables.webhook
    query = (
        select(table.c.url, table.c.secret, tables.organisation.c.code)
        .join(tables.organisation, tables.organisation.c.id == table.c.organisation)
        .where(table.c.name == name)
    )

    async def work() -> str | None:
        found = await rows_of(organisation, query)
        if not found:
            raise _unknown(name)
        (row,) = found
        notification = Notification(
            id=new_ulid(), type=TEST, organisation=row.code, at=_now(), event=msgspec.Raw(b"{}")
        )
        async with open_sender(
            private=settings.webhook_private, seconds=settings.webhook_seconds
        ) as sender:
            return await sender.send(row.url, row.secret, notification)

    error = run(work())
    if error is not None:
        raise click.ClickException(f"It was not delivered: {error}.")
    click.echo("Delivered.")


@webhook.command()
@_NAME
@ORGANISATION
def dead(name: str, organisation: str | None) -> None:
    """Show what it could not be told, the newest first."""
    delivery = tables.webhook_delivery.c
    event = tables.event.c
    its_event = and_(
        event.organisation == delivery.organisation,
        event.ms == delivery.ms,
        event.seq == delivery.seq,
    )
    # A webhook without any has one row, of nothing.
    hook = tables.webhook.c
    query = (
        select(tables.webhook_delivery, event.type)
        .select_from(tables.webhook)
        .join(tables.organisation, tables.organisation.c.id == hook.organisation)
        .outerjoin(
            tables.webhook_delivery,
            and_(delivery.webhook == hook.id, delivery.dead_at.is_not(None)),
        )
        .outerjoin(tables.event, its_event)
        .where(hook.name == name)
        .order_by(delivery.ms.desc(), delivery.seq.desc())
        .limit(_SHOWN)
    )
    found = run(rows_of(organisation, query))
    if not found:
        raise _unknown(name)
    rows = [
        (f"{row.ms}-{row.seq}", row.type, _minute(row.ms), row.attempts, row.error or "not tried")
        for row in found
        if row.ms is not None
    ]
    say_table(("EVENT", "TYPE", "HAPPENED (UTC)", "ATTEMPTS", "LAST ERROR"), rows, "Nothing.")


@webhook.command()
@_NAME
@click.argument("event", required=False)
@ORGANISATION
def retry(name: str, event: str | None, organisation: str | None) -> None:
    """Try what it could not be told again: one event, or all."""
    place = None if event is None else _place(event)

    async def work() -> None:
        async with changes_of(organisation) as changes:
            await retry_dead(changes.rows, name, place, now=_now())

    run(work())


def _unknown(name: str) -> Refused:
    return Refused(f"There is no webhook {name!r} in this organisation.")


def _pause(name: str, organisation: str | None, *, paused: bool) -> None:
    async def work() -> None:
        async with changes_of(organisation) as changes:
            await pause_webhook(changes.rows, name, paused=paused, now=_now())

    run(work())


def _place(event: str) -> Place:
    try:
        return split_id(EventId(event))
    except ValueError as error:
        raise Refused(f"An event is called as in the list, such as 1-0, not {event!r}.") from error


def _minute(at: int) -> str:
    return f"{dt.datetime.fromtimestamp(at / 1000, dt.UTC):%Y-%m-%d %H:%M}"


def _now() -> int:
    return round(time.time() * 1000)
