"""Telling other programs what happened: signed, at least once, and again if it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from server.archive import ARCHIVE_OBSERVER
from server.archive.archiver import Observer as ArchiveObserver
from server.archive.database import DATABASE
from server.settings import Settings
from server.webhooks.dispatcher import SLOTS, Dispatcher, Observer
from server.webhooks.queue import Queue
from server.webhooks.sender import open_sender
from signaling.ports import REDIS

__all__ = ["WEBHOOK_OBSERVER", "install"]

WEBHOOK_OBSERVER: web.AppKey[Observer] = web.AppKey("webhook_observer", Observer)


def install(app: web.Application, settings: Settings) -> None:
    """Tell webhooks in the background, as soon as something is archived.

    Needs `ARCHIVE_OBSERVER` now, because what the archiver says wakes the dispatcher; `REDIS`,
    `DATABASE` and `WEBHOOK_OBSERVER` at the start.
    """
    woken = asyncio.Event()
    app[ARCHIVE_OBSERVER] = _Waking(app[ARCHIVE_OBSERVER], woken)

    async def dispatching(app: web.Application) -> AsyncIterator[None]:
        async with open_sender(
            private=settings.webhook_private, seconds=settings.webhook_seconds, connections=SLOTS
        ) as sender:
            dispatcher = Dispatcher(
                app[REDIS],
                Queue(app[DATABASE]),
                sender,
                observer=app[WEBHOOK_OBSERVER],
                woken=woken,
                attempt_seconds=settings.webhook_seconds,
                hours=settings.webhook_hours,
            )
            async with dispatcher.running():
                yield

    app.cleanup_ctx.append(dispatching)


class _Waking:
    """Hands on what the archiver says, and wakes whoever waits for archived entries."""

    def __init__(self, observer: ArchiveObserver, woken: asyncio.Event) -> None:
        self._observer = observer
        self._woken = woken

    def archived(self, entries: int) -> None:
        self._observer.archived(entries)
        self._woken.set()

    def archive_failed(self) -> None:
        self._observer.archive_failed()

    def archive_unreadable(self, entries: int) -> None:
        self._observer.archive_unreadable(entries)
