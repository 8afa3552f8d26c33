"""Questions of the same moment, asked of SQL together.

After a restart every booth comes back at once, each with a credential of its own. One by one they
would keep SQL, and this process, busy for most of the time they wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

from signaling.errors import OknoError

K = TypeVar("K")
V = TypeVar("V")


class _Batch(Generic[K, V]):
    """Questions that wait for the same answer."""

    def __init__(self) -> None:
        self.keys: set[K] = set()
        self.answer: Mapping[K, V] | OknoError | None = None
        self.lock = asyncio.Lock()
        """Held by the one of them who asks for all."""


class Together(Generic[K, V]):
    """Asks at once when nobody else does; whoever comes meanwhile is asked for together next.

    So nobody waits for longer than two answers, or two refusals, take.

    Args:
        ask: finds the values of these keys, however many; those without one are left out.
    """

    def __init__(self, ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._turn = asyncio.Lock()
        self._open: _Batch[K, V] = _Batch()

    async def get(self, key: K) -> V | None:
        """The value of the key, as it is at some moment after the call; None if it has none.

        Raises:
            OknoError: what `ask` raised.
        """
        batch = self._open
        batch.keys.add(key)
        async with batch.lock:
            if batch.answer is None:
                batch.answer = await self._answer(batch)
        if isinstance(batch.answer, OknoError):
            raise batch.answer.with_traceback(None)
        return batch.answer.get(key)

    async def _answer(self, batch: _Batch[K, V]) -> Mapping[K, V] | OknoError:
        """Asks for all of them; whoever is cancelled meanwhile leaves it to the next."""
        async with self._turn:
            if self._open is batch:
                self._open = _Batch()
            try:
                return await self._ask(batch.keys)
            except OknoError as refusal:
                return refusal
