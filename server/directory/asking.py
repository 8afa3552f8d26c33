"""Asking SQL on behalf of people who wait: an answer in time, or a refusal they can live with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import structlog
from sqlalchemy import Row, Select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.archive.database import Database
from signaling.errors import Code, OknoError

T = TypeVar("T")

RETRY_SECONDS = 5
"""When whoever was refused may try again."""

_log = structlog.stdlib.get_logger(__name__)


async def ask(database: Database, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """What the question finds.

    Raises:
        OknoError: ``unavailable``: SQL is away, or has not answered in time.
    """
    with unavailable_without_sql():
        return await database.ask(question)


async def find(database: Database, query: Select[Any]) -> Row[Any] | None:
    """The one row of the query, or None; raises as `ask` does."""

    async def question(connection: AsyncConnection) -> Row[Any] | None:
        found: Row[Any] | None = (await connection.execute(query)).one_or_none()
        return found

    return await ask(database, question)


@contextmanager
def unavailable_without_sql() -> Iterator[None]:
    """Around the use of SQL: its absence is an ``unavailable``, for pages and sockets alike.

    A wrong query ends so as well. Whoever waits must not be cut off for it; the log names it.
    """
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as fault:
        # The driver's own words: SQLAlchemy's would bring the query's values into the log.
        reason = fault.orig if isinstance(fault, DBAPIError) else fault
        _log.warning("directory.interrupted", fault=repr(reason))
        raise OknoError(Code.UNAVAILABLE, retry_after=RETRY_SECONDS) from fault
