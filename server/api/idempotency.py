"""One request, sent again because its answer was lost, is done once and answered twice.

What a request with an ``Idempotency-Key`` did is kept in Redis under the organisation's hash tag,
where every node finds it. One command claims the key, so of two requests at once only one works.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import msgspec
import structlog
from redis.exceptions import RedisError

from server.directory.tokens import ApiPrincipal
from server.errors_http import STATUSES, as_okno_error
from signaling import keys
from signaling.errors import Code, OknoError
from signaling.ids import OrganisationId
from signaling.ports import RedisClient
from signaling.tickets import Errand

KEPT_SECONDS = 86_400
"""How long a key stands for its first request."""
WORK_SECONDS = 30.0
"""The longest a request may take; then it is refused as ``unavailable``."""
_CLAIM_SECONDS = 60
"""Longer than that: whoever still works on the request holds the key, unless their node died."""
_RETRY_SECONDS = 1
LONGEST_KEY = 128

_log = structlog.stdlib.get_logger(__name__)


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, as it went out."""

    status: int
    body: str
    location: str = ""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal that the same request would meet again. Its text is looked up when it is told."""

    code: Code
    field: str | None = None


class _Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    fingerprint: str
    answered: Answered | None = None
    refused: Refused | None = None
    """Neither: the first request is under way."""


_decoder = msgspec.json.Decoder(_Kept)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What tells one request from another under the same key."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def errand(principal: ApiPrincipal, key: str, request: str) -> Errand:
    """The request by the name under which it is remembered.

    Args:
        principal: keys of different tokens have nothing to do with each other.
        key: as the program chose it.
        request: its `fingerprint`.
    """
    hashed = hashlib.sha256(key.encode()).hexdigest()[:32]
    return Errand(name=f"{principal.token}:{hashed}", request=request)


class Repeats:
    """Remembers what was done under which key."""

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis

    async def once(
        self,
        organisation: OrganisationId,
        errand: Errand,
        work: Callable[[], Awaitable[Answered]],
    ) -> tuple[Answered, bool]:
        """What the work answers, or answered the first time; and whether that is a repetition.

        Args:
            organisation: whose line the work changes.
            errand: the request.
            work: is done again only when it failed for a reason that may pass, or when nobody
                knows how it ended; then it must find what it did itself, by the errand.

        Raises:
            OknoError: ``key_reused``: the key stands for another request; ``under_way``: the first
                one is not done yet; or what the work was refused with.
        """
        name, request = keys.idempotency(organisation, errand.name), errand.request
        claim = msgspec.json.encode(_Kept(fingerprint=request)).decode()
        before = await self._redis.set(name, claim, nx=True, get=True, ex=_CLAIM_SECONDS)
        if before is not None:
            return _repeated(_decoder.decode(str(before)), request), True
        try:
            async with asyncio.timeout(WORK_SECONDS):
                answered = await work()
        except Exception as fault:
            # Any of them, for it is raised again: only what becomes of the key depends on it.
            refusal = as_okno_error(fault)
            may_pass = STATUSES[refusal.code] >= HTTPStatus.INTERNAL_SERVER_ERROR
            # The key stands for a request that was done before, which may be sent again as well.
            if may_pass or refusal.code is Code.KEY_REUSED:
                await self._give_back(name)
            else:
                told = Refused(code=refusal.code, field=refusal.field)
                await self._keep(name, _Kept(fingerprint=request, refused=told))
            raise
        await self._keep(name, _Kept(fingerprint=request, answered=answered))
        return answered, False

    async def _keep(self, name: str, kept: _Kept) -> None:
        """The program gets its answer even if this fails; then only the claim is remembered."""
        try:
            await self._redis.set(name, msgspec.json.encode(kept).decode(), ex=KEPT_SECONDS)
        except (RedisError, OSError) as fault:
            _log.warning("api.answer_not_kept", fault=repr(fault))

    async def _give_back(self, name: str) -> None:
        """If this fails as well, the claim lapses by itself."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.delete(name)


def _repeated(kept: _Kept, request: str) -> Answered:
    if kept.fingerprint != request:
        raise OknoError(Code.KEY_REUSED, field="Idempotency-Key")
    if kept.answered is not None:
        return kept.answered
    if kept.refused is not None:
        raise OknoError(kept.refused.code, field=kept.refused.field)
    raise OknoError(Code.UNDER_WAY, retry_after=_RETRY_SECONDS)
