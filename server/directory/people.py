"""Who staff and booths are, as the pages ask for it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import Row, Select, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.directory.asking import ask, find, unavailable_without_sql
from server.directory.secrets import Passwords, code_digest, digest, new_credential
from server.directory.together import Together
from signaling.consent import RecordingRule
from signaling.errors import NotFoundError
from signaling.hours import parse_opening
from signaling.ids import (
    BoothId,
    CentreId,
    LineId,
    OrganisationId,
    TopicId,
    UserId,
    line_id,
)
from signaling.model import (
    BoothPrincipal,
    Mode,
    Policy,
    Preference,
    PriorityClass,
    Role,
    StaffPrincipal,
    Topic,
)
from signaling.sound import Sound
from web.ports import NamedCentre, NamedUser, Organisation

DEMO_ORGANISATION = "demo"
"""Code of the organisation whose booths enrol by themselves on a node with --demo."""


_CREDENTIALS_AT_ONCE = 500
_HOLDERS: Select[Any] = (
    select(
        tables.booth.c.credential_hash,
        tables.booth.c.organisation,
        tables.booth.c.centre,
        tables.booth.c.id,
        tables.booth.c.name,
        tables.booth.c.sound,
        tables.centre.c.name.label("centre_name"),
        tables.centre.c.ticket_prefix,
        tables.centre.c.timezone,
        tables.centre.c.region,
    )
    .join(tables.centre, tables.centre.c.id == tables.booth.c.centre)
    .where(
        tables.booth.c.credential_hash.in_(bindparam("hashes", expanding=True)),
        tables.booth.c.revoked_at.is_(None),
    )
)


def folded_email(email: str) -> str:
    """The form in which addresses are compared. PostgreSQL refuses NUL in any text."""
    return email.replace("\0", "").strip().casefold()


class SqlPeople:
    """Implements `web.ports.People`.

    Each of its answers is also an `OknoError` with ``unavailable`` while SQL is away.

    Args:
        demo: whether `enrol_demo` gives away booths of the demo organisation.
        clock: Unix time in seconds.
    """

    def __init__(
        self,
        database: Database,
        *,
        passwords: Passwords | None = None,
        demo: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._passwords = passwords or Passwords()
        self._demo = demo
        self._clock = clock
        self._booths = Together(self._holders)

    async def sign_in(self, email: str, password: str) -> StaffPrincipal | None:
        """The person whose e-mail and password these are; unknown or closed takes as long."""
        query = select(tables.staff).where(
            tables.staff.c.email == folded_email(email),
            tables.staff.c.closed_at.is_(None),
        )
        found = await find(self._database, query)
        verdict = await self._passwords.verify(password, found.password_hash if found else None)
        if found is None or not verdict.right:
            return None
        if verdict.better_hash is not None:
            await self._improve(found, verdict.better_hash)
        return _principal(found)

    async def staff(self, user: UserId) -> StaffPrincipal | None:
        """A signed-in person as they are now; None once closed."""
        query = select(tables.staff).where(
            tables.staff.c.id == user, tables.staff.c.closed_at.is_(None)
        )
        found = await find(self._database, query)
        return None if found is None else _principal(found)

    async def booth(self, credential: str) -> BoothPrincipal | None:
        """The booth that holds this credential; None once revoked."""
        return await self._booths.get(digest(credential))

    async def enrol(self, code: str) -> str | None:
        """Trade a one-time code for a booth's credential; the booth's old one is void then."""
        now = self._now_ms()
        credential = new_credential()
        async with self._writing() as connection:
            changed = await connection.execute(
                update(tables.booth)
                .where(
                    tables.booth.c.code_hash == code_digest(code),
                    tables.booth.c.code_expires_at > now,
                )
                .values(**_enrolled(credential, now))
            )
        return credential if changed.rowcount else None

    async def enrol_demo(self) -> str | None:
        """A credential for the demo booth that was enrolled the longest ago, if ever."""
        if not self._demo:
            return None
        credential = new_credential()
        longest_ago = (
            select(tables.booth.c.id)
            .join(tables.organisation, tables.organisation.c.id == tables.booth.c.organisation)
            .where(tables.organisation.c.code == DEMO_ORGANISATION)
            .order_by(tables.booth.c.enrolled_at.asc().nulls_first(), tables.booth.c.code)
            .limit(1)
            .with_for_update(of=tables.booth, skip_locked=True)
        )
        async with self._writing() as connection:
            chosen = await connection.scalar(longest_ago)
            await connection.execute(
                update(tables.booth)
                .where(tables.booth.c.id == chosen)
                .values(**_enrolled(credential, self._now_ms()))
            )
        return credential if chosen else None

    async def organisation(self, organisation: OrganisationId) -> Organisation:
        """Names for the organisation's ids.

        Raises:
            NotFoundError: there is no such organisation.
        """
        return await ask(
            self._database, lambda connection: read_organisation(connection, organisation)
        )

    async def _holders(self, hashes: Collection[str]) -> dict[str, BoothPrincipal]:
        """The booths that hold the credentials of these digests."""
        every = list(hashes)

        async def question(connection: AsyncConnection) -> dict[str, BoothPrincipal]:
            found: dict[str, BoothPrincipal] = {}
            for begin in range(0, len(every), _CREDENTIALS_AT_ONCE):
                part = every[begin : begin + _CREDENTIALS_AT_ONCE]
                rows = await connection.execute(_HOLDERS, {"hashes": part})
                found |= {row.credential_hash: _booth_principal(row) for row in rows}
            return found

        return await ask(self._database, question)

    async def _improve(self, found: Row[Any], better_hash: str) -> None:
        """Store it, unless the password was changed while this one was tried."""
        async with self._writing() as connection:
            await connection.execute(
                update(tables.staff)
                .where(
                    tables.staff.c.id == found.id,
                    tables.staff.c.password_hash == found.password_hash,
                )
                .values(password_hash=better_hash)
            )

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with unavailable_without_sql():
            async with self._database.write() as connection:
                yield connection

    def _now_ms(self) -> int:
        return round(self._clock() * 1000)


async def read_organisation(connection: AsyncConnection, who: OrganisationId) -> Organisation:
    """An organisation with the names of all that is in it.

    Raises:
        NotFoundError: there is no such organisation.
    """
    found = (
        await connection.execute(select(tables.organisation).where(tables.organisation.c.id == who))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    centres = await connection.execute(_all_of(tables.centre, who).order_by(tables.centre.c.name))
    booths = (
        await connection.execute(_all_of(tables.booth, who).order_by(tables.booth.c.name))
    ).all()
    topics = (
        await connection.execute(_all_of(tables.topic, who).order_by(tables.topic.c.position))
    ).all()
    users = await connection.execute(_all_of(tables.staff, who).order_by(tables.staff.c.name))
    tokens = await connection.execute(_all_of(tables.api_token, who))
    return Organisation(
        id=who,
        code=found.code,
        name=found.name,
        timezone=found.timezone,
        policy=policy_of(found),
        centres={
            CentreId(row.id): NamedCentre(
                id=CentreId(row.id), code=row.code, name=row.name, timezone=row.timezone
            )
            for row in centres
        },
        booths={BoothId(row.id): row.name for row in booths},
        enrolled={
            BoothId(row.id): CentreId(row.centre)
            for row in booths
            if row.credential_hash is not None
        },
        topics={TopicId(row.id): topic_of(row) for row in topics if row.closed_at is None},
        closed_topics={TopicId(row.id): topic_of(row) for row in topics if row.closed_at},
        users={
            UserId(row.id): NamedUser(
                id=UserId(row.id),
                name=row.name,
                roles=_roles(row),
                interprets=tuple(row.interprets) if row.closed_at is None else (),
            )
            for row in users
        },
        signed=await _signed(connection, who),
        tokens={row.id: row.name for row in tokens},
    )


async def _signed(connection: AsyncConnection, who: OrganisationId) -> frozenset[LineId]:
    skill, staff = tables.skill, tables.staff
    query = (
        select(skill.c.topic, skill.c.language, staff.c.roles)
        .join(staff, staff.c.id == skill.c.staff)
        .where(
            skill.c.organisation == who,
            skill.c.mode == Mode.SIGN,
            staff.c.closed_at.is_(None),
        )
    )
    return frozenset(
        line_id(TopicId(row.topic), row.language, Mode.SIGN)
        for row in await connection.execute(query)
        if Role.CONSULTANT in row.roles
    )


def topic_of(row: Row[Any]) -> Topic:
    """The topic in a row of the topic table."""
    return Topic(
        id=TopicId(row.id),
        code=row.code,
        names=row.names,
        hints=row.hints,
        handling_seconds=row.handling_seconds,
        service_level_seconds=row.service_level_seconds,
        prefer=msgspec.convert(row.prefer, tuple[Preference, ...]),
        overflow_at=row.overflow_at,
        hours=tuple(parse_opening(text) for text in row.hours),
        last_ticket_minutes=row.last_ticket_minutes,
        recording=RecordingRule(row.recording),
    )


def policy_of(row: Row[Any]) -> Policy:
    """How the organisation in a row of its table runs its lines."""
    return Policy(
        timezone=row.timezone,
        priorities=msgspec.convert(row.priorities, tuple[PriorityClass, ...]),
        cut_off_seconds=row.cut_off_seconds,
        callback_seconds=row.callback_seconds,
        callbacks=row.callbacks,
        claim_seconds=row.claim_seconds,
        breaks={each["code"]: each["names"] for each in row.breaks},
        interpreters={each["code"]: each["names"] for each in row.interpreters},
    )


def _all_of(table: Table, who: OrganisationId) -> Select[Any]:
    return select(table).where(table.c.organisation == who)


def _booth_principal(row: Row[Any]) -> BoothPrincipal:
    return BoothPrincipal(
        organisation=OrganisationId(row.organisation),
        centre=CentreId(row.centre),
        booth=BoothId(row.id),
        region=row.region,
        name=row.name,
        centre_name=row.centre_name,
        ticket_prefix=row.ticket_prefix,
        timezone=row.timezone,
        sound=msgspec.convert(row.sound, Sound),
    )


def _principal(row: Row[Any]) -> StaffPrincipal:
    return StaffPrincipal(
        organisation=OrganisationId(row.organisation),
        user=UserId(row.id),
        name=row.name,
        roles=_roles(row),
        password_mark=str(row.password_set_at),
    )


def _roles(row: Row[Any]) -> frozenset[Role]:
    return frozenset(Role(role) for role in row.roles)


def _enrolled(credential: str, now: int) -> dict[str, Any]:
    return {
        "credential_hash": digest(credential),
        "enrolled_at": now,
        "code_hash": None,
        "code_expires_at": None,
        "revoked_at": None,
    }
