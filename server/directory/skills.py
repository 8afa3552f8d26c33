"""Whom a consultant can help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select

from server.archive.tables import skill, topic
from server.directory.rows import ChangeError, Rows
from server.directory.specs import EVERY, SkillSpec


async def put_skills(rows: Rows, user: Row[Any], specs: Sequence[SkillSpec]) -> None:
    """Give the member of staff exactly these skills.

    Raises:
        ChangeError: a topic is not in the organisation.
    """
    found = await rows.connection.execute(
        select(topic.c.code, topic.c.id).where(topic.c.organisation == rows.organisation)
    )
    topics = {row.code: row.id for row in found}
    wanted = {
        (_known(topics, code), language)
        for spec in specs
        for code in (topics if EVERY in spec.topics else spec.topics)
        for language in spec.languages
    }
    mine = skill.c.staff == user.id
    held = await rows.connection.execute(select(skill.c.topic, skill.c.language).where(mine))
    if {(row.topic, row.language) for row in held} == wanted:
        return
    await rows.connection.execute(delete(skill).where(mine))
    if wanted:
        values = [
            {"organisation": rows.organisation, "staff": user.id, "topic": each, "language": spoken}
            for each, spoken in sorted(wanted)
        ]
        await rows.connection.execute(insert(skill), values)
    rows.say("user's skills set", user.email, user.id)


def _known(topics: dict[str, str], code: str) -> str:
    if code not in topics:
        raise ChangeError(f"There is no topic {code!r} in this organisation.")
    return topics[code]
