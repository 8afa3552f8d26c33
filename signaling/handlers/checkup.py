"""What a page has found out about its devices and its connection."""

from __future__ import annotations

from signaling.checkup import judge
from signaling.messages import VerdictReply
from signaling.reports import BoothChecked, ConnectionChecked
from signaling.session import Session


async def booth_checked(session: Session, message: BoothChecked) -> VerdictReply:
    """An idle booth has checked itself: what it cannot do is marked."""
    booth = session.booth
    parts = await session.node.checks.take(booth.organisation, booth.booth, message.facts)
    return VerdictReply(id=message.id, parts=parts)


async def connection_checked(_: Session, message: ConnectionChecked) -> VerdictReply:
    """Somebody has tested their own place: they are told how it is, and nobody else is."""
    return VerdictReply(id=message.id, parts=judge(message.facts))
