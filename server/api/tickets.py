"""Tickets: taken by a machine outside Okno, looked up, moved, given a priority, taken back."""

from __future__ import annotations

import re
from typing import cast

import msgspec
from msgspec import UNSET

from server.api.operation import Call, Nothing
from server.api.places import names_of
from server.api.shapes import ChangeTicket, FindTicket, NewTicket, Ticket, TicketId
from signaling import keys
from signaling.errors import Code, NotFoundError, OknoError
from signaling.ids import CentreId, ConsultationId, LineId, TopicId
from signaling.model import DeclaredBy, Mode, Outcome, Policy, PriorityClass, Source, State, Topic
from signaling.node import NODE
from signaling.parts import Estimate
from signaling.ports import DIRECTORY, REDIS
from signaling.tickets import Machine, Wish, ticket_number

_FACTS = (
    "ticket",
    "claim",
    "centre",
    "topic",
    "language",
    "mode",
    "interpreter",
    "priority",
    "state",
    "outcome",
    "booth",
    "joined_at",
    "closed_at",
    "line",
    "promise",
)
_estimate = msgspec.json.Decoder(Estimate)


async def create_ticket(call: Call, _: Nothing, new: NewTicket) -> Ticket:
    """Into the line; nobody is called for it before the visitor has come to a booth."""
    redis, node = call.app[REDIS], call.app[NODE]
    if call.errand is not None:
        done = await node.waiting_room.done(call.organisation, call.errand)
        if done is not None:
            # Whoever took it has died before the program had its answer.
            return await _read(call, done)
    names = names_of(call)
    centre = await names.centre(new.centre)
    topic = _speaking(await names.topic(new.topic), new.language)
    policy = await call.app[DIRECTORY].policy(call.organisation)
    if new.interpreter is not None and new.interpreter not in policy.interpreters:
        raise NotFoundError("interpreter")
    if new.external is not None and _is_ours(centre.ticket_prefix, new.external):
        raise OknoError(Code.TICKET_TAKEN, field="external")
    machine = Machine(
        organisation=call.organisation,
        centre=CentreId(centre.id),
        centre_name=centre.name,
        region=centre.region,
        ticket_prefix=centre.ticket_prefix,
        timezone=centre.timezone,
    )
    wish = Wish(
        topic=topic,
        language=new.language,
        mode=new.mode,
        policy=policy,
        priority=_class(policy, new.priority),
        declared_by=DeclaredBy.STAFF,
        interpreter=new.interpreter or "",
        consultant=await names.consultant(new.consultant) if new.consultant else None,
        source=Source.API,
        external=new.external or "",
        errand=call.errand,
    )
    # Who brings the ticket nowhere is taken out of the line by a timer, page or no page.
    await redis.sadd(keys.ORGANISATIONS, call.organisation)
    taken = await node.waiting_room.join(machine, wish)
    await node.promises.first(call.organisation, taken.id)
    return await _read(call, taken.id)


async def get_ticket(call: Call, which: TicketId, _: None) -> Ticket:
    """As it stands now."""
    return await _read(call, which.id)


async def find_ticket(call: Call, which: FindTicket, _: None) -> Ticket:
    """The last one of that external number."""
    centre = await names_of(call).centre(which.centre)
    number = ticket_number(which.external)
    name = keys.external(call.organisation, CentreId(centre.id), number)
    found = await call.app[REDIS].get(name)
    if found is None:
        raise NotFoundError("external")
    return await _read(call, ConsultationId(str(found)))


async def change_ticket(call: Call, which: TicketId, change: ChangeTicket) -> Ticket:
    """Another priority or another line, while nobody is asked for it."""
    room, token = call.app[NODE].waiting_room, call.principal.token
    if change.priority is not UNSET:
        policy = await call.app[DIRECTORY].policy(call.organisation)
        wanted = _class(policy, change.priority)
        await room.prioritise(call.organisation, which.id, wanted, token=token)
    elif change.moves:
        now = await _read(call, which.id)
        topic = await names_of(call).topic(now.topic if change.topic is UNSET else change.topic)
        language = now.language if change.language is UNSET else change.language
        mode = now.mode if change.mode is UNSET else change.mode
        policy = await call.app[DIRECTORY].policy(call.organisation)
        await room.move(
            call.organisation,
            which.id,
            _speaking(topic, language),
            language,
            mode,
            timezone=policy.timezone,
            token=token,
        )
    return await _read(call, which.id)


async def delete_ticket(call: Call, which: TicketId, _: None) -> Nothing:
    """Out of the line."""
    room = call.app[NODE].waiting_room
    await room.remove(call.organisation, which.id, token=call.principal.token)
    return Nothing()


def _is_ours(prefix: str, external: str) -> bool:
    """Whether Okno gives such numbers itself: at the booth nobody could tell which is meant."""
    return re.fullmatch(rf"{prefix}-[0-9]+", ticket_number(external)) is not None


def _speaking(topic: Topic, language: str) -> Topic:
    """The topic, if it is offered in that language."""
    if language not in topic.names:
        raise NotFoundError("language")
    return topic


def _class(policy: Policy, code: str | None) -> PriorityClass | None:
    if code is None:
        return None
    found = policy.priority(code)
    if found is None:
        raise NotFoundError("priority")
    return found


async def _read(call: Call, consultation: ConsultationId) -> Ticket:
    """The ticket of a consultation that is not closed for longer than a day."""
    redis = call.app[REDIS]
    values = await redis.hmget(keys.consultation(call.organisation, consultation), _FACTS)
    facts = dict(zip(_FACTS, cast("list[str | None]", values), strict=True))
    state, joined_at = facts["state"], facts["joined_at"]
    if state is None or joined_at is None:
        raise NotFoundError
    line = keys.line(call.organisation, LineId(facts["line"] or ""))
    async with redis.pipeline(transaction=True) as pipe:
        pipe.zrank(line, consultation)
        pipe.zcard(line)
        rank, waiting = await pipe.execute()
    centre, topic = await names_of(call).codes(
        CentreId(facts["centre"] or ""), TopicId(facts["topic"] or "")
    )
    ticket, closed_at = facts["ticket"] or "", facts["closed_at"]
    return Ticket(
        id=consultation,
        ticket=ticket,
        # Without a number from outside, the visitor comes with Okno's own.
        external=facts["claim"] if facts["claim"] != ticket else None,
        centre=centre,
        topic=topic,
        language=facts["language"] or "",
        mode=Mode(facts["mode"] or ""),
        interpreter=facts["interpreter"] or None,
        priority=facts["priority"] or None,
        state=State(state),
        outcome=Outcome(facts["outcome"]) if facts["outcome"] else None,
        at_booth=bool(facts["booth"]),
        joined_at=int(joined_at),
        closed_at=int(closed_at) if closed_at else None,
        place=None if rank is None else rank + 1,
        waiting=None if rank is None else waiting,
        estimate=_estimate.decode(facts["promise"])
        if facts["promise"] and rank is not None
        else None,
    )
