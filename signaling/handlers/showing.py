"""What a page reports of what its person shows."""

from __future__ import annotations

from signaling.errors import Code, OknoError
from signaling.ids import LinkId
from signaling.messages import Ok
from signaling.reports import ReportShowing
from signaling.session import Session
from signaling.showing import SHOWN_BY


async def report(session: Session, message: ReportShowing) -> Ok:
    """Write down that something is shown, or not any more."""
    organisation, side, who = session.side
    if SHOWN_BY[message.what] is not side:
        raise OknoError(Code.BAD_FIELD, field="what")
    await session.node.waiting_room.report_showing(
        organisation,
        side,
        who,
        LinkId(message.link),
        message.what,
        on=message.on,
        photo=message.photo or "",
        kib=message.kib,
    )
    return Ok(id=message.id)
