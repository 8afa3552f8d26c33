"""What a consultant asks in the workspace."""

from __future__ import annotations

from signaling.errors import Code, OknoError
from signaling.ids import ConsultationId, LinkId
from signaling.messages import AcceptOffer, DeclineOffer, FinishWrapUp, Ok, SetStatus
from signaling.model import Outcome, Status
from signaling.session import Session


async def set_status(session: Session, message: SetStatus) -> Ok:
    """Become available for the lines one's skills cover now, or take a break."""
    who = session.consultant
    duty = await session.directory.duty(who.organisation, who.user)
    if duty is None:
        raise OknoError(Code.WRONG_ROLE)
    if message.reason is not None:
        policy = await session.directory.policy(who.organisation)
        if message.status != "break" or message.reason not in policy.breaks:
            raise OknoError(Code.BAD_FIELD, field="reason")
    session.connection.lines = duty.lines
    await session.node.waiting_room.set_status(
        who.organisation, who.user, Status(message.status), duty, message.reason or ""
    )
    return Ok(id=message.id)


async def accept_offer(session: Session, message: AcceptOffer) -> Ok:
    """Take the visitor who is offered."""
    who = session.consultant
    await session.node.waiting_room.accept(who.organisation, who.user, LinkId(message.link))
    return Ok(id=message.id)


async def decline_offer(session: Session, message: DeclineOffer) -> Ok:
    """Refuse the visitor who is offered."""
    who = session.consultant
    await session.node.waiting_room.decline(who.organisation, who.user, LinkId(message.link))
    return Ok(id=message.id)


async def finish_wrap_up(session: Session, message: FinishWrapUp) -> Ok:
    """Write down the outcome."""
    who = session.consultant
    await session.node.waiting_room.finish(
        who.organisation,
        who.user,
        ConsultationId(message.consultation),
        Outcome(message.outcome),
    )
    return Ok(id=message.id)
