"""Reading much from Redis at once, without standing in the way of others meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from redis.asyncio.client import Pipeline

from signaling.ports import RedisClient

_BATCH = 250
"""Commands of one pipeline: the sockets get their turn between two."""


async def of_each(
    redis: RedisClient, names: Sequence[str], ask: Callable[[Pipeline, str], object]
) -> list[Any]:
    """The answers to one command for each of the keys, in their order; not one moment of all."""
    answers: list[Any] = []
    for start in range(0, len(names), _BATCH):
        async with redis.pipeline(transaction=False) as pipe:
            for name in names[start : start + _BATCH]:
                ask(pipe, name)
            answers += await pipe.execute()
    return answers


async def hashes(
    redis: RedisClient, names: Sequence[str], fields: tuple[str, ...]
) -> list[list[str | None]]:
    """These fields of each of the hashes."""
    wanted = list(fields)
    return cast(
        "list[list[str | None]]",
        await of_each(redis, names, lambda pipe, name: pipe.hmget(name, wanted)),
    )


def number(text: str | None) -> int:
    """A whole number that a script wrote; 0 when it is not set."""
    return int(float(text)) if text else 0
