"""Sessions in SQL, for years: filled from the journal, read by supervisors."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from server.archive.archiver import Archiver, Observer
from server.archive.database import DATABASE, open_database
from server.archive.log import SqlSessionLog
from server.archive.migrate import migrate_database
from server.settings import Settings
from signaling.ids import new_ulid
from signaling.ports import REDIS
from web.ports import SESSION_LOG

__all__ = ["ARCHIVER", "ARCHIVE_OBSERVER", "install"]

ARCHIVER: web.AppKey[Archiver] = web.AppKey("archiver", Archiver)
ARCHIVE_OBSERVER: web.AppKey[Observer] = web.AppKey("archive_observer", Observer)


def install(app: web.Application, settings: Settings) -> None:
    """Open SQL, archive in the background, and let supervisors read.

    Needs `REDIS` and `ARCHIVE_OBSERVER` at the start.
    """
    database = app[DATABASE] = open_database(settings)
    app[SESSION_LOG] = SqlSessionLog(database)

    async def opened(_: web.Application) -> AsyncIterator[None]:
        await migrate_database(database)
        yield
        await database.close()

    async def archiving(app: web.Application) -> AsyncIterator[None]:
        archiver = app[ARCHIVER] = Archiver(
            app[REDIS], database, consumer=new_ulid(), observer=app[ARCHIVE_OBSERVER]
        )
        async with archiver.running():
            yield

    app.cleanup_ctx.extend([opened, archiving])
