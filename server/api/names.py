"""Codes that programs say, and the ids behind them; of one organisation, like every look-up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.directory.asking import ask, find
from server.directory.people import folded_email, topic_of
from signaling.errors import NotFoundError
from signaling.ids import CentreId, OrganisationId, TopicId, UserId
from signaling.model import Role, Topic


class Names:
    """Each of its answers is also an `OknoError` with ``unavailable`` while SQL is away."""

    def __init__(self, database: Database, organisation: OrganisationId) -> None:
        self._database = database
        self._organisation = organisation

    async def centre(self, code: str) -> Row[Any]:
        """The row of a centre; ``not_found`` if there is none of that code."""
        found = await self._find(tables.centre, code)
        if found is None:
            raise NotFoundError("centre")
        return found

    async def topic(self, code: str) -> Topic:
        """An open topic; ``not_found`` if there is none of that code."""
        found = await self._find(tables.topic, code)
        if found is None or found.closed_at is not None:
            raise NotFoundError("topic")
        return topic_of(found)

    async def any_topic(self, code: str) -> TopicId:
        """Id of a topic, open or closed; ``not_found`` if there is none of that code."""
        found = await self._find(tables.topic, code)
        if found is None:
            raise NotFoundError("topic")
        return TopicId(found.id)

    async def consultant(self, email: str) -> UserId:
        """Id of a consultant; ``not_found`` if there is none with that e-mail."""
        query = select(tables.staff.c.id, tables.staff.c.roles).where(
            tables.staff.c.organisation == self._organisation,
            tables.staff.c.email == folded_email(email),
            tables.staff.c.closed_at.is_(None),
        )
        found = await find(self._database, query)
        if found is None or Role.CONSULTANT not in found.roles:
            raise NotFoundError("consultant")
        return UserId(found.id)

    async def codes(self, centre: CentreId, topic: TopicId) -> tuple[str, str]:
        """The codes of both. Neither is ever deleted, only closed."""
        query = (
            select(tables.centre.c.code.label("centre"), tables.topic.c.code.label("topic"))
            .join(tables.topic, tables.topic.c.organisation == tables.centre.c.organisation)
            .where(
                tables.centre.c.organisation == self._organisation,
                tables.centre.c.id == centre,
                tables.topic.c.id == topic,
            )
        )
        found = await find(self._database, query)
        if found is None:
            raise NotFoundError
        return str(found.centre), str(found.topic)

    async def centres(self) -> list[Row[Any]]:
        """All rows, by name."""
        return await self._all(
            select(tables.centre)
            .where(tables.centre.c.organisation == self._organisation)
            .order_by(tables.centre.c.name)
        )

    async def topics(self, *, closed: bool = False) -> list[Topic]:
        """The open ones, in the order they are offered; or those that are closed."""
        closed_at = tables.topic.c.closed_at
        rows = await self._all(
            select(tables.topic)
            .where(
                tables.topic.c.organisation == self._organisation,
                closed_at.is_not(None) if closed else closed_at.is_(None),
            )
            .order_by(tables.topic.c.position)
        )
        return [topic_of(row) for row in rows]

    async def _find(self, table: Table, code: str) -> Row[Any] | None:
        query = select(table).where(
            table.c.organisation == self._organisation, table.c.code == code
        )
        return await find(self._database, query)

    async def _all(self, query: Select[Any]) -> list[Row[Any]]:
        async def question(connection: AsyncConnection) -> list[Row[Any]]:
            return list(await connection.execute(query))

        return await ask(self._database, question)
