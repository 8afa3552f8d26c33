"""What a booth asks for when its visitor needs a person of the centre."""

from __future__ import annotations

from signaling.host_events import HostEnd
from signaling.messages import Ok
from signaling.reports import CallHost, ReleaseHost
from signaling.session import Session


async def call(session: Session, message: CallHost) -> Ok:
    """Call a person of the centre."""
    booth = session.booth
    await session.node.hosts.call(booth.organisation, booth.booth, message.issues)
    return Ok(id=message.id)


async def release(session: Session, message: ReleaseHost) -> Ok:
    """Take the call back, or leave."""
    booth = session.booth
    left = message.reason == "left"
    await session.node.hosts.release(
        booth.organisation, booth.booth, HostEnd.LEFT if left else HostEnd.NOT_NEEDED
    )
    return Ok(id=message.id)
