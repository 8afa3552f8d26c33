"""How often one account or address may be wrong."""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
from collections.abc import AsyncIterator, Iterable, Mapping

from signaling.errors import Code, OknoError
from signaling.ports import RedisClient

WINDOW = 300
"""Seconds after which attempts are forgotten."""

_IPV6_VERSION = 6
_IPV6_SITE = 64
"""One household or office holds a whole /64; its addresses count as one."""


class Throttle:
    """Counts attempts in Redis, so that all nodes count together.

    An attempt is counted before it is checked, so that many at once do not slip through, and given
    back unless it was checked and wrong.
    """

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    @contextlib.asynccontextmanager
    async def attempt(self, limits: Mapping[str, int]) -> AsyncIterator[None]:
        """Around the check, which raises `OknoError` when the attempt was wrong.

        Args:
            limits: how many attempts each subject may have wrong or under way in a `WINDOW`.

        Raises:
            OknoError: ``too_fast``: one of the subjects had too many.
        """
        await self._take(limits)
        try:
            yield
        except Exception as fault:
            # Any of them, for it is raised again below: only the count depends on which it is.
            if not isinstance(fault, OknoError) or fault.code is Code.UNAVAILABLE:
                # Nobody found out whether it was right: that is not the person's fault.
                await self._give_back(limits)
            raise
        await self._give_back(limits)

    async def refuse_if_used_up(self, limits: Mapping[str, int]) -> None:
        """Look before a check that is right most of the time; `count` goes with it.

        Many at once do slip through, so this is only for secrets that nobody can guess: it keeps
        the load of those who try away.

        Raises:
            OknoError: ``too_fast``: one of the subjects had too many.
        """
        wait = 0
        for subject, limit in limits.items():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.get(subject)
                pipe.ttl(subject)
                count, ttl = await pipe.execute()
            if int(count or 0) >= limit:
                wait = max(wait, ttl, 1)
        if wait:
            raise OknoError(Code.TOO_FAST, retry_after=wait)

    async def count(self, subjects: Iterable[str]) -> None:
        """Each of them was wrong once."""
        for subject in subjects:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(subject)
                pipe.expire(subject, WINDOW, nx=True)
                await pipe.execute()

    async def _take(self, limits: Mapping[str, int]) -> None:
        wait = 0
        for subject, limit in limits.items():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(subject)
                pipe.expire(subject, WINDOW, nx=True)
                pipe.ttl(subject)
                count, _, ttl = await pipe.execute()
            if count > limit:
                wait = max(wait, ttl, 1)
        if wait:
            await self._give_back(limits)
            raise OknoError(Code.TOO_FAST, retry_after=wait)

    async def _give_back(self, subjects: Iterable[str]) -> None:
        for subject in subjects:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.decr(subject)
                # If the window ended in between, the counter is new and must end as well.
                pipe.expire(subject, WINDOW, nx=True)
                await pipe.execute()


def account_subject(kind: str, account: str) -> str:
    """The counter of an account, however its name is spelled."""
    return _subject(f"{kind}-account", account.strip().casefold())


def address_subject(kind: str, address: str) -> str:
    """The counter of a network address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _subject(f"{kind}-address", address)
    if parsed.version == _IPV6_VERSION:
        address = str(ipaddress.ip_network((parsed, _IPV6_SITE), strict=False))
    return _subject(f"{kind}-address", address)


def _subject(kind: str, what: str) -> str:
    """Hashed: nobody's address or e-mail stands in Redis."""
    return f"okno:throttle:{kind}:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
