"""Whom a consultant can help."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

from sqlalchemy import Row, delete, insert, select

from server.archive.tables import skill, topic
from server.directory.rows import ChangeError, Rows
from server.directory.specs import EVERY, SkillSpec
from signaling.model import Mode


async def put_skills(rows: Rows, user: Row[Any], specs: Sequence[SkillSpec]) -> None:
    """Give the member of staff exactly these skills.

    Raises:
        ChangeError: a topic is not in the organisation.
    """
    found = await rows.connection.execute(
        select(topic.c.code, topic.c.id).where(topic.c.organisation == rows.organisation)
    )
    topics = {row.code: row.id for row in found}
    wanted: dict[tuple[str, str, str], int] = {}
    for spec in specs:
        codes = topics if EVERY in spec.topics else spec.topics
        for code, language, mode in product(codes, spec.languages, spec.modes):
            line = (_known(topics, code), language, mode.value)
            # A line named twice has the better, that is the lower level.
            wanted[line] = min(spec.level, wanted.get(line, spec.level))
    mine = skill.c.staff == user.id
    query = select(skill.c.topic, skill.c.language, skill.c.mode, skill.c.level).where(mine)
    held = await rows.connection.execute(query)
    if {(row.topic, row.language, row.mode): row.level for row in held} == wanted:
        return
    await rows.connection.execute(delete(skill).where(mine))
    if wanted:
        same = {"organisation": rows.organisation, "staff": user.id}
        values = [
            {**same, "topic": each, "language": spoken, "mode": mode, "level": level}
            for (each, spoken, mode), level in sorted(wanted.items())
        ]
        await rows.connection.execute(insert(skill), values)
    rows.say("user's skills set", user.email, user.id)


async def held_skills(rows: Rows, user: Row[Any]) -> list[SkillSpec]:
    """The skills of a member of staff, one spec for each line."""
    query = (
        select(topic.c.code, skill.c.language, skill.c.mode, skill.c.level)
        .join(topic, topic.c.id == skill.c.topic)
        .where(skill.c.organisation == rows.organisation, skill.c.staff == user.id)
    )
    return [
        SkillSpec(
            topics=[row.code], languages=[row.language], modes=[Mode(row.mode)], level=row.level
        )
        for row in await rows.connection.execute(query)
    ]


def _known(topics: dict[str, str], code: str) -> str:
    if code not in topics:
        raise ChangeError(f"There is no topic {code!r} in this organisation.")
    return topics[code]
