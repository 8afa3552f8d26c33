"""What a visitor asks at a booth."""

from __future__ import annotations

from signaling.errors import Code, NotFoundError, OknoError, WrongStateError
from signaling.hours import callback_times
from signaling.ids import ConsultationId, OrganisationId, TopicId
from signaling.journal import now_ms
from signaling.messages import (
    CallBack,
    CallbackTimes,
    ClaimTicket,
    GetCallbackTimes,
    LeaveLine,
    Ok,
    Rate,
    TakeTicket,
)
from signaling.model import (
    CALLED_BACK,
    DeclaredBy,
    Mode,
    Policy,
    PriorityClass,
    Source,
    State,
    Topic,
)
from signaling.session import Session
from signaling.tickets import Agreed, Ticket, Wish


async def take_ticket(session: Session, message: TakeTicket) -> Ok:
    """Join the line of the topic in that language; the wait that is promised is journaled."""
    booth, node = session.booth, session.node
    topic = await _topic(session, booth.organisation, TopicId(message.topic))
    if message.language not in topic.names:
        raise OknoError(Code.BAD_FIELD, field="language")
    policy = await session.directory.policy(booth.organisation)
    if message.interpreter is not None and message.interpreter not in policy.interpreters:
        raise OknoError(Code.BAD_FIELD, field="interpreter")
    await _check_mode(session, message)
    wish = Wish(
        topic=topic,
        language=message.language,
        mode=message.mode,
        policy=policy,
        priority=_declared(policy, message.priority),
        interpreter=message.interpreter or "",
    )
    ticket = await node.waiting_room.join(booth, wish)
    await _promise(session, ticket)
    return Ok(id=message.id)


async def claim_ticket(session: Session, message: ClaimTicket) -> Ok:
    """Go on with a ticket that was taken elsewhere, or come back at the agreed time."""
    booth, room = session.booth, session.node.waiting_room
    agreed = await room.agreed(booth, message.ticket)
    if agreed.kind == "ticket":
        await room.claim(booth, message.ticket)
    else:
        ticket = await room.join(booth, await _return(session, agreed), redeem=message.ticket)
        await _promise(session, ticket)
    return Ok(id=message.id)


async def get_callback_times(session: Session, message: GetCallbackTimes) -> CallbackTimes:
    """When the waiting visitor could come back."""
    return CallbackTimes(id=message.id, times=await _times(session, message.consultation))


async def call_back(session: Session, message: CallBack) -> Ok:
    """Give up the place and come back at one of the times that are offered."""
    booth = session.booth
    if message.at not in await _times(session, message.consultation):
        raise OknoError(Code.BAD_FIELD, field="at")
    await session.node.waiting_room.call_back(
        booth.organisation, booth.booth, ConsultationId(message.consultation), message.at
    )
    return Ok(id=message.id)


async def leave_line(session: Session, message: LeaveLine) -> Ok:
    """Leave the line."""
    booth = session.booth
    await session.node.waiting_room.leave(
        booth.organisation, booth.booth, ConsultationId(message.consultation)
    )
    return Ok(id=message.id)


async def rate(session: Session, message: Rate) -> Ok:
    """Rate the talk that has just ended."""
    booth = session.booth
    await session.node.waiting_room.rate(
        booth.organisation, booth.booth, ConsultationId(message.consultation), message.score
    )
    return Ok(id=message.id)


async def _promise(session: Session, ticket: Ticket) -> None:
    """Tell the visitor with their ticket how long it may take, unless they are called at once."""
    node = session.node
    if ticket.called:
        return
    if await node.promises.first(session.booth.organisation, ticket.id):
        await node.watch.refresh_one(session.connection)


async def _check_mode(session: Session, message: TakeTicket) -> None:
    """Nobody is let wait for a way to talk that no consultant knows; speech is always tried."""
    if message.mode == Mode.SPEECH:
        return
    line = (TopicId(message.topic), message.language, message.mode)
    if not await session.directory.serves(session.booth.organisation, *line):
        raise OknoError(Code.NOT_OFFERED, field="mode")


async def _topic(session: Session, organisation: OrganisationId, topic: TopicId) -> Topic:
    found = await session.directory.topic(organisation, topic)
    if found is None:
        raise NotFoundError("topic")
    return found


def _declared(policy: Policy, code: str | None) -> PriorityClass | None:
    if code is None:
        return None
    found = policy.priority(code)
    if found is None or not found.at_booth:
        raise OknoError(Code.BAD_FIELD, field="priority")
    return found


async def _return(session: Session, agreed: Agreed) -> Wish:
    organisation = session.booth.organisation
    policy = await session.directory.policy(organisation)
    return Wish(
        topic=await _topic(session, organisation, agreed.topic),
        language=agreed.language,
        mode=agreed.mode,
        policy=policy,
        priority=PriorityClass(
            code=CALLED_BACK, names={}, head_start_seconds=policy.callback_seconds
        ),
        declared_by=DeclaredBy.SYSTEM,
        interpreter=agreed.interpreter,
        source=Source.CALLBACK,
    )


async def _times(session: Session, consultation: str) -> list[int]:
    booth, node = session.booth, session.node
    state, topic = await node.waiting_room.waiting(
        booth.organisation, booth.booth, ConsultationId(consultation)
    )
    if state != State.WAITING:
        raise WrongStateError
    policy = await session.directory.policy(booth.organisation)
    if not policy.callbacks:
        return []
    found = await _topic(session, booth.organisation, topic)
    return list(callback_times(found, policy.timezone, await now_ms(node.redis)))
