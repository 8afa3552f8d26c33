"""Upgrades of databases that are in use: what was in them is still there and means the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Connection, column, insert, table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive import tables
from server.archive.database import Database
from server.archive.migrate import migrate_database
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from server.directory.secrets import digest
from signaling.ids import OrganisationId, TopicId, UserId, line_id
from signaling.model import Duty, Mode, Policy, Topic
from signaling.sound import Sound

REGION, OTHER, CENTRE, THEIRS, TOPIC, ANNA = (f"01{name:0>24}" for name in "ABCDEF")


def centre(identity: str, organisation: str) -> dict[str, Any]:
    place = {"code": "north", "name": "North", "timezone": "Asia/Omsk", "ticket_prefix": "A"}
    return {"id": identity, "organisation": organisation, **place}


def skill(organisation: str, language: str) -> dict[str, Any]:
    return {"organisation": organisation, "staff": ANNA, "topic": TOPIC, "language": language}


BEFORE: list[tuple[str, dict[str, Any]]] = [
    ("organisation", {"id": REGION, "code": "west", "name": "West", "timezone": "Asia/Omsk"}),
    ("organisation", {"id": OTHER, "code": "east", "name": "East", "timezone": "Asia/Omsk"}),
    ("centre", centre(CENTRE, REGION)),
    ("centre", centre(THEIRS, OTHER)),
    (
        "booth",
        {
            "id": "01BOOTH",
            "organisation": REGION,
            "centre": CENTRE,
            "code": "1",
            "name": "Booth 1",
            "credential_hash": digest("credential"),
        },
    ),
    (
        "topic",
        {
            "id": TOPIC,
            "organisation": REGION,
            "code": "taxes",
            "names": {"en": "Taxes"},
            "hints": {},
            "handling_seconds": 300,
            "position": 0,
        },
    ),
    (
        "staff",
        {
            "id": ANNA,
            "organisation": REGION,
            "email": "anna@west.example",
            "name": "Anna",
            "roles": ["consultant"],
            "reserve": True,
        },
    ),
    ("skill", skill(REGION, "ru")),
    ("skill", skill(REGION, "en")),
]
"""What a database holds before the line had rules: table and row."""


async def add(connection: AsyncConnection, name: str, row: dict[str, Any]) -> None:
    """Insert it by the names of then, whatever the tables are now."""
    columns = [
        column(key, JSON() if isinstance(value, dict | list) else None)
        for key, value in row.items()
    ]
    await connection.execute(insert(table(name, *columns)).values(row))


@pytest.fixture
async def upgraded(database_url: str) -> AsyncIterator[Database]:
    """A database with these rows in it, made by the version before, and then migrated."""
    database = Database(database_url)

    def to_before(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", "server.archive:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")

    async with database.write() as connection:
        await connection.run_sync(to_before)
        for name, row in BEFORE:
            await add(connection, name, row)
    await migrate_database(database)
    yield database
    await database.close()


async def test_who_was_there_goes_on_as_before_the_line_had_rules(upgraded: Database) -> None:
    directory, organisation = SqlDirectory(upgraded), OrganisationId(REGION)

    assert await directory.policy(organisation) == Policy(timezone="Asia/Omsk")
    assert await directory.topic(organisation, TopicId(TOPIC)) == Topic(
        id=TopicId(TOPIC), code="taxes", names={"en": "Taxes"}, hints={}, handling_seconds=300
    )
    lines = tuple(line_id(TopicId(TOPIC), spoken, Mode.SPEECH) for spoken in ("en", "ru"))
    assert await directory.duty(organisation, UserId(ANNA)) == Duty(lines=lines, reserve=True)
    booth = await SqlPeople(upgraded).booth("credential")
    assert booth is not None
    assert (booth.centre_name, booth.region, booth.sound) == ("North", "", Sound())


async def test_sql_keeps_organisations_apart_afterwards(upgraded: Database) -> None:
    own, theirs = (update(tables.staff).values(centre=each) for each in (CENTRE, THEIRS))
    async with upgraded.write() as connection:
        await connection.execute(own)
    with pytest.raises(IntegrityError):
        async with upgraded.write() as connection:
            await connection.execute(theirs)
    with pytest.raises(IntegrityError):
        async with upgraded.write() as connection:
            await add(connection, "skill", skill(OTHER, "de"))


async def test_a_skill_is_held_once_in_each_mode(upgraded: Database) -> None:
    async with upgraded.write() as connection:
        await add(connection, "skill", {**skill(REGION, "ru"), "mode": "sign", "level": 2})
    with pytest.raises(IntegrityError):
        async with upgraded.write() as connection:
            await add(connection, "skill", skill(REGION, "ru"))
