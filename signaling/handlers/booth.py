"""What a visitor asks at a booth."""

from __future__ import annotations

from signaling import views
from signaling.errors import Code, NotFoundError, OknoError
from signaling.events import Promised
from signaling.ids import ConsultationId, TopicId
from signaling.journal import append, now_ms
from signaling.messages import LeaveLine, Ok, Rate, TakeTicket
from signaling.session import Session


async def take_ticket(session: Session, message: TakeTicket) -> Ok:
    """Join the line of the topic in that language; the wait that is promised is journaled."""
    booth, node = session.booth, session.node
    topic = await session.directory.topic(booth.organisation, TopicId(message.topic))
    if topic is None:
        raise NotFoundError("topic")
    if message.language not in topic.names:
        raise OknoError(Code.BAD_FIELD, field="language")
    consultation = await node.waiting_room.join(booth, topic, message.language, message.mode)
    place = await views.place(node.redis, booth.organisation, booth.booth)
    if place is not None and place.estimate is not None:
        estimate = place.estimate
        await append(
            node.redis,
            booth.organisation,
            Promised(
                at=await now_ms(node.redis),
                consultation=consultation,
                low_minutes=estimate.low_minutes,
                high_minutes=estimate.high_minutes,
                method=estimate.method,
                samples=estimate.samples,
            ),
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
