"""The end of a recording: its files are gone for good, and the journal says who did it and why."""

from __future__ import annotations

import asyncio

from redis.exceptions import RedisError

from signaling import journal
from signaling.consent import RemovalReason
from signaling.ids import ConsultationId, OrganisationId, UserId
from signaling.ports import RedisClient
from signaling.recording_events import RecordingRemoved
from signaling.vault import Vault


async def remove_recording(
    redis: RedisClient,
    vault: Vault,
    organisation: OrganisationId,
    consultation: ConsultationId,
    *,
    reason: RemovalReason,
    user: UserId | None = None,
) -> bool:
    """Remove it for good and write that down; False if there is none.

    Nothing is erased before it is written down: whatever the journal cannot be told stays.

    `user` is who removes it; None: Okno, or the command line of the server.
    """
    if not await asyncio.to_thread(vault.set_aside, organisation, consultation):
        return False
    try:
        event = RecordingRemoved(
            at=await journal.now_ms(redis), consultation=consultation, reason=reason, user=user
        )
        await journal.append(redis, organisation, event)
    except RedisError:
        await asyncio.to_thread(vault.put_back, organisation, consultation)
        raise
    await asyncio.to_thread(vault.erase, organisation, consultation)
    return True


async def finish_removals(vault: Vault, organisation: OrganisationId) -> None:
    """Erase what was set aside by a process that died before it could."""
    for consultation in await asyncio.to_thread(vault.aside, organisation):
        await asyncio.to_thread(vault.erase, organisation, consultation)
