"""What staff and the clock do to a line, and tickets that come from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import msgspec
import pytest

from signaling import keys
from signaling.errors import Code
from signaling.events import (
    CalledBack,
    Claimed,
    Closed,
    GateChanged,
    Joined,
    Moved,
)
from signaling.ids import (
    NodeId,
    UserId,
    booth_person,
    consultant_person,
)
from signaling.model import (
    CALLED_BACK,
    Gate,
    Opening,
    Outcome,
    Policy,
    PriorityClass,
    Source,
    State,
    Status,
    Trigger,
)
from signaling.store import open_redis
from signaling.tickets import Wish
from tests.signaling.room import NODE, PASSPORT, PENSION, Room, refused, serves


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


# Staff and hours


async def test_paused_line_calls_nobody_and_goes_on_where_it_was(room: Room) -> None:
    topic, user = PASSPORT.id, UserId("sergey")
    await room.line.gate(room.organisation, topic, Gate.PAUSED, user, "Fire drill")
    first = await room.join("1")
    anna = await room.available("anna")
    assert await room.state(first) == State.WAITING
    await room.line.gate(room.organisation, topic, Gate.OPEN, user)
    assert (await room.last_offer()).consultant == anna
    gates = [each for each in await room.events() if isinstance(each, GateChanged)]
    assert [(each.gate, each.note) for each in gates] == [
        (Gate.PAUSED, "Fire drill"),
        (Gate.OPEN, ""),
    ]


async def test_closed_line_serves_who_waits_and_takes_nobody(room: Room) -> None:
    first = await room.join("1")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.CLOSED)
    assert await refused(room.join("2")) == Code.LINE_CLOSED
    await room.available("anna")
    assert await room.state(first) == State.OFFERED


@pytest.mark.parametrize("how", ["staff", "hours"])
async def test_end_of_a_line_tells_everyone_who_waits(room: Room, how: str) -> None:
    first, other = await room.join("1"), await room.join("2", PENSION)
    if how == "staff":
        await room.line.gate(room.organisation, PASSPORT.id, Gate.ENDED)
    else:
        await room.redis.zadd(keys.deadlines(room.organisation), {f"hours:{PASSPORT.id}": 1})
        assert await room.line.expire(room.organisation, f"hours:{PASSPORT.id}")
    state = (await room.visitor("1")).consultation
    assert state is not None
    assert (state.id, state.outcome) == (first, Outcome.CLOSED_BY_HOURS)
    assert await room.state(other) == State.WAITING


async def test_more_than_one_step_can_send_home_are_sent_home_step_by_step(room: Room) -> None:
    for number in range(501):
        await room.elsewhere(external=f"K-{number}")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.ENDED)
    assert len(await room.in_line()) == 1
    assert await room.run_out(f"hours:{PASSPORT.id}")
    assert await room.in_line() == []


async def test_no_ticket_outside_the_hours(room: Room) -> None:
    seconds = int((await room.redis.time())[0])
    day = dt.datetime.fromtimestamp(seconds, ZoneInfo(Policy().timezone)).weekday()
    today = msgspec.structs.replace(PASSPORT, hours=(Opening(days=(day,), opens=0, closes=1440),))
    await room.join("1", today)
    place = await room.place("1")
    assert place is not None
    assert place.closes_at
    assert await room.redis.zscore(keys.deadlines(room.organisation), f"hours:{PASSPORT.id}")
    closed = msgspec.structs.replace(today, last_ticket_minutes=1440)
    assert await refused(room.join("2", closed)) == Code.LINE_CLOSED


async def test_staff_move_a_visitor_who_keeps_the_time_they_joined_at(room: Room) -> None:
    moved = await room.join("1", PASSPORT)
    later = await room.join("2", PENSION)
    await room.move(moved, PENSION, UserId("sergey"))
    assert await room.in_line(PENSION) == [moved, later]
    told = [each for each in await room.events() if isinstance(each, Moved)]
    assert [(each.consultation, each.topic) for each in told] == [(moved, PENSION.id)]


@pytest.mark.parametrize("asked", [True, False])
async def test_staff_take_a_visitor_out_of_the_line(room: Room, *, asked: bool) -> None:
    if asked:
        await room.available("anna")
    consultation = await room.join("1")
    await room.line.remove(room.organisation, consultation)
    closed = [each for each in await room.events() if isinstance(each, Closed)]
    assert [(each.outcome, each.reason) for each in closed] == [
        (Outcome.REMOVED_BY_STAFF, Trigger.REMOVE)
    ]
    if asked:
        free = await room.consultant(UserId("anna"))
        assert (free.status, free.consultation) == (Status.AVAILABLE, None)


# Tickets from elsewhere, and coming back


async def test_ticket_taken_elsewhere_keeps_its_place_until_it_is_claimed(room: Room) -> None:
    ticket = await room.elsewhere(external="П-105")
    later = await room.join("1")
    assert await room.in_line() == [ticket.id, later]
    anna = await room.available("anna")
    assert (await room.last_offer()).consultation == later  # nobody is at a booth for the first
    await room.open("2")
    agreed = await room.line.agreed(room.booth("2"), " п-105 ")
    assert (agreed.kind, agreed.consultation) == ("ticket", ticket.id)
    assert await room.line.claim(room.booth("2"), "п-105") == ticket.id
    await room.talk(anna)
    await room.finish(anna, later)
    offered = await room.last_offer()
    assert offered.consultation == ticket.id
    assert [each.booth for each in await room.events() if isinstance(each, Claimed)] == [
        room.booth("2").booth
    ]
    assert await refused(room.line.claim(room.booth("3"), "П-105")) == Code.NOT_FOUND


async def test_number_from_elsewhere_is_used_once_at_a_time(room: Room) -> None:
    await room.elsewhere(external="П-105")
    assert await refused(room.elsewhere(external="п-105")) == Code.TICKET_TAKEN


async def test_ticket_nobody_claims_is_closed(room: Room) -> None:
    ticket = await room.elsewhere()
    assert await room.run_out(f"claim:{ticket.id}")
    assert await room.fact(ticket.id, "outcome") == Outcome.NO_SHOW
    assert await refused(room.line.agreed(room.booth("1"), ticket.ticket)) == Code.NOT_FOUND


async def test_visitor_comes_back_at_the_agreed_time_with_a_head_start(room: Room) -> None:
    first = await room.join("1")
    number = await room.fact(first, "ticket")
    now = int((await room.redis.time())[0]) * 1000
    booth = room.booth("1").booth
    await room.line.call_back(room.organisation, booth, first, now + 3_600_000)
    assert await refused(room.line.agreed(room.booth("1"), number)) == Code.TOO_EARLY
    name = keys.claim(room.organisation, room.booth("1").centre, number)
    await room.redis.hset(name, "return_at", str(now))
    agreed = await room.line.agreed(room.booth("2"), number.lower())
    assert agreed.consultation == first
    waits = await room.join("3")
    await room.open("2")
    head_start = PriorityClass(
        code=CALLED_BACK, names={}, head_start_seconds=Policy().callback_seconds
    )
    wish = Wish(topic=PASSPORT, language="ru", priority=head_start, source=Source.CALLBACK)
    back = await room.line.join(room.booth("2"), wish, redeem=number.lower())
    assert (back.ticket, back.place) == (number, 1)
    assert await room.in_line() == [back.id, waits]
    joined = [each for each in await room.events() if isinstance(each, Joined)][-1]
    assert (joined.previous, joined.source) == (first, Source.CALLBACK)
    told = [each for each in await room.events() if isinstance(each, CalledBack)]
    assert [(each.consultation, each.return_at) for each in told] == [(first, now + 3_600_000)]
    assert await refused(room.line.join(room.booth("4"), wish, redeem=number)) == Code.NOT_FOUND


# Nodes


async def test_dead_node_leaves_nobody_to_be_called(room: Room) -> None:
    elsewhere = NodeId("elsewhere")
    await room.available("anna")
    lost = await room.join("1", PENSION)
    await room.attach(booth_person(room.booth("2").booth), node=elsewhere)
    await room.redis.sadd(keys.ORGANISATIONS, room.organisation)
    await room.presence.leave(NODE)
    assert not await room.redis.exists(keys.held(room.organisation, NODE))
    second = await room.join("2")
    assert await room.state(second) == State.WAITING  # anna's page went with the node
    duty = serves(PENSION)
    await room.attach(consultant_person(UserId("boris")), duty, node=elsewhere)
    await room.line.set_status(room.organisation, UserId("boris"), Status.AVAILABLE, duty)
    assert await room.state(lost) == State.WAITING  # and the booth's
    lease = await room.redis.zscore(keys.deadlines(room.organisation), "lease:consultant:anna")
    assert lease  # she keeps her place until it runs out
    await room.open("1")
    assert await room.state(lost) == State.OFFERED
