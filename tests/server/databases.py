"""Fixtures over SQL, for the tests of the archive, the directory and the command line.

A test that asks for `database` runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.archive.database import Database
from server.archive.migrate import migrate_database
from tests.engines import (
    PostgresqlProcess,
    RedisProcess,
    postgresql_process,
    redis_process,
)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlProcess]:
    with postgresql_process() as process:
        yield process


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'okno.sqlite'}"
    server: PostgresqlProcess = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate_database(database)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """For what is the same on every engine."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'okno.sqlite'}")
    await migrate_database(database)
    yield database
    await database.close()


@pytest.fixture
def mortal_redis() -> Iterator[RedisProcess]:
    """A Redis of the test's own, to be killed."""
    with redis_process() as process:
        yield process
