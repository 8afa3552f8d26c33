"""The engine under everything in SQL, the same for SQLite and PostgreSQL.

Reading and writing are told apart because SQLite must know before it begins: a transaction that
starts by reading and then writes fails as soon as another process wrote in between, while one that
begins IMMEDIATE waits its turn.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Connection, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from server.settings import Settings
from signaling.tasks import end

T = TypeVar("T")

ANSWER_SECONDS = 2.0
"""How long somebody waits for `Database.ask`: a person, a page or a place in the line."""
_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 60
_LOCK_SECONDS = 10
_POOL_SECONDS = 10
_TURN_SECONDS = 0.01
_BEGIN = "okno_begin"


class Database:
    """A pool of connections. Opens the first one when it is first asked for."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        arguments: dict[str, Any] = (
            {"timeout": _LOCK_SECONDS, "factory": _SqliteConnection}
            if self.sqlite
            else {"timeout": _CONNECT_SECONDS, "command_timeout": _STATEMENT_SECONDS}
        )
        self._engine = create_async_engine(
            url, connect_args=arguments, pool_timeout=_POOL_SECONDS, pool_pre_ping=not self.sqlite
        )
        if self.sqlite:
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
        self._asked: set[asyncio.Task[Any]] = set()
        self._writer = self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection that sees one consistent picture and changes nothing."""
        return self._engine.connect()

    async def ask(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What the question reads, in `ANSWER_SECONDS` or not at all.

        The caller is free after that time even when SQL has gone mute: the connection is given up
        in the background, because its rollback would wait for the same mute server.

        Raises:
            TimeoutError: SQL did not answer in time.
            sqlalchemy.exc.SQLAlchemyError, OSError: it cannot be reached or refuses the question.
        """
        task = asyncio.create_task(self._ask(question))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.shield(task)
        finally:
            task.cancel()

    async def _ask(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._engine.connect() as connection:
            try:
                return await question(connection)
            except asyncio.CancelledError:
                await connection.invalidate()
                raise

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction: committed at the end of the block, undone by an exception."""
        return self._writer.begin()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which SQLAlchemy has for each dialect apart."""
        return sqlite.insert(table) if self.sqlite else postgresql.insert(table)

    async def close(self) -> None:
        """Close all connections; the next use would open new ones."""
        await end(self._asked)
        await self._engine.dispose()


DATABASE: web.AppKey[Database] = web.AppKey("database", Database)


class _SqliteConnection(sqlite3.Connection):
    """Lets go of its lock when it is closed in the middle of a transaction.

    SQLite keeps a closed connection, with its transaction, for as long as a statement of it is
    under way. A task that is cancelled leaves such a statement in the traceback of its error, and
    nobody else could write until the garbage was collected.
    """

    def close(self) -> None:
        try:
            self.rollback()
        finally:
            super().close()


def open_database(settings: Settings) -> Database:
    """The database of these settings: PostgreSQL, or a SQLite file in the data directory."""
    url = settings.database_url
    if url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        url = f"sqlite+aiosqlite:///{settings.data_dir.absolute() / 'okno.sqlite'}"
    return Database(url)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late (before the first write); ours is in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    _turn_to_wal(cursor)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _turn_to_wal(cursor: DBAPICursor) -> None:
    """Readers and the one writer do not wait for each other; the file remembers it.

    SQLite waits for a lock everywhere but here: another process may be turning the same new file.
    The event loop goes on meanwhile, or who holds the lock here could not let go of it.
    """
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            await_only(asyncio.sleep(_TURN_SECONDS))
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
