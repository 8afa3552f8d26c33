"""Changing an organisation's webhooks, each change journaled as the directory's are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import Row, and_, delete, func, insert, select, tuple_, update

from server.archive import tables
from server.directory.rows import ChangeError, Rows
from server.directory.specs import Code, Spec
from server.webhooks.horizon import Place
from server.webhooks.notification import EVERY, known_types, new_secret
from server.webhooks.reach import fault_of
from signaling.ids import new_ulid

MOST = 20
"""Webhooks of one organisation."""


def _type(name: str) -> str:
    if name != EVERY and name not in known_types():
        raise ValueError(f"must be one of {', '.join((EVERY, *known_types()))}")
    return name


class WebhookSpec(Spec):
    name: Code
    url: str
    types: Annotated[list[Annotated[str, AfterValidator(_type)]], Field(min_length=1)]
    """What it is told of: `EVERY`, or single types."""


async def add_webhook(rows: Rows, spec: WebhookSpec, *, now: int, private: bool) -> str:
    """A new webhook of the organisation; its secret, which is told only here.

    Args:
        rows: of the organisation, in a transaction that writes.
        spec: what it is.
        now: Unix time, milliseconds.
        private: whether it may lead into the private network.

    Raises:
        ChangeError: there is one of that name, there are too many, or it may not lead there.
    """
    fault = fault_of(spec.url, private=private)
    if fault is not None:
        raise ChangeError(f"The address {fault}.")
    if await rows.find(tables.webhook, name=spec.name) is not None:
        raise ChangeError(f"There is a webhook {spec.name!r} already.")
    table = tables.webhook
    mine = select(func.count()).where(table.c.organisation == rows.organisation)
    if (await rows.connection.scalar(mine) or 0) >= MOST:
        raise ChangeError(f"An organisation has at most {MOST} webhooks.")
    secret = new_secret()
    values = {
        "id": new_ulid(),
        "organisation": rows.organisation,
        "secret": secret,
        "created_at": now,
        "name": spec.name,
        "url": spec.url,
        "types": sorted(set(spec.types)),
    }
    await rows.connection.execute(insert(table).values(values))
    rows.say("webhook added", spec.name)
    return secret


async def remove_webhook(rows: Rows, name: str) -> None:
    """Take it away with all that it was still to be told."""
    row = await webhook(rows, name)
    delivery = tables.webhook_delivery
    await rows.connection.execute(delete(delivery).where(delivery.c.webhook == row.id))
    await rows.connection.execute(delete(tables.webhook).where(tables.webhook.c.id == row.id))
    rows.say("webhook removed", name)


async def pause_webhook(rows: Rows, name: str, *, paused: bool, now: int) -> None:
    """Let events wait, or go on telling them. Those that wait too long are given up as ever."""
    row = await webhook(rows, name)
    if (row.paused_at is not None) == paused:
        return
    values = {"paused_at": now if paused else None}
    await rows.connection.execute(
        update(tables.webhook).where(tables.webhook.c.id == row.id).values(values)
    )
    rows.say(f"webhook {'paused' if paused else 'resumed'}", name)


async def retry_dead(rows: Rows, name: str, place: Place | None, *, now: int) -> None:
    """Queue what was given up anew, as if it had just happened.

    Args:
        rows: of the organisation, in a transaction that writes.
        name: of the webhook.
        place: of one event in the journal; None for all.
        now: Unix time, milliseconds.
    """
    row = await webhook(rows, name)
    delivery = tables.webhook_delivery
    which = and_(delivery.c.webhook == row.id, delivery.c.dead_at.is_not(None))
    if place is not None:
        which = and_(which, tuple_(delivery.c.ms, delivery.c.seq) == tuple_(*place))
    values = {"dead_at": None, "error": None, "attempts": 0, "due_at": 0, "queued_at": now}
    done = await rows.connection.execute(update(delivery).where(which).values(values))
    if place is not None and not done.rowcount:
        raise ChangeError("This event is not on the webhook's dead-letter list.")
    if done.rowcount:
        rows.say(f"webhook's dead events queued again ({done.rowcount})", name)


async def webhook(rows: Rows, name: str) -> Row[Any]:
    """The row of this webhook.

    Raises:
        ChangeError: the organisation has none of that name.
    """
    return await rows.get(tables.webhook, "webhook", name, name=name)
