"""Answers of the last moment, so that a crowd that comes back at once asks SQL once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from signaling.errors import OknoError

T = TypeVar("T")


class _Answer(Generic[T]):
    """One question: being asked, answered, or refused."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.lock = asyncio.Lock()
        self.given: list[T] = []
        """The answer, once there is one; an answer may be None."""
        self.refusal: OknoError | None = None


class Recent(Generic[T]):
    """Asks each question once in a while, and gives everybody else the same answer.

    Whoever asks while the answer is on its way waits for it. A refusal is shared in the same way:
    when SQL hangs, nobody waits for it longer than the first.

    Args:
        clock: seconds, from any beginning.
        seconds: how old an answer may be, counted from the question.
        limit: answers kept; the oldest go first.
    """

    def __init__(self, clock: Callable[[], float], *, seconds: float, limit: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self._limit = limit
        self._answers: dict[Hashable, _Answer[T]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to `ask`, or the one it gave for this key a moment ago.

        Raises:
            OknoError: what `ask` raised.
        """
        answer = self._answer(key)
        async with answer.lock:
            if answer.given:
                return answer.given[0]
            if answer.refusal is not None:
                raise answer.refusal.with_traceback(None)
            try:
                found = await ask()
            except OknoError as refusal:
                answer.refusal = refusal
                raise
            answer.given.append(found)
            return found

    def _answer(self, key: Hashable) -> _Answer[T]:
        now = self._clock()
        answer = self._answers.get(key)
        if answer is None or now >= answer.until:
            # Taken out first, so that the order stays that of age.
            self._answers.pop(key, None)
            answer = self._answers[key] = _Answer(now + self._seconds)
            if len(self._answers) > self._limit:
                del self._answers[next(iter(self._answers))]
        return answer
