"""A small organisation on a real Redis: the use cases of the line without sockets."""

from __future__ import annotations

import itertools
import time
from collections.abc import Awaitable
from typing import Any, cast

import msgspec
import pytest

from signaling import keys, places
from signaling.errors import Code, OknoError
from signaling.events import AnyEvent, Offered
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    LinkId,
    NodeId,
    OrganisationId,
    PersonId,
    TopicId,
    UserId,
    booth_person,
    consultant_person,
    line_id,
    new_ulid,
)
from signaling.journal import read
from signaling.measuring import Measuring
from signaling.messages import BoothState, ConsultantState, Place
from signaling.model import (
    BoothPrincipal,
    Duty,
    Mode,
    Outcome,
    Side,
    Source,
    State,
    Status,
    Topic,
)
from signaling.ports import RedisClient, Timings
from signaling.presence import Presence
from signaling.promises import Promises
from signaling.scripts import Scripts
from signaling.tickets import Machine, Ticket, Wish
from signaling.waiting_room import WaitingRoom

NODE = NodeId("node")
_state = msgspec.json.Decoder(BoothState | ConsultantState)

PASSPORT = Topic(
    id=TopicId("passport"),
    code="passport",
    names={"ru": "Паспорт", "en": "Passport"},
    hints={},
    handling_seconds=300,
)
PENSION = msgspec.structs.replace(PASSPORT, id=TopicId("pension"), code="pension")


def serves(*topics: Topic, reserve: bool = False, languages: tuple[str, ...] = ("ru",)) -> Duty:
    """A consultant's duty for these topics."""
    return Duty(
        lines=tuple(
            line_id(topic.id, language, Mode.SPEECH) for topic in topics for language in languages
        ),
        reserve=reserve,
    )


async def refused(step: Awaitable[object]) -> Code:
    """The code a step is refused with."""
    with pytest.raises(OknoError) as caught:
        await step
    return caught.value.code


