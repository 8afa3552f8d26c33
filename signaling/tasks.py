"""Tasks that belong to somebody: none outlives its owner, none fails unseen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

_LOG = logging.getLogger(__name__)


_CANCEL_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel the tasks and return when they are gone.

    Once is not always enough: before Python 3.12 a library's ``wait_for`` may lose a cancellation
    that comes just as it is done waiting, and redis-py has such places.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_SECONDS)


class OwnedTasks:
    """The background tasks of one object, which stops them when it is closed itself."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run until done or `stop`; an exception is logged when it happens."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Cancel all and return when they are gone. Not to be called by one of them."""
        await end(self._tasks)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("task %r failed", task.get_name(), exc_info=error)


async def rest(wake: asyncio.Event, seconds: float | None) -> None:
    """Until somebody sets `wake` from now on, or for so many seconds; None: however long."""
    if seconds is not None and seconds <= 0:
        return
    wake.clear()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
