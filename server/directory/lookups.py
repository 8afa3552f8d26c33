"""What signalling asks of the directory while people wait and talk."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.directory.asking import ask, find
from server.directory.people import topic_of
from signaling.ids import BoothId, OrganisationId, TopicId, UserId, line_id
from signaling.model import Duty, Mode, Role, Topic


class SqlDirectory:
    """Implements `signaling.ports.Directory`.

    Each of its answers is also an `OknoError` with ``unavailable`` while SQL is away.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def organisations(self) -> list[OrganisationId]:
        """All of them; background work visits each."""
        query = select(tables.organisation.c.id).order_by(tables.organisation.c.id)

        async def question(connection: AsyncConnection) -> list[OrganisationId]:
            return [OrganisationId(found) for found in await connection.scalars(query)]

        return await ask(self._database, question)

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        """An open topic of that organisation, or None."""
        query = select(tables.topic).where(
            tables.topic.c.organisation == organisation,
            tables.topic.c.id == topic,
            tables.topic.c.closed_at.is_(None),
        )
        found = await find(self._database, query)
        return None if found is None else topic_of(found)

    async def duty(self, organisation: OrganisationId, user: UserId) -> Duty | None:
        """The lines of every topic and language the consultant has a skill in.

        Those of closed topics too: nobody joins them any more, and who waits there is still served.
        """
        person = select(tables.staff.c.roles, tables.staff.c.reserve).where(
            tables.staff.c.organisation == organisation,
            tables.staff.c.id == user,
            tables.staff.c.closed_at.is_(None),
        )
        skills = (
            select(tables.skill.c.topic, tables.skill.c.language)
            .join(tables.topic, tables.topic.c.id == tables.skill.c.topic)
            .where(
                tables.skill.c.organisation == organisation,
                tables.skill.c.staff == user,
            )
            .order_by(tables.topic.c.position, tables.skill.c.language)
        )

        async def question(connection: AsyncConnection) -> Duty | None:
            found = (await connection.execute(person)).one_or_none()
            if found is None or Role.CONSULTANT not in found.roles:
                return None
            lines = tuple(
                line_id(TopicId(skill.topic), skill.language, Mode.SPEECH)
                for skill in await connection.execute(skills)
            )
            return Duty(lines=lines, reserve=found.reserve)

        return await ask(self._database, question)

    async def names(self, organisation: OrganisationId, booth: BoothId) -> tuple[str, str] | None:
        """Name of the booth's centre and of the booth."""
        query = (
            select(tables.centre.c.name.label("centre"), tables.booth.c.name.label("booth"))
            .join(tables.centre, tables.centre.c.id == tables.booth.c.centre)
            .where(tables.booth.c.organisation == organisation, tables.booth.c.id == booth)
        )
        found = await find(self._database, query)
        return None if found is None else (found.centre, found.booth)
