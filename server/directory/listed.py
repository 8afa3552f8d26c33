"""Short lists that an organisation keeps: priority classes, reasons for a break, interpreting."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from server.archive.tables import organisation, staff
from server.directory.rows import ChangeError, Rows
from server.directory.specs import NamedSpec


class Listed(StrEnum):
    """A list, by the column that holds it."""

    PRIORITIES = "priorities"
    BREAKS = "breaks"
    INTERPRETERS = "interpreters"

    @property
    def kind(self) -> str:
        """What one entry is called."""
        return {"priorities": "priority", "breaks": "break", "interpreters": "interpreter"}[self]


async def listed(rows: Rows, which: Listed) -> list[dict[str, Any]]:
    """The entries in their order, each as its spec is dumped."""
    return list((await rows.own())._mapping[which])  # noqa: SLF001 - SQLAlchemy's documented name


async def put_listed(
    rows: Rows, which: Listed, spec: NamedSpec, position: int | None = None
) -> None:
    """The entry, at this place of the list; without one a new entry comes last."""
    before = await listed(rows, which)
    codes = [each["code"] for each in before]
    wanted = spec.model_dump(mode="json")
    if spec.code not in codes:
        await _store(rows, which, _inserted(before, wanted, position))
        rows.say(f"{which.kind} added", spec.code)
        return
    at = codes.index(spec.code)
    place = at if position is None else min(position, len(before) - 1)
    differs = [name for name, value in wanted.items() if before[at][name] != value]
    if place != at:
        differs.append("position")
    if differs:
        await _store(rows, which, _inserted([*before[:at], *before[at + 1 :]], wanted, place))
        rows.say(f"{which.kind} changed ({', '.join(differs)})", spec.code)


async def remove_listed(rows: Rows, which: Listed, code: str) -> None:
    """Take the entry off the list. What is on record keeps the code.

    Raises:
        ChangeError: it is not on the list, or somebody interprets it.
    """
    before = await listed(rows, which)
    rest = [each for each in before if each["code"] != code]
    if len(rest) == len(before):
        raise ChangeError(f"There is no {which.kind} {code!r} in this organisation.")
    if which is Listed.INTERPRETERS:
        query = select(staff.c.email, staff.c.interprets).where(
            staff.c.organisation == rows.organisation
        )
        who = [row.email for row in await rows.connection.execute(query) if code in row.interprets]
        if who:
            raise ChangeError(f"Still interpreted by {', '.join(sorted(who))}.")
    await _store(rows, which, rest)
    rows.say(f"{which.kind} removed", code)


def _inserted(
    entries: list[dict[str, Any]], entry: dict[str, Any], position: int | None
) -> list[dict[str, Any]]:
    at = len(entries) if position is None else position
    return [*entries[:at], entry, *entries[at:]]


async def _store(rows: Rows, which: Listed, entries: list[dict[str, Any]]) -> None:
    await rows.connection.execute(
        update(organisation)
        .where(organisation.c.id == rows.organisation)
        .values({which.value: entries})
    )
