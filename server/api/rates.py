"""How many requests one token may make. Counted in Redis, so that all nodes count together."""

from __future__ import annotations

from server.directory.tokens import ApiPrincipal
from signaling import keys
from signaling.errors import Code, OknoError
from signaling.ports import RedisClient

WINDOW = 60
"""Seconds over which requests are counted."""


class Rates:
    """Lets a token make so many requests in a `WINDOW`, which begins with its first one."""

    def __init__(self, redis: RedisClient, *, limit: int) -> None:
        self._redis = redis
        self._limit = limit

    async def count(self, principal: ApiPrincipal) -> None:
        """One more request of this token.

        Raises:
            OknoError: ``too_fast``: there were too many; says when the window ends.
        """
        counter = keys.api_calls(principal.organisation, principal.token)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(counter)
            pipe.expire(counter, WINDOW, nx=True)
            pipe.ttl(counter)
            count, _, ttl = await pipe.execute()
        if int(count) > self._limit:
            raise OknoError(Code.TOO_FAST, retry_after=max(int(ttl), 1))
