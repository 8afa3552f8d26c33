"""Opening hours that are changed while people wait hold for them, too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest

from signaling import keys
from signaling.closing import Closing
from signaling.ids import ConsultationId, OrganisationId, TopicId
from signaling.journal import now_ms
from signaling.messages import TakeTicket
from signaling.model import Gate, Opening, Outcome, State, Topic
from signaling.store import open_redis
from tests.signaling.cast import Cast, staged
from tests.signaling.room import NODE, PASSPORT, PENSION, Room
from tests.waiting import until

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


class Changing(Cast):
    """A directory in which hours are changed."""

    def __init__(self) -> None:
        super().__init__()
        self.hours: dict[TopicId, tuple[Opening, ...]] = {}
        self.gone: set[TopicId] = set()

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        del organisation
        if topic in self.gone:
            return None
        known = {each.id: each for each in (PASSPORT, PENSION)}
        return msgspec.structs.replace(known[topic], hours=self.hours.get(topic, ()))


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


@pytest.fixture
def directory() -> Changing:
    return Changing()


@pytest.fixture
def closing(room: Room, directory: Changing) -> Closing:
    return Closing(room.redis, NODE, room.presence, room.line, directory)


def closes(last: int) -> tuple[Opening, ...]:
    """Open all day long and closed in that many last minutes of the week's every day."""
    return (Opening(days=EVERY_DAY, opens=0, closes=1440 - last),)


def never() -> tuple[Opening, ...]:
    """Open for no moment near now: two days from here."""
    return (Opening(days=(), opens=0, closes=1),)


async def due(room: Room) -> float | None:
    found = await room.redis.zscore(keys.deadlines(room.organisation), f"hours:{PASSPORT.id}")
    return None if found is None else float(found)


async def told(room: Room) -> int | None:
    """When the line closes, as the visitor is told."""
    place = await room.place()
    assert place is not None
    return place.closes_at


async def test_who_waits_is_told_of_a_new_hour_and_goes_home_then(
    room: Room, directory: Changing, closing: Closing
) -> None:
    visitor = await room.join()
    assert (await due(room), await told(room)) == (None, None)
    for last in (1, 2):
        directory.hours[PASSPORT.id] = closes(last)
        await closing.look(room.organisation)
        at = await due(room)
        assert at is not None
        assert at % 3_600_000 == (60 - last) * 60_000
        assert await told(room) == at
    assert await room.run_out(f"hours:{PASSPORT.id}")
    assert await room.fact(visitor, "outcome") == Outcome.CLOSED_BY_HOURS


async def test_hours_that_are_lifted_close_nothing(
    room: Room, directory: Changing, closing: Closing
) -> None:
    directory.hours[PASSPORT.id] = closes(1)
    await room.join("1", msgspec.structs.replace(PASSPORT, hours=closes(1)))
    assert await told(room)
    directory.hours.clear()
    await closing.look(room.organisation)
    assert (await due(room), await told(room)) == (None, None)


async def test_hours_that_are_over_by_now_send_home_at_once(
    room: Room, directory: Changing, closing: Closing
) -> None:
    visitor, other = await room.join(), await room.join("2", PENSION)
    directory.hours[PASSPORT.id] = never()
    await closing.look(room.organisation)
    assert await room.line.expire(room.organisation, f"hours:{PASSPORT.id}")
    assert (await room.state(visitor), await room.state(other)) == (State.CLOSED, State.WAITING)


async def test_who_is_asked_for_meanwhile_goes_home_when_they_return(
    room: Room, directory: Changing, closing: Closing
) -> None:
    visitor = await room.join()
    await room.join("2")
    anna = await room.available("anna")
    directory.hours[PASSPORT.id] = never()
    await closing.look(room.organisation)
    assert await room.line.expire(room.organisation, f"hours:{PASSPORT.id}")
    assert await room.state(visitor) == State.OFFERED
    await room.line.decline(room.organisation, anna, await room.link(visitor))
    assert await room.line.expire(room.organisation, f"hours:{PASSPORT.id}")
    assert await room.state(visitor) == State.CLOSED


async def test_who_waits_for_what_is_no_longer_offered_is_served(
    room: Room, directory: Changing, closing: Closing
) -> None:
    visitor = await room.join()
    directory.gone.add(PASSPORT.id)
    await closing.look(room.organisation)
    assert await due(room) is None
    assert await room.state(visitor) == State.WAITING


async def test_a_line_that_staff_end_goes_on_ending(
    room: Room, directory: Changing, closing: Closing
) -> None:
    for number in range(501):
        await room.elsewhere(external=f"K-{number}")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.ENDED)
    directory.hours[PASSPORT.id] = closes(1)
    await closing.look(room.organisation)
    at = await due(room)
    assert at is not None
    assert at <= await now_ms(room.redis)


async def test_nodes_see_to_it_by_themselves(redis_url: str) -> None:
    directory = Changing()
    async with staged(redis_url, cast=directory) as stage:
        page = await stage.client("1", "booth")
        await page.request(TakeTicket(topic=PASSPORT.id, language="ru"))
        directory.hours[PASSPORT.id] = never()
        open_now = keys.open_consultations(directory.home)
        (visitor,) = await stage.redis.zrange(open_now, 0, -1)
        state = keys.consultation(directory.home, ConsultationId(str(visitor)))
        async with staged(redis_url, cast=directory):
            # The first node has looked already, so the second would wait for its turn.
            await stage.redis.delete(keys.hours_seen(directory.home))

            async def sent_home() -> bool:
                return await stage.redis.hget(state, "state") == State.CLOSED

            await until(sent_home, seconds=15)
