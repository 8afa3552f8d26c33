"""Programs that use the API: each with a token of its own."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import ClientResponse, ClientSession
from sqlalchemy import insert, update

from server.api.operation import ROOT
from server.archive import tables
from server.archive.database import DATABASE
from server.directory.changes import changing
from server.directory.tokens import API_TOKENS, Scope, TokenSpec, create_token
from signaling.ids import new_ulid
from signaling.ports import REDIS
from tests.web.stage import House, Stage

EVERYTHING = tuple(Scope)


class Answer:
    """What came back, read to its end."""

    def __init__(self, response: ClientResponse, body: bytes, json: Any) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self.json = json

    @property
    def refusal(self) -> tuple[int, str, str | None]:
        """Status, code and field."""
        return self.status, self.json["code"], self.json.get("field")


_addresses = (f"10.2.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))


class Program:
    """A program with a token, or without one, and an address of its own."""

    def __init__(self, session: ClientSession, token: str | None) -> None:
        self._session = session
        self._address = next(_addresses)
        self.token = token

    async def ask(
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        all_headers = {
            "Accept-Language": "en",
            "X-Forwarded-For": self._address,
            **(headers or {}),
        }
        if self.token is not None:
            all_headers.setdefault("Authorization", f"Bearer {self.token}")
        if key is not None:
            all_headers["Idempotency-Key"] = key
        async with self._session.request(
            method, ROOT + path, json=json, data=data, headers=all_headers
        ) as response:
            body = await response.read()
            is_json = response.content_type == "application/json" and body
            return Answer(response, body, await response.json() if is_json else None)

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def take(self, key: str | None = None, /, **fields: object) -> Answer:
        """Create a ticket for a passport at the main centre, or as the fields say."""
        new = {"centre": "main", "topic": "passport", "language": "ru", **fields}
        return await self.ask("POST", "/tickets", new, key=key)


async def furnish(stage: Stage) -> None:
    """Give both organisations a priority class, an interpreter and a second topic.

    The home has two more topics: one that is never open, and one that is no longer offered.
    """
    wheelchair = {"code": "wheelchair", "names": {"en": "Wheelchair"}, "head_start_seconds": 600}
    uzbek = {"code": "uzbek", "names": {"en": "Uzbek"}}
    async with stage.app[DATABASE].write() as connection:
        await connection.execute(
            update(tables.organisation).values(priorities=[wheelchair], interpreters=[uzbek])
        )
        for house in (stage.home, stage.elsewhere):
            await connection.execute(insert(tables.topic).values(_topic(house, "pension")))
        # Open for one minute of the week, and the last ticket is given an hour before that.
        shut = {"hours": ["mon 00:00-00:01"], "last_ticket_minutes": 60}
        await connection.execute(insert(tables.topic).values(_topic(stage.home, "shut") | shut))
        gone = _topic(stage.home, "gone") | {"closed_at": 1}
        await connection.execute(insert(tables.topic).values(gone))


def _topic(house: House, code: str) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "organisation": house.id,
        "code": code,
        "names": {"ru": code, "en": code.capitalize()},
        "hints": {},
        "handling_seconds": 300,
        "position": 2,
    }


async def token_for(stage: Stage, house: House, *scopes: Scope) -> str:
    """A new token of the organisation."""
    spec = TokenSpec(name=f"t{new_ulid().lower()}", scopes=list(scopes or EVERYTHING))
    code = house.id.lower()
    async with changing(stage.app[DATABASE], stage.app[REDIS], code) as changes:
        return await create_token(changes.rows, spec, now=0)


async def token_id(stage: Stage, program: Program) -> str:
    """By which the journal calls the program."""
    principal = await stage.app[API_TOKENS].check(program.token or "")
    assert principal is not None
    return principal.token


@contextlib.asynccontextmanager
async def program(stage: Stage, token: str | None) -> AsyncIterator[Program]:
    """Somebody with that token and no cookies."""
    async with ClientSession(stage.server.make_url("/")) as session:
        yield Program(session, token)
