"""What signalling asks of the directory while people wait and talk."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.directory.asking import ask, find
from server.directory.people import policy_of, topic_of
from server.directory.recent import Recent
from signaling.errors import NotFoundError
from signaling.ids import BoothId, OrganisationId, TopicId, UserId, line_id
from signaling.model import Duty, Mode, Policy, Role, ScopeKind, Topic

RECENT_SECONDS = 1.0
"""How long a change may take to be noticed; ten thousand pages may ask within that time."""
_ORGANISATIONS = 1_000
_PEOPLE = 10_000
"""Of one kind of answer that are remembered: topics, too, for anything may be asked for."""


class SqlDirectory:
    """Implements `signaling.ports.Directory`.

    Each of its answers is also an `OknoError` with ``unavailable`` while SQL is away. What pages
    ask for whenever they come back is up to `RECENT_SECONDS` old.

    Args:
        clock: seconds, from any beginning.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._topics = Recent[Topic | None](clock, seconds=RECENT_SECONDS, limit=_PEOPLE)
        self._duties = Recent[Duty | None](clock, seconds=RECENT_SECONDS, limit=_PEOPLE)
        self._served = Recent[bool](clock, seconds=RECENT_SECONDS, limit=_PEOPLE)
        self._policies = Recent[Policy](clock, seconds=RECENT_SECONDS, limit=_ORGANISATIONS)
        self._scopes = Recent[frozenset[ScopeKind]](
            clock, seconds=RECENT_SECONDS, limit=_ORGANISATIONS
        )

    async def organisations(self) -> list[OrganisationId]:
        """All of them; background work visits each."""
        query = select(tables.organisation.c.id).order_by(tables.organisation.c.id)

        async def question(connection: AsyncConnection) -> list[OrganisationId]:
            return [OrganisationId(found) for found in await connection.scalars(query)]

        return await ask(self._database, question)

    async def policy(self, organisation: OrganisationId) -> Policy:
        """How the organisation runs its lines.

        Raises:
            NotFoundError: there is no such organisation.
        """
        return await self._policies.get(organisation, lambda: self._policy(organisation))

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        """An open topic of that organisation, or None."""
        return await self._topics.get(
            (organisation, topic), lambda: self._topic(organisation, topic)
        )

    async def duty(self, organisation: OrganisationId, user: UserId) -> Duty | None:
        """The lines a consultant has a skill in, and what else decides whom they are offered.

        Lines of closed topics too: nobody joins them any more, and who waits there is still served.
        """
        return await self._duties.get((organisation, user), lambda: self._duty(organisation, user))

    async def serves(
        self, organisation: OrganisationId, topic: TopicId, language: str, mode: Mode
    ) -> bool:
        """Whether any consultant who has not left has a skill in that line."""
        line = line_id(topic, language, mode)
        staff, skill = tables.staff, tables.skill
        query = (
            select(staff.c.roles)
            .join(skill, skill.c.staff == staff.c.id)
            .where(
                skill.c.organisation == organisation,
                skill.c.topic == topic,
                skill.c.language == language,
                skill.c.mode == mode,
                staff.c.closed_at.is_(None),
            )
        )

        async def question(connection: AsyncConnection) -> bool:
            return any(Role.CONSULTANT in roles for roles in await connection.scalars(query))

        return await self._served.get((organisation, line), lambda: ask(self._database, question))

    async def names(self, organisation: OrganisationId, booth: BoothId) -> tuple[str, str] | None:
        """Name of the booth's centre and of the booth."""
        query = (
            select(tables.centre.c.name.label("centre"), tables.booth.c.name.label("booth"))
            .join(tables.centre, tables.centre.c.id == tables.booth.c.centre)
            .where(tables.booth.c.organisation == organisation, tables.booth.c.id == booth)
        )
        found = await find(self._database, query)
        return None if found is None else (found.centre, found.booth)

    async def _policy(self, organisation: OrganisationId) -> Policy:
        table = tables.organisation
        found = await find(self._database, select(table).where(table.c.id == organisation))
        if found is None:
            raise NotFoundError
        return policy_of(found)

    async def _topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        query = select(tables.topic).where(
            tables.topic.c.organisation == organisation,
            tables.topic.c.id == topic,
            tables.topic.c.closed_at.is_(None),
        )
        found = await find(self._database, query)
        return None if found is None else topic_of(found)

    async def _duty(self, organisation: OrganisationId, user: UserId) -> Duty | None:
        scopes = await self._scopes.get(organisation, lambda: self._preferred(organisation))
        staff, centre, skill = tables.staff, tables.centre, tables.skill
        person = (staff.c.id, staff.c.roles, staff.c.reserve, staff.c.centre, staff.c.interprets)
        lines = (skill.c.topic, skill.c.language, skill.c.mode, skill.c.level)
        query: Select[Any] = (
            select(*person, centre.c.region, *lines)
            .select_from(staff)
            .outerjoin(centre, centre.c.id == staff.c.centre)
            .outerjoin(skill, skill.c.staff == staff.c.id)
            .outerjoin(tables.topic, tables.topic.c.id == skill.c.topic)
            .where(
                staff.c.organisation == organisation,
                staff.c.id == user,
                staff.c.closed_at.is_(None),
            )
            .order_by(tables.topic.c.position, skill.c.language, skill.c.mode)
        )

        async def question(connection: AsyncConnection) -> Sequence[Row[Any]]:
            rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
            return rows

        found = await ask(self._database, question)
        if not found or Role.CONSULTANT not in found[0].roles:
            return None
        levels = {
            line_id(TopicId(row.topic), row.language, Mode(row.mode)): row.level
            for row in found
            if row.topic is not None
        }
        return Duty(
            lines=tuple(levels),
            levels={line: level for line, level in levels.items() if level != 1},
            tags=_tags(found[0], scopes),
            interprets=tuple(found[0].interprets),
            reserve=found[0].reserve,
        )

    async def _preferred(self, organisation: OrganisationId) -> frozenset[ScopeKind]:
        """Every scope that an open topic prefers."""
        query = select(tables.topic.c.prefer).where(
            tables.topic.c.organisation == organisation, tables.topic.c.closed_at.is_(None)
        )

        async def question(connection: AsyncConnection) -> frozenset[ScopeKind]:
            steps = [step for prefer in await connection.scalars(query) for step in prefer]
            return frozenset(ScopeKind(step["scope"]) for step in steps)

        return await ask(self._database, question)


def _tags(person: Row[Any], scopes: frozenset[ScopeKind]) -> tuple[str, ...]:
    """The scopes the person belongs to that any topic asks for: each one makes pairing dearer."""
    of = {
        ScopeKind.CONSULTANT: ("user", person.id),
        ScopeKind.CENTRE: ("centre", person.centre),
        ScopeKind.REGION: ("region", person.region),
    }
    return tuple(
        f"{name}:{value}" for kind, (name, value) in of.items() if kind in scopes and value
    )