class Room:
    """Booths and consultants by short names."""

    def __init__(self, redis: RedisClient, timings: Timings | None = None) -> None:
        self.redis = redis
        self.organisation = OrganisationId(new_ulid())
        self.timings = timings or Timings()
        scripts = Scripts(redis)
        self.line = WaitingRoom(redis, scripts, self.timings)
        self.measuring = Measuring(scripts)
        self.presence = Presence(redis, scripts, self.timings)
        self.promises = Promises(redis, scripts, NODE, time.monotonic)
        self._connections = (f"connection-{number}" for number in itertools.count())

    def booth(self, name: str = "1") -> BoothPrincipal:
        return BoothPrincipal(
            organisation=self.organisation,
            centre=CentreId("centre"),
            booth=BoothId(f"booth-{name}"),
            name=f"Booth {name}",
            centre_name="Centre",
            ticket_prefix="B",
            timezone="Europe/Moscow",
        )

    async def join(
        self, name: str = "1", topic: Topic = PASSPORT, language: str = "ru", **wish: Any
    ) -> ConsultationId:
        """Take a ticket at a booth, whose page is opened if it is not; `wish` as in `Wish`."""
        person = booth_person(self.booth(name).booth)
        if not await self.redis.hexists(keys.person(self.organisation, person), "node"):
            await self.attach(person)
        asked = Wish(topic=topic, language=language, **wish)
        return (await self.line.join(self.booth(name), asked)).id

    async def elsewhere(self, topic: Topic = PASSPORT, **wish: Any) -> Ticket:
        """Take a ticket at a machine outside Okno."""
        machine = Machine(
            organisation=self.organisation,
            centre=CentreId("centre"),
            centre_name="Centre",
            ticket_prefix="B",
            timezone="Europe/Moscow",
        )
        asked = Wish(topic=topic, language="ru", source=Source.API, **wish)
        return await self.line.join(machine, asked)

    async def open(self, name: str = "1") -> None:
        """Open the page of a booth."""
        await self.attach(booth_person(self.booth(name).booth))

    async def move(
        self, consultation: ConsultationId, topic: Topic, user: UserId | None = None
    ) -> None:
        """Staff put a waiting visitor into another line."""
        await self.line.move(
            self.organisation,
            consultation,
            topic,
            "ru",
            Mode.SPEECH,
            user,
            timezone="Europe/Moscow",
        )

    async def attach(self, person: PersonId, duty: Duty | None = None, node: NodeId = NODE) -> str:
        """A socket for the person; the name of its connection."""
        connection = next(self._connections)
        await self.presence.attach(
            self.organisation,
            person,
            node=node,
            connection=connection,
            token=f"token-of-{connection}",
            resume=None,
            seq=0,
            since=None,
            duty=duty,
        )
        return connection

    async def available(self, name: str, duty: Duty | None = None) -> UserId:
        """A consultant with an open workspace who takes visitors."""
        user = UserId(name)
        duty = duty or serves(PASSPORT)
        await self.attach(consultant_person(user), duty)
        await self.line.set_status(self.organisation, user, Status.AVAILABLE, duty)
        return user

    async def talk(self, user: UserId) -> ConsultationId:
        """Accept what is offered to the consultant and let both see each other."""
        state = await self.consultant(user)
        assert state.consultation is not None
        assert state.consultation.link is not None
        link = state.consultation.link.id
        booth = await self.fact(state.consultation.id, "booth")
        await self.line.accept(self.organisation, user, link)
        await self.line.media_arrived(self.organisation, Side.VISITOR, BoothId(booth), link)
        await self.line.media_arrived(self.organisation, Side.CONSULTANT, user, link)
        return state.consultation.id

    async def finish(self, user: UserId, consultation: ConsultationId) -> None:
        await self.line.hang_up(self.organisation, Side.CONSULTANT, user, consultation)
        await self.line.finish(self.organisation, user, consultation, Outcome.SERVED)

    async def fact(self, consultation: ConsultationId, field: str) -> str:
        found = await self.redis.hget(keys.consultation(self.organisation, consultation), field)
        return str(found)

    async def state(self, consultation: ConsultationId) -> State:
        return State(await self.fact(consultation, "state"))

    async def link(self, consultation: ConsultationId) -> LinkId:
        return LinkId(await self.fact(consultation, "link"))

    async def place(self, name: str = "1") -> Place | None:
        return await places.place(self.redis, self.organisation, self.booth(name).booth)

    async def consultant(self, user: UserId) -> ConsultantState:
        """The last state the consultant was sent."""
        return cast("ConsultantState", (await self.mail(consultant_person(user)))[-1])

    async def visitor(self, name: str = "1") -> BoothState:
        """The last state the booth was sent."""
        return cast("BoothState", (await self.mail(booth_person(self.booth(name).booth)))[-1])

    async def mail(self, person: PersonId) -> list[BoothState | ConsultantState]:
        """All numbered messages the person was sent; each must be a message of the protocol."""
        mail = await self.presence.mail_after(self.organisation, person, 0)
        return [_state.decode(each.body) for each in mail]

    async def in_line(self, topic: Topic = PASSPORT) -> list[ConsultationId]:
        """Who waits in the topic's line, next first."""
        line = keys.line(self.organisation, serves(topic).lines[0])
        return [ConsultationId(str(each)) for each in await self.redis.zrange(line, 0, -1)]

    async def last_offer(self) -> Offered:
        return [each for each in await self.events() if isinstance(each, Offered)][-1]

    async def events(self) -> list[AnyEvent]:
        return [entry.event async for entry in read(self.redis, self.organisation)]

    async def run_out(self, deadline: str) -> bool:
        """Let a deadline be due now and act on it; False when there is none to act on."""
        await self.redis.zadd(keys.deadlines(self.organisation), {deadline: 1}, xx=True)
        return await self.line.expire(self.organisation, deadline)
