"""Waiting for something a page says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

PATIENCE = 20.0
"""Seconds until something that a person waits for is taken for not coming."""
_EVERY = 0.05


class Evaluates(Protocol):
    """A page that can be asked; those of Playwright and Firefox's both can."""

    async def evaluate(self, expression: str, arg: object = None, /) -> Any:
        """The value of the expression, or of a function given `arg`; promises are awaited."""


async def until(
    page: Evaluates,
    expression: str,
    arg: object = None,
    *,
    accept: Callable[[Any], bool] = bool,
    seconds: float = PATIENCE,
) -> Any:
    """The first acceptable value of the expression, which may be a function and may be async.

    Unlike Playwright's ``wait_for_function`` this awaits promises, and says what was seen last.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not accept(value := await page.evaluate(expression, arg)):
        assert loop.time() < deadline, f"{expression} is still {value!r} after {seconds} s"
        await asyncio.sleep(_EVERY)
    return value
