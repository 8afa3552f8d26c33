"""How Okno talks to Redis: one way to make the client, so that everywhere the same limits hold."""

from __future__ import annotations

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from signaling.ports import RedisClient

CONNECTIONS = 32
"""At most; a request beyond them waits its turn instead of failing."""
_TIMEOUT_SECONDS = 5.0
"""For a free connection, for connecting, and for each answer."""


def open_redis(url: str) -> RedisClient:
    """A client whose every wait ends. Close it with ``aclose``.

    Nothing is tried again here: a script whose answer was lost may have run.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        max_connections=CONNECTIONS,
        timeout=_TIMEOUT_SECONDS,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
    )
    return Redis.from_pool(pool)
