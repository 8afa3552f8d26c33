"""What a page measures of its end of a link."""

from __future__ import annotations

from signaling.ids import LinkId
from signaling.messages import Ok
from signaling.quality import points
from signaling.reports import ReportQuality
from signaling.session import Session


async def report(session: Session, message: ReportQuality) -> Ok:
    """Write the sample down, and let the wall know when the link is weak."""
    organisation, side, who = session.side
    sample = message.sample
    await session.node.measuring.report(organisation, side, who, LinkId(message.link), sample)
    for kind, score in points(sample.received, sample.rtt).items():
        session.observer.scored(side, kind, score)
    return Ok(id=message.id)
