"""An `asyncio.Event` for one waiter, a tenth of its size: a node holds two for every page."""

from __future__ import annotations

import asyncio


class Latch:
    """Open or shut; at most one task waits for it at a time."""

    __slots__ = ("_open", "_waiter")

    def __init__(self, *, is_open: bool) -> None:
        self._open = is_open
        self._waiter: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._open

    def set(self) -> None:
        """Open it."""
        self._open = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def clear(self) -> None:
        """Shut it."""
        self._open = False

    async def wait(self) -> None:
        """Return once it has been opened."""
        if self._open:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
