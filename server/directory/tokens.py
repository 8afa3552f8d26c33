"""API tokens: how a machine proves for which organisation it speaks, and what it may do there.

Only the SHA-256 of a token is stored. It has 256 random bits, so nobody finds one by trying, and
the time that the look-up by hash takes tells nothing about any token: whoever sends a guess cannot
choose how its hash begins.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Annotated

import msgspec
from aiohttp import web
from pydantic import Field
from sqlalchemy import insert, or_, select, update

from server.archive import tables
from server.archive.database import ANSWER_SECONDS, DATABASE, Database
from server.directory.asking import find, unavailable_without_sql
from server.directory.rows import ChangeError, Rows
from server.directory.secrets import digest
from server.directory.specs import Code, Spec
from server.throttle import Throttle, address_subject
from signaling.errors import OknoError
from signaling.ids import OrganisationId, new_ulid
from signaling.ports import REDIS, RedisClient

PREFIX = "okno_"
"""What every token begins with, so that people and scanners of leaked secrets know it."""
USED_COARSELY = 3600
"""Seconds within which further uses of a token are not noted."""
_OFFICE = 10
"""As for sign-ins: several machines may stand behind one address."""
_SECRET_BYTES = 32
_DAY_MS = 86_400_000
_FORM = re.compile(r"okno_[A-Za-z0-9_-]{43}")


class Scope(StrEnum):
    """What a token allows."""

    LINES_READ = "lines:read"
    LINES_WRITE = "lines:write"
    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    CONSULTATIONS_READ = "consultations:read"


class TokenSpec(Spec):
    name: Code
    """What an administrator calls it, such as the machine that uses it."""
    scopes: Annotated[list[Annotated[Scope, Field(strict=False)]], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """How long it is good for; None: until it is revoked."""


class ApiPrincipal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a request to the REST API."""

    organisation: OrganisationId
    token: str
    """Id of the token, for logs and idempotency keys; it proves nothing."""
    scopes: frozenset[Scope]


class ApiTokens:
    """Tells whose token it is.

    Args:
        database: where the tokens' hashes are.
        redis: where wrong attempts are counted.
        attempts: how many wrong tokens in five minutes an address may send is ten times this.
        clock: Unix time in seconds.
    """

    def __init__(
        self,
        database: Database,
        redis: RedisClient,
        *,
        attempts: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._throttle = Throttle(redis)
        self._limit = attempts * _OFFICE
        self._clock = clock

    async def check(self, token: str, address: str | None = None) -> ApiPrincipal | None:
        """Whose token it is; None: it is none, was revoked or has expired.

        Right tokens are not counted, so that a busy client is never taken for one that guesses.

        Args:
            token: as it was sent.
            address: of the client, whose wrong tokens are counted; None if it is not known.

        Raises:
            OknoError: ``too_fast``: the address sent too many wrong ones, and now even a right
                one waits; ``unavailable``: SQL is away.
        """
        limits = {} if address is None else {address_subject("api", address): self._limit}
        await self._throttle.refuse_if_used_up(limits)
        principal = await self._find(token)
        if principal is None:
            await self._throttle.count(limits)
        return principal

    async def _find(self, token: str) -> ApiPrincipal | None:
        if not _FORM.fullmatch(token):
            return None
        now = round(self._clock() * 1000)
        table = tables.api_token
        query = select(table).where(
            table.c.token_hash == digest(token),
            table.c.revoked_at.is_(None),
            or_(table.c.expires_at.is_(None), table.c.expires_at > now),
        )
        found = await find(self._database, query)
        if found is None:
            return None
        if (found.last_used_at or 0) <= now - USED_COARSELY * 1000:
            await self._note_use(found.id, now)
        return ApiPrincipal(
            organisation=OrganisationId(found.organisation),
            token=found.id,
            scopes=frozenset(Scope(scope) for scope in found.scopes),
        )

    async def _note_use(self, token: str, now: int) -> None:
        """The token is right whether or not this can be written; the fault is in the log."""
        change = (
            update(tables.api_token).where(tables.api_token.c.id == token).values(last_used_at=now)
        )
        with contextlib.suppress(OknoError), unavailable_without_sql():
            async with asyncio.timeout(ANSWER_SECONDS), self._database.write() as connection:
                await connection.execute(change)


API_TOKENS: web.AppKey[ApiTokens] = web.AppKey("api_tokens", ApiTokens)


def install(app: web.Application, *, attempts: int) -> None:
    """Fill in `API_TOKENS` at the start, when `DATABASE` and `REDIS` are there."""

    async def tokens(app: web.Application) -> AsyncIterator[None]:
        app[API_TOKENS] = ApiTokens(app[DATABASE], app[REDIS], attempts=attempts)
        yield

    app.cleanup_ctx.append(tokens)


async def create_token(rows: Rows, spec: TokenSpec, *, now: int) -> str:
    """A new token of the organisation. It is told only here.

    Args:
        rows: of the organisation, in a transaction that writes.
        spec: its name, scopes and how long it is good for.
        now: Unix time, milliseconds.

    Raises:
        ChangeError: a token of that name is in use.
    """
    if await _live(rows, spec.name) is not None:
        raise ChangeError(f"There is a token {spec.name!r} already. Revoke it first.")
    token = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    scopes = sorted(set(spec.scopes))
    values = {
        "id": new_ulid(),
        "organisation": rows.organisation,
        "name": spec.name,
        "token_hash": digest(token),
        "scopes": scopes,
        "created_at": now,
        "expires_at": None if spec.days is None else now + spec.days * _DAY_MS,
    }
    await rows.connection.execute(insert(tables.api_token).values(values))
    rows.say(f"API token created ({', '.join(scopes)})", spec.name)
    return token


async def revoke_token(rows: Rows, name: str, *, now: int) -> None:
    """Void the organisation's token of this name at once. The name is free again.

    Raises:
        ChangeError: there is none.
    """
    identity = await _live(rows, name)
    if identity is None:
        raise ChangeError(f"There is no token {name!r} in this organisation.")
    table = tables.api_token
    await rows.connection.execute(
        update(table).where(table.c.id == identity).values(revoked_at=now)
    )
    rows.say("API token revoked", name)


async def _live(rows: Rows, name: str) -> str | None:
    """Id of the token of this name that is not revoked."""
    table = tables.api_token
    identity: str | None = await rows.connection.scalar(
        select(table.c.id).where(
            table.c.organisation == rows.organisation,
            table.c.name == name,
            table.c.revoked_at.is_(None),
        )
    )
    return identity
