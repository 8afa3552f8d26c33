"""What a page reports of its own devices and its own end of a link."""

from __future__ import annotations

from signaling.ids import LinkId
from signaling.messages import Ok
from signaling.reports import ReportIssue
from signaling.session import Session


async def report(session: Session, message: ReportIssue) -> Ok:
    """Write down that something is wrong, or not any more."""
    organisation, side, who = session.side
    link = LinkId(message.link) if message.link is not None else None
    await session.node.waiting_room.report_issue(
        organisation, side, who, message.issue, on=message.on, link=link
    )
    return Ok(id=message.id)
