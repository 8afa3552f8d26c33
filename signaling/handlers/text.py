"""What a page reports of what its person writes."""

from __future__ import annotations

from signaling.ids import LinkId
from signaling.messages import Ok
from signaling.reports import ReportText
from signaling.session import Session


async def report(session: Session, message: ReportText) -> Ok:
    """Write down that somebody writes, or how soon it left."""
    organisation, side, who = session.side
    link = LinkId(message.link)
    await session.node.writing.report(organisation, side, who, link, message.delay)
    return Ok(id=message.id)
