"""A town for measurements: an organisation with any number of booths and consultants.

They are written straight into SQL and Redis, because signing in takes a password hash each. From
then on everything is real: each page proves who it is by its cookie, and the node looks it up.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from server.archive import tables
from server.archive.database import open_database
from server.directory.secrets import digest, new_credential
from server.services import migrate_database
from server.sessions import COOKIE, session_key
from server.settings import Settings
from signaling.cookies import BOOTH_COOKIE
from signaling.ids import OrganisationId, TopicId, new_ulid
from signaling.messages import TakeTicket
from signaling.store import open_redis

_SESSION_SECONDS = 6 * 3600
_PASSWORD_SET_AT = 1
_LANGUAGE = "ru"


@dataclass
class Town:
    """The cookies of its people, as headers of their requests, and its topics."""

    booths: list[dict[str, str]] = field(default_factory=list)
    consultants: list[dict[str, str]] = field(default_factory=list)
    topics: list[TopicId] = field(default_factory=list)
    organisation: OrganisationId = field(default_factory=lambda: OrganisationId(""))

    def ticket(self, number: int = 0) -> TakeTicket:
        """For the visitor of that number; their topics take turns."""
        return TakeTicket(topic=self.topics[number % len(self.topics)], language=_LANGUAGE)


async def found(
    data: Path,
    redis_url: str,
    *,
    booths: int,
    consultants: int,
    topics: int = 1,
    centres: int = 1,
    served: int | None = None,
    handling: int = 480,
) -> Town:
    """Write a town into a node's data before the node starts.

    Args:
        data: the node's directory.
        redis_url: the node's Redis.
        booths: in all centres together.
        consultants: each has a session.
        topics: how many there are.
        centres: how many there are.
        served: topics that each consultant serves; all of them without it.
        handling: seconds a consultation is said to take.
    """
    settings = Settings(data_dir=data, redis_url=redis_url)
    data.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    await migrate_database(settings)
    town = Town(topics=[TopicId(new_ulid()) for _ in range(topics)])
    organisation, places = new_ulid(), [new_ulid() for _ in range(centres)]
    people = [new_ulid() for _ in range(consultants)]
    credentials = [new_credential() for _ in range(booths)]
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (tables.organisation, [_organisation(organisation)]),
        (tables.centre, [_centre(organisation, each, at) for at, each in enumerate(places)]),
        (
            tables.topic,
            [_topic(organisation, each, at, handling) for at, each in enumerate(town.topics)],
        ),
        (
            tables.booth,
            [
                _booth(organisation, places[at % centres], each)
                for at, each in enumerate(credentials)
            ],
        ),
        (tables.staff, [_staff(organisation, each) for each in people]),
        (
            tables.skill,
            [_skill(organisation, who, of) for who, of in _skills(people, town, served)],
        ),
    ]
    town.organisation = OrganisationId(organisation)
    database = open_database(settings)
    try:
        async with database.write() as connection:
            for table, values in rows:
                if values:
                    await connection.execute(table.insert(), values)
    finally:
        await database.close()
    town.booths = [{"Cookie": f"{BOOTH_COOKIE}={each}"} for each in credentials]
    town.consultants = await _sign_in(redis_url, people)
    return town


def _skills(people: list[str], town: Town, served: int | None) -> Iterator[tuple[str, TopicId]]:
    """Who serves what: each some topics that follow each other, a step further than the last."""
    topics = town.topics
    for number, who in enumerate(people):
        for step in range(len(topics) if served is None else served):
            yield who, topics[(number + step) % len(topics)]


async def _sign_in(redis_url: str, people: list[str]) -> list[dict[str, str]]:
    """A session for each, as signing in leaves it."""
    cookies = []
    async with open_redis(redis_url) as redis, redis.pipeline(transaction=False) as batch:
        for user in people:
            token = secrets.token_urlsafe(32)
            session = {
                "created": 0,
                "session": {"user": user, "password_mark": str(_PASSWORD_SET_AT)},
            }
            batch.set(session_key(token), msgspec.json.encode(session), ex=_SESSION_SECONDS)
            cookies.append({"Cookie": f"{COOKIE}={token}"})
        await batch.execute()
    return cookies


def _organisation(who: str) -> dict[str, Any]:
    return {"id": who, "code": who, "name": "Town", "timezone": "Europe/Moscow"}


def _centre(organisation: str, centre: str, number: int) -> dict[str, Any]:
    return {
        "id": centre,
        "organisation": organisation,
        "code": f"centre-{number}",
        "name": f"Centre {number}",
        "timezone": "Europe/Moscow",
        "ticket_prefix": _prefix(number),
    }


def _prefix(number: int) -> str:
    first, second = divmod(number, 26)
    return chr(ord("A") + second) if first == 0 else _prefix(first - 1) + _prefix(second)


def _topic(organisation: str, topic: str, position: int, handling: int) -> dict[str, Any]:
    return {
        "id": topic,
        "organisation": organisation,
        "code": f"topic-{position}",
        "names": {"ru": "Тема", "en": "Topic"},
        "hints": {},
        "handling_seconds": handling,
        "position": position,
    }


def _booth(organisation: str, centre: str, credential: str) -> dict[str, Any]:
    who = new_ulid()
    return {
        "id": who,
        "organisation": organisation,
        "centre": centre,
        "code": who,
        "name": "Booth",
        "credential_hash": digest(credential),
        "enrolled_at": 1,
    }


def _staff(organisation: str, user: str) -> dict[str, Any]:
    return {
        "id": user,
        "organisation": organisation,
        "email": f"{user}@town.example",
        "name": "Consultant",
        "roles": ["consultant"],
        "password_set_at": _PASSWORD_SET_AT,
    }


def _skill(organisation: str, staff: str, topic: str) -> dict[str, Any]:
    return {"organisation": organisation, "staff": staff, "topic": topic, "language": _LANGUAGE}
