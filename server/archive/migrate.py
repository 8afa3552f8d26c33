"""Bringing the database to the tables this version knows, before anything reads it."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from server.archive.database import Database, open_database
from server.settings import Settings

_LOCK = 0x6F6B6E6F
"""The advisory lock of PostgreSQL that migrations hold: ``okno`` in ASCII."""


class SchemaError(Exception):
    """The database was made by a version of Okno newer than this one."""

    def __init__(self) -> None:
        super().__init__(
            "The database was changed by a newer Okno than this one. "
            "Start the newer version, or restore the backup made before it."
        )


async def migrate(settings: Settings) -> None:
    """Apply what is missing to the database of these settings.

    Safe to call from several processes at once: one migrates, the others wait and find it done.

    Raises:
        SchemaError: the database is newer than this code.
        sqlalchemy.exc.SQLAlchemyError, OSError: the database cannot be reached or changed.
    """
    database = open_database(settings)
    try:
        await migrate_database(database)
    finally:
        await database.close()


async def migrate_database(database: Database) -> None:
    """As `migrate`, on an open database."""
    async with database.write() as connection:
        if not database.sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "server.archive:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaError from error
