"""Promises on a real Redis: made with the ticket, kept true, raised with a reason, scored."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import msgspec
import pytest

from signaling import keys, views
from signaling.estimate import RAISE_PAUSE_MS, Shown
from signaling.events import Promised
from signaling.ids import ConsultationId, NodeId, TopicId, UserId, consultant_person
from signaling.journal import now_ms
from signaling.model import Gate, PriorityClass, Status
from signaling.ports import RedisClient
from signaling.promises import Promises
from signaling.scripts import Scripts
from tests.signaling.room import PASSPORT, PENSION, Room, serves
from tests.waiting import until

_shown = msgspec.json.Decoder(Shown)


@pytest.fixture
def room(redis: RedisClient) -> Room:
    return Room(redis)


async def shown(room: Room, consultation: ConsultationId) -> Shown:
    return _shown.decode(await room.fact(consultation, "promise"))


async def as_if(room: Room, consultation: ConsultationId, **facts: Any) -> None:
    """What they are shown is another thing, and was for a while."""
    before = await shown(room, consultation)
    after = msgspec.structs.replace(before, at=before.at - 2 * RAISE_PAUSE_MS, **facts)
    name = keys.consultation(room.organisation, consultation)
    await room.redis.hset(name, "promise", msgspec.json.encode(after).decode())


async def promised(room: Room, consultation: ConsultationId) -> list[Promised]:
    return [
        event
        for event in await room.events()
        if isinstance(event, Promised) and event.consultation == consultation
    ]


async def experience(room: Room, *seconds: int, topic: TopicId = PASSPORT.id) -> None:
    """Past consultations of the topic."""
    name = keys.durations(room.organisation, topic)
    await room.redis.rpush(name, *(each * 1000 for each in seconds))


async def waiting(room: Room, *names: str) -> list[ConsultationId]:
    """Visitors who wait for Anna, who is talking."""
    anna = await room.available("anna")
    await room.join("busy")
    await room.talk(anna)
    await experience(room, *[600] * 20)
    return [await room.join(name) for name in names]


async def test_a_ticket_comes_with_its_promise(room: Room) -> None:
    first, second = await waiting(room, "1", "2")
    assert await room.promises.first(room.organisation, second)
    told = [await shown(room, each) for each in (first, second)]
    assert [(each.low_minutes, each.high_minutes) for each in told] == [(15, 15), (30, 30)]
    assert {(each.method, each.samples) for each in told} == {("measured", 20)}
    [event] = await promised(room, second)
    assert (event.low_minutes, event.high_minutes, event.reason) == (30, 30, "")
    assert await room.fact(second, "first_high") == "30"
    place = await room.place("2")
    assert place is not None
    assert place.estimate is not None
    assert place.estimate.high_minutes == 30


async def test_the_next_ticket_is_answered_from_the_forecast_that_is_there(room: Room) -> None:
    first, *_ = await waiting(room, "1", "2")
    await room.promises.first(room.organisation, first)
    made = await room.redis.hget(keys.forecast(room.organisation), "at")
    third = await room.join("3")
    assert await room.promises.first(room.organisation, third)
    assert (await shown(room, third)).high_minutes == 40
    assert await room.redis.hget(keys.forecast(room.organisation), "at") == made


async def test_who_is_called_at_once_is_promised_nothing(room: Room) -> None:
    await room.available("anna")
    consultation = await room.join("1")
    assert not await room.promises.first(room.organisation, consultation)
    assert await promised(room, consultation) == []


async def test_who_moves_up_is_told_and_it_is_journaled(room: Room) -> None:
    first, second = await waiting(room, "1", "2")
    await room.promises.refresh(room.organisation)
    await room.line.leave(room.organisation, room.booth("1").booth, first)
    await room.promises.refresh(room.organisation)
    assert [each.high_minutes for each in await promised(room, second)] == [30, 15]
    assert await room.fact(second, "first_high") == "30"


async def test_nothing_new_is_no_event(room: Room) -> None:
    [first] = await waiting(room, "1")
    await room.promises.refresh(room.organisation)
    await room.promises.refresh(room.organisation)
    assert len(await promised(room, first)) == 1


async def test_a_promise_rises_by_a_step_with_its_reason(room: Room) -> None:
    _, second = await waiting(room, "1", "2")
    await room.promises.refresh(room.organisation)
    await as_if(room, second, low_minutes=5, high_minutes=5)
    await room.promises.refresh(room.organisation)
    assert (await shown(room, second)).high_minutes == 5  # nothing has happened
    before = (await shown(room, second)).base
    await as_if(room, second, base=msgspec.structs.replace(before, hands=before.hands + 1))
    await room.promises.refresh(room.organisation)
    told = await shown(room, second)
    assert (told.low_minutes, told.high_minutes, told.reason) == (10, 10, "fewer_consultants")
    assert (await promised(room, second))[-1].reason == "fewer_consultants"
    place = await room.place("2")
    assert place is not None
    assert place.estimate is not None
    assert place.estimate.reason == "fewer_consultants"


async def test_somebody_with_a_head_start_is_a_reason(room: Room) -> None:
    [first] = await waiting(room, "1")
    await room.promises.refresh(room.organisation)
    await as_if(room, first)
    veteran = PriorityClass(code="veteran", names={}, head_start_seconds=600)
    await room.join("2", priority=veteran)
    await room.promises.refresh(room.organisation)
    told = await shown(room, first)
    assert (told.high_minutes, told.reason) == (20, "priority")


async def test_somebody_whom_staff_put_before_others_is_a_reason(room: Room) -> None:
    first, second = await waiting(room, "1", "2")
    await room.promises.refresh(room.organisation)
    await as_if(room, first)
    veteran = PriorityClass(code="veteran", names={}, head_start_seconds=600)
    await room.line.prioritise(room.organisation, second, veteran)
    await room.promises.refresh(room.organisation)
    told = await shown(room, first)
    assert (told.high_minutes, told.reason) == (20, "priority")


async def test_who_is_not_at_a_booth_yet_keeps_nobody_waiting(room: Room) -> None:
    await waiting(room)
    tickets = [await room.elsewhere() for _ in range(3)]
    behind = await room.join("1")
    await room.promises.refresh(room.organisation)
    told = [(await shown(room, each)).high_minutes for each in (*(t.id for t in tickets), behind)]
    assert told == [15, 15, 15, 15]
    await room.open("2")
    await as_if(room, behind)
    await room.line.claim(room.booth("2"), tickets[0].ticket)
    await room.promises.refresh(room.organisation)
    assert (await shown(room, behind)).reason == "priority"


async def test_a_consultant_whose_page_is_away_is_not_counted(room: Room) -> None:
    _, second = await waiting(room, "1", "2")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.PAUSED)
    connection = await room.attach(consultant_person(UserId("ben")), serves(PASSPORT))
    await room.line.set_status(room.organisation, UserId("ben"), Status.AVAILABLE, serves(PASSPORT))
    await room.presence.detach(room.organisation, consultant_person(UserId("ben")), connection)
    await room.line.gate(room.organisation, PASSPORT.id, Gate.OPEN)
    await room.promises.refresh(room.organisation)
    assert (await shown(room, second)).base.hands == 1


async def test_a_paused_line_promises_nothing_new_and_says_so_afterwards(room: Room) -> None:
    _, second = await waiting(room, "1", "2")
    await room.promises.refresh(room.organisation)
    await as_if(room, second, low_minutes=10, high_minutes=10)
    await room.line.gate(room.organisation, PASSPORT.id, Gate.PAUSED)
    await room.promises.refresh(room.organisation)
    assert (await shown(room, second)).paused
    third = await room.join("3")
    assert not await room.promises.first(room.organisation, third)
    assert len(await promised(room, second)) == 1
    await room.line.gate(room.organisation, PASSPORT.id, Gate.OPEN)
    await room.promises.refresh(room.organisation)
    told = await shown(room, second)
    assert (told.high_minutes, told.reason) == (15, "paused")


async def test_two_nodes_do_not_tell_two_things(room: Room) -> None:
    consultations = await waiting(room, *map(str, range(5)))
    other = Promises(room.redis, Scripts(room.redis), NodeId("other"), time.monotonic)
    await asyncio.gather(
        *(each.refresh(room.organisation) for each in (room.promises, other) for _ in range(3))
    )
    for each in consultations:
        assert len(await promised(room, each)) == 1


async def test_one_node_at_a_time_makes_a_forecast(room: Room) -> None:
    [first] = await waiting(room, "1")
    other = Promises(room.redis, Scripts(room.redis), NodeId("other"), time.monotonic)
    made = await asyncio.gather(*(each.look(room.organisation) for each in (room.promises, other)))
    assert sorted(made) == [False, True]
    assert len(await promised(room, first)) == 1
    assert not await other.look(room.organisation)  # it stands for a while
    assert 0 < await room.redis.pttl(keys.forecaster(room.organisation)) <= 1000
    assert 0 < await room.redis.pttl(keys.forecast(room.organisation)) <= 60_000


async def test_a_change_is_followed_by_a_promise(room: Room) -> None:
    [first] = await waiting(room, "1")
    task = asyncio.create_task(room.promises.run())
    try:
        room.promises.changed(room.organisation)
        await until(lambda: _has_promise(room, first))
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _has_promise(room: Room, consultation: ConsultationId) -> bool:
    return bool(await promised(room, consultation))


async def test_a_ticket_taken_elsewhere_is_promised_something_too(room: Room) -> None:
    await waiting(room)
    ticket = await room.elsewhere()
    assert await room.promises.first(room.organisation, ticket.id)
    assert len(await promised(room, ticket.id)) == 1


async def test_who_is_moved_is_promised_anew(room: Room) -> None:
    _, second = await waiting(room, "1", "2")
    await room.promises.refresh(room.organisation)
    await room.available("olga", serves(PENSION))
    await room.join("3", PENSION)
    await room.move(second, PENSION)
    await room.promises.refresh(room.organisation)
    assert len(await promised(room, second)) == 2


async def test_an_answer_is_scored_by_the_first_promise(room: Room) -> None:
    anna = UserId("anna")
    [first] = await waiting(room, "1")
    await room.promises.refresh(room.organisation)
    talking = (await room.consultant(anna)).consultation
    assert talking is not None
    await room.finish(anna, talking.id)
    await room.talk(anna)
    now = await now_ms(room.redis)
    day = views.day_of(now, "Europe/Moscow")
    today = (await views.wall(room.redis, room.organisation, day)).today
    assert (today.answered, today.promised, today.promise_kept) == (2, 1, 1)
    assert today.promise_error_seconds == pytest.approx(15 * 60, abs=5)
    totals = await room.redis.hgetall(keys.totals(room.organisation))
    assert (totals["promised"], totals["promise_kept"]) == ("1", "1")
    assert await room.fact(first, "first_high") == "15"
