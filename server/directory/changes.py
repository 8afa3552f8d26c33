"""Changing an organisation, so that each change is journaled or does not happen.

Every ``put`` brings a thing into the state that is described: it adds what is missing, changes what
differs, and does nothing when all is so already. That makes ``okno apply`` repeatable, and a single
command is the same verb after a look whether the thing is there.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import product
from string import ascii_uppercase
from typing import Any

from sqlalchemy import Row, Table, func, insert, select, update

from server.archive import tables
from server.archive.database import Database
from server.directory.listed import Listed, listed
from server.directory.rows import Change, ChangeError, Rows
from server.directory.secrets import CODE_HOURS, code_digest, new_code
from server.directory.skills import put_skills
from server.directory.specs import (
    BoothSpec,
    CentreSpec,
    OrganisationSpec,
    SkillSpec,
    TopicSpec,
    UserSpec,
)
from signaling.events import OrganisationChanged
from signaling.ids import new_ulid
from signaling.journal import append, now_ms
from signaling.model import Role
from signaling.ports import RedisClient


@asynccontextmanager
async def changing(
    database: Database,
    redis: RedisClient,
    organisation: str,
    *,
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[Changes]:
    """Changes to the organisation of this code, all made at the end of the block, or none.

    They are journaled just before they are committed: nothing changes without a trace.

    Args:
        database: to change.
        redis: with the journal.
        organisation: code; `Changes.put_organisation` must come first if there is none yet.
        dry_run: whether to find out what would be done and do nothing.
        clock: Unix time in seconds.
    """
    async with database.write() as connection:
        found = await connection.scalar(
            select(tables.organisation.c.id).where(tables.organisation.c.code == organisation)
        )
        rows = Rows(connection, found)
        yield Changes(rows, round(clock() * 1000))
        if dry_run:
            await connection.rollback()
            return
        for change in rows.done:
            event = OrganisationChanged(at=await now_ms(redis), user=None, what=change.trace)
            await append(redis, rows.organisation, event)


class Changes:
    """The verbs that change one organisation. Each raises `ChangeError` if it cannot."""

    def __init__(self, rows: Rows, now: int) -> None:
        self.rows = rows
        self._now = now

    @property
    def done(self) -> list[Change]:
        """What was done so far."""
        return self.rows.done

    async def put_organisation(self, spec: OrganisationSpec) -> None:
        """The organisation itself; adds it if there is none."""
        table = tables.organisation
        if self.rows.id is None:
            self.rows.id = new_ulid()
            values = {"id": self.rows.id, **spec.model_dump()}
            await self.rows.connection.execute(insert(table).values(values))
            self.rows.say("organisation added", spec.code)
            return
        row = await self.rows.own()
        await self.rows.put(table, row, spec.model_dump(), kind="organisation", called=spec.code)

    async def put_centre(self, spec: CentreSpec) -> None:
        """The centre and its booths."""
        row = await self.rows.find(tables.centre, code=spec.code)
        given = {"name", "timezone", "ticket_prefix", "region"}
        values = {"code": spec.code, **spec.model_dump(include=given, exclude_none=True)}
        taken = await self._ticket_prefixes(but=spec.code)
        if spec.ticket_prefix in taken:
            raise ChangeError(f"Ticket prefix {spec.ticket_prefix} belongs to another centre.")
        if row is None:
            values.setdefault("timezone", (await self.rows.own()).timezone)
            values.setdefault("ticket_prefix", _free_prefix(taken))
        await self.rows.put(tables.centre, row, values, kind="centre", called=spec.code)
        for booth in spec.booths:
            await self.put_booth(spec.code, booth)

    async def put_booth(self, centre: str, spec: BoothSpec) -> None:
        """A booth of a centre that exists."""
        parent = await self.centre(centre)
        row = await self.rows.find(tables.booth, centre=parent.id, code=spec.code)
        values = {"centre": parent.id, **spec.model_dump(include={"code", "name"})}
        if spec.sound is not None:
            # What is usual may come to be something else.
            values["sound"] = spec.sound.model_dump(exclude_defaults=True)
        await self.rows.put(tables.booth, row, values, kind="booth", called=f"{centre}/{spec.code}")

    async def put_topic(self, spec: TopicSpec, position: int | None = None) -> None:
        """The topic, at this place among the tiles; without one a new topic comes last."""
        row = await self.rows.find(tables.topic, code=spec.code)
        values = spec.model_dump(mode="json", exclude={"closed"})
        if position is not None:
            values["position"] = position
        elif row is None:
            last = select(func.max(tables.topic.c.position)).where(
                tables.topic.c.organisation == self.rows.organisation
            )
            found = await self.rows.connection.scalar(last)
            values["position"] = 0 if found is None else found + 1
        await self.rows.put(tables.topic, row, values, kind="topic", called=spec.code)
        if spec.closed is not None:
            await self.close_topic(spec.code, closed=spec.closed)

    async def close_topic(self, code: str, *, closed: bool = True) -> None:
        """Offer it no more, or again. Who waits for it already is still served."""
        await self.rows.close(
            tables.topic,
            await self.topic(code),
            closed=closed,
            now=self._now,
            kind="topic",
            called=code,
        )

    async def put_user(self, spec: UserSpec) -> None:
        """The member of staff and their skills; a new one has no password yet."""
        owner = await self.rows.connection.scalar(
            select(tables.staff.c.organisation).where(tables.staff.c.email == spec.email)
        )
        if owner not in (None, self.rows.organisation):
            raise ChangeError(f"The e-mail {spec.email} is taken. An account needs its own.")
        row = await self.rows.find(tables.staff, email=spec.email)
        values = {
            "email": spec.email,
            "name": spec.name,
            "roles": sorted(role.value for role in spec.roles),
            "reserve": spec.reserve,
            "centre": None if spec.centre is None else (await self.centre(spec.centre)).id,
            "interprets": await self._interpreted(spec.interprets),
        }
        await self.rows.put(
            tables.staff, row, values, kind="user", called=spec.email, personal=True
        )
        skills = spec.skills
        if skills is None:
            skills = [SkillSpec()] if Role.CONSULTANT in spec.roles else []
        await put_skills(self.rows, await self.user(spec.email), skills)
        if spec.closed is not None:
            await self.close_user(spec.email, closed=spec.closed)

    async def close_user(self, email: str, *, closed: bool = True) -> None:
        """Let the person in no more, or again. What they did stays on record."""
        await self.rows.close(
            tables.staff,
            await self.user(email),
            closed=closed,
            now=self._now,
            kind="user",
            called=email,
            personal=True,
        )

    async def set_password(self, email: str, password_hash: str) -> None:
        """Sessions that began with the old password end."""
        row = await self.user(email)
        values = {"password_hash": password_hash, "password_set_at": self._now}
        await self._update(row, tables.staff, values)
        self.rows.say("user's password set", email, row.id)

    async def make_code(self, centre: str, booth: str) -> str:
        """A new one-time code for the booth; an unused one before it is void."""
        code = new_code()
        expires_at = self._now + CODE_HOURS * 3_600_000
        values = {"code_hash": code_digest(code), "code_expires_at": expires_at}
        await self._update(await self.booth(centre, booth), tables.booth, values)
        self.rows.say("booth's enrolment code made", f"{centre}/{booth}")
        return code

    async def revoke(self, centre: str, booth: str) -> None:
        """Void the booth's credential and code. It can be enrolled again."""
        row = await self.booth(centre, booth)
        values = {
            "revoked_at": self._now,
            "credential_hash": None,
            "code_hash": None,
            "code_expires_at": None,
        }
        await self._update(row, tables.booth, values)
        self.rows.say("booth revoked", f"{centre}/{booth}")

    async def centre(self, code: str) -> Row[Any]:
        """The row of this centre."""
        return await self.rows.get(tables.centre, "centre", code, code=code)

    async def booth(self, centre: str, code: str) -> Row[Any]:
        """The row of this booth."""
        parent = await self.centre(centre)
        called = f"{centre}/{code}"
        return await self.rows.get(tables.booth, "booth", called, centre=parent.id, code=code)

    async def topic(self, code: str) -> Row[Any]:
        """The row of this topic."""
        return await self.rows.get(tables.topic, "topic", code, code=code)

    async def user(self, email: str) -> Row[Any]:
        """The row of this member of staff."""
        return await self.rows.get(tables.staff, "user", email, email=email)

    async def _update(self, row: Row[Any], table: Table, values: dict[str, Any]) -> None:
        await self.rows.connection.execute(update(table).where(table.c.id == row.id).values(values))

    async def _interpreted(self, codes: list[str]) -> list[str]:
        if not codes:
            return []
        known = {each["code"] for each in await listed(self.rows, Listed.INTERPRETERS)}
        for code in codes:
            if code not in known:
                raise ChangeError(f"There is no interpreter {code!r} in this organisation.")
        return sorted(set(codes))

    async def _ticket_prefixes(self, *, but: str) -> set[str]:
        query = select(tables.centre.c.ticket_prefix).where(
            tables.centre.c.organisation == self.rows.organisation, tables.centre.c.code != but
        )
        return set(await self.rows.connection.scalars(query))


def _free_prefix(taken: set[str]) -> str:
    """The first of A…Z, AA…ZZ, AAA…ZZZ that no other centre has."""
    letters = (
        "".join(combination)
        for length in (1, 2, 3)
        for combination in product(ascii_uppercase, repeat=length)
    )
    return next(prefix for prefix in letters if prefix not in taken)
