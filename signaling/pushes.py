"""What a scripted peer was told, kept for any number of readers at their own pace.

The history is bounded. A reader that falls so far behind that what it has not read is gone is told
so (`LaggedError`); nothing is skipped in silence.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import TypeVar

from signaling.messages import AnyPush, Error, Relayed, Welcome

Incoming = AnyPush | Relayed | Error | Welcome
"""Anything that arrives without being the answer to a request; and each `welcome`, so that readers
see where a socket was lost and resumed."""

P = TypeVar("P", bound=Incoming)


class EndedError(Exception):
    """The conversation is over for good and will not be resumed."""

    def __init__(self, why: str, close_code: int) -> None:
        self.close_code = close_code
        """4001: a newer socket of the same person; 4003: unknown person; 1000: closed here."""
        super().__init__(f"{why} ({close_code})")


class LaggedError(Exception):
    """A reader was too slow: what it has not read is no longer kept."""


class History:
    """The last pushes, numbered from 0."""

    def __init__(self, *, limit: int) -> None:
        self._kept: deque[Incoming] = deque(maxlen=limit)
        self._added = 0
        self._changed = asyncio.Event()
        self.ended: EndedError | None = None

    @property
    def added(self) -> int:
        """How many were ever added."""
        return self._added

    def add(self, push: Incoming) -> None:
        self._kept.append(push)
        self._added += 1
        self._wake()

    def end(self, reason: EndedError) -> None:
        """Nothing more comes; the first reason stays."""
        self.ended = self.ended or reason
        self._wake()

    def reader(self) -> Pushes:
        """A reader of what is added from now on."""
        return Pushes(self)

    def at(self, number: int) -> Incoming:
        """The push of that number, which must have been added."""
        first = self._added - len(self._kept)
        if number < first:
            raise LaggedError(f"{first - number} pushes were lost to this reader")
        return self._kept[number - first]

    def last(self, count: int) -> list[Incoming]:
        """The newest ones, oldest first."""
        return list(islice(self._kept, max(0, len(self._kept) - count), None))

    async def changed(self) -> None:
        """Return when something is added or the end is known."""
        await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Pushes(AsyncIterator[Incoming]):
    """One reader's way through the history; iteration stops when the conversation ends."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._next = history.added

    async def __anext__(self) -> Incoming:
        try:
            return await self.next()
        except EndedError:
            raise StopAsyncIteration from None

    async def next(self) -> Incoming:
        """The next push.

        Raises:
            EndedError: The conversation is over.
            LaggedError: This reader was too slow.
        """
        while self._next >= self._history.added:
            if self._history.ended is not None:
                raise self._history.ended
            await self._history.changed()
        push = self._history.at(self._next)
        self._next += 1
        return push

    async def wait_for(
        self,
        kind: type[P],
        predicate: Callable[[P], bool] = lambda _: True,
        *,
        within: float = 5,
    ) -> P:
        """The next push of that kind that satisfies; those before it are passed over.

        Raises:
            TimeoutError: None came within `within` seconds; the text shows what did.
            EndedError: The conversation is over.
            LaggedError: This reader was too slow.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    push = await self.next()
                    if isinstance(push, kind) and predicate(push):
                        return push
        except TimeoutError:
            seen = "\n  ".join(map(repr, self._history.last(8))) or "nothing"
            raise TimeoutError(
                f"no such {kind.__name__} within {within} s; the last pushes were:\n  {seen}"
            ) from None
