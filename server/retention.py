"""Recordings do not outlive the days for which they are kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from aiohttp import web
from redis.exceptions import RedisError
from ulid import ULID

from server.recording import vault_of
from server.settings import Settings
from signaling import journal
from signaling.consent import RemovalReason
from signaling.ids import is_ulid
from signaling.ports import REDIS, RedisClient
from signaling.removal import finish_removals, remove_recording
from signaling.tasks import end
from signaling.vault import Vault
from web.ports import VAULT

_log = structlog.stdlib.get_logger(__name__)
_BETWEEN_SECONDS = 600.0
_DAY_MS = 86_400_000


def install(app: web.Application, settings: Settings) -> None:
    """Let pages play recordings, if there can be any, and look through them every ten minutes."""
    app[VAULT] = vault = vault_of(settings)
    if vault is None:
        return

    async def sweep(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_sweep_for_ever(app[REDIS], vault, settings.recording_days))
        yield
        await end([task])

    app.cleanup_ctx.append(sweep)


async def sweep_recordings(redis: RedisClient, vault: Vault, days: int) -> int:
    """Remove what is kept for longer than so many days; how many recordings."""
    oldest = await journal.now_ms(redis) - days * _DAY_MS
    removed = 0
    for organisation in await asyncio.to_thread(vault.organisations):
        for consultation in await asyncio.to_thread(vault.consultations, organisation):
            # An id holds the time at which the ticket was taken.
            if is_ulid(consultation) and ULID.from_str(consultation).milliseconds < oldest:
                removed += await remove_recording(
                    redis, vault, organisation, consultation, reason=RemovalReason.RETENTION
                )
        await finish_removals(vault, organisation)
    return removed


async def _sweep_for_ever(redis: RedisClient, vault: Vault, days: int) -> None:
    while True:
        with contextlib.suppress(RedisError):
            try:
                removed = await sweep_recordings(redis, vault, days)
                if removed:
                    _log.info("recordings.removed", number=removed, days=days)
            except OSError as fault:
                _log.warning("recordings.not_removed", fault=str(fault))
        await asyncio.sleep(_BETWEEN_SECONDS)
