"""What webhooks are to be told: noted in the same transaction that keeps the events themselves.

So nothing that is archived is forgotten, whichever process dies, and nothing is noted twice. The
journal in Redis need not wait for any receiver.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from signaling.events import Measured
from signaling.ids import OrganisationId

_FAMILY = ".*"


_BULK = str(Measured.__struct_config__.tag)
"""Comes so often that nobody is told of it."""


def wants(types: Collection[str], event_type: str) -> bool:
    """Whether one of the wanted types is this one, or its family such as ``consultation.*``."""
    if event_type == _BULK:
        return False
    family, dot, _ = event_type.partition(".")
    return event_type in types or (bool(dot) and family + _FAMILY in types)


async def put(
    connection: AsyncConnection, organisation: OrganisationId, events: Sequence[Mapping[str, Any]]
) -> None:
    """Note these new rows of the event table for every webhook that wants them.

    A consultation's events wait for each other, so a new one is due when those before it are.
    """
    hook = tables.webhook.c
    query = select(hook.id, hook.types).where(hook.organisation == organisation)
    # Only for giving up after a day: clocks of nodes that differ by minutes do no harm.
    now = round(time.time() * 1000)
    for webhook, types in (await connection.execute(query)).all():
        wanted = [event for event in events if wants(types, event["type"])]
        if not wanted:
            continue
        due = await _due(connection, webhook, {event["consultation"] for event in wanted})
        rows = [
            {
                "organisation": organisation,
                "webhook": webhook,
                "ms": event["ms"],
                "seq": event["seq"],
                "consultation": event["consultation"],
                "queued_at": now,
                "due_at": due.get(event["consultation"], 0),
                "attempts": 0,
            }
            for event in wanted
        ]
        await connection.execute(insert(tables.webhook_delivery).values(rows))


async def _due(
    connection: AsyncConnection, webhook: str, consultations: Collection[str | None]
) -> dict[str | None, int]:
    """When what still waits of these consultations is due."""
    table = tables.webhook_delivery.c
    found = await connection.execute(
        select(table.consultation, func.max(table.due_at))
        .where(
            table.webhook == webhook,
            table.consultation.in_([each for each in consultations if each is not None]),
            table.due_at.is_not(None),
        )
        .group_by(table.consultation)
    )
    return {consultation: due for consultation, due in found}  # noqa: C416 - rows are no pairs to mypy
