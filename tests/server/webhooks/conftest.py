from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from server.archive.database import Database
from server.webhooks.sender import Sender, open_sender
from signaling.ports import RedisClient
from tests.server.databases import database, database_url, postgresql, sqlite_database
from tests.server.webhooks.receiver import Receiver
from tests.server.webhooks.scene import Scene

__all__ = ["database", "database_url", "postgresql", "sqlite_database"]

SECONDS = 5


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def other_receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    async with open_sender(private=True, seconds=SECONDS, connections=64) as sender:
        yield sender


@pytest.fixture
async def scene(redis: RedisClient, sqlite_database: Database, sender: Sender) -> Scene:
    return Scene(redis, sqlite_database, sender)


@pytest.fixture
async def any_scene(redis: RedisClient, database: Database, sender: Sender) -> Scene:
    """On each kind of SQL."""
    return Scene(redis, database, sender)
