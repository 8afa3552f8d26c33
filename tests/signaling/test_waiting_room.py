"""The line, verb by verb, on each supported Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from signaling import keys, views
from signaling.errors import Code
from signaling.events import (
    Closed,
    Joined,
    Offered,
    Prioritised,
    Rated,
    Returned,
    TalkEnded,
)
from signaling.ids import UserId, booth_person, consultant_person
from signaling.model import (
    DeclaredBy,
    EndedBy,
    Outcome,
    Policy,
    Side,
    State,
    Status,
    StatusReason,
    Trigger,
)
from signaling.store import open_redis
from tests.signaling.room import PASSPORT, PENSION, Room, refused, serves


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def test_ticket_numbers_count_by_centre_and_day(room: Room) -> None:
    await room.join("1")
    await room.join("2")
    joined = [each for each in await room.events() if isinstance(each, Joined)]
    assert [each.ticket for each in joined] == ["B-001", "B-002"]
    assert [(each.place, each.waiting) for each in joined] == [(1, 1), (2, 2)]


async def test_a_booth_has_one_ticket(room: Room) -> None:
    await room.join("1")
    assert await refused(room.join("1")) == Code.ALREADY_WAITING


async def test_visitor_is_told_the_place_and_the_wait(room: Room) -> None:
    await room.available("anna", serves(PASSPORT))
    first = await room.join("1")
    assert await room.promises.first(room.organisation, await room.join("2"))
    place = await room.place("2")
    assert place is not None
    assert (place.place, place.waiting) == (1, 1)
    assert place.estimate is not None
    assert place.estimate.method == "configured"
    assert await room.state(first) == State.OFFERED


async def test_nothing_is_promised_while_nobody_is_on_duty(room: Room) -> None:
    assert not await room.promises.first(room.organisation, await room.join("1"))
    place = await room.place("1")
    assert place is not None
    assert place.estimate is None


async def test_idle_consultant_is_asked_when_a_visitor_comes(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    state = await room.consultant(anna)
    assert state.consultation is not None
    assert state.consultation.id == consultation
    assert state.consultation.link is not None
    assert state.consultation.link.owner
    visitor = await room.visitor("1")
    assert visitor.consultation is not None
    assert visitor.consultation.link is not None
    assert visitor.consultation.link.id == state.consultation.link.id
    assert not visitor.consultation.link.owner


async def test_first_come_first_served_over_all_lines_of_a_consultant(room: Room) -> None:
    first = await room.join("1", PENSION)
    second = await room.join("2", PASSPORT)
    anna = await room.available("anna", serves(PASSPORT, PENSION))
    assert await room.talk(anna) == first
    await room.finish(anna, first)
    assert await room.state(second) == State.OFFERED


async def test_longest_idle_consultant_is_asked_first(room: Room) -> None:
    await room.available("anna")
    await room.available("boris")
    await room.join("1")
    offered = [each for each in await room.events() if isinstance(each, Offered)]
    assert [(each.consultant, each.rivals) for each in offered] == [("anna", 1)]


async def test_reserve_is_asked_only_when_nobody_else_can(room: Room) -> None:
    await room.available("simulated", serves(PASSPORT, reserve=True))
    await room.available("anna")
    await room.join("1")
    await room.join("2")
    offered = [each for each in await room.events() if isinstance(each, Offered)]
    assert [(each.consultant, each.rule, each.rivals) for each in offered] == [
        ("anna", "longest_available", 0),
        ("simulated", "reserve", 0),
    ]


async def test_nobody_is_asked_for_a_line_they_do_not_serve(room: Room) -> None:
    anna = await room.available("anna", serves(PENSION))
    consultation = await room.join("1", PASSPORT)
    await room.join("2", PENSION, language="en")
    assert await room.state(consultation) == State.WAITING
    assert (await room.consultant(anna)).consultation is None


async def test_whole_consultation_is_journaled_leg_by_leg(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    assert await room.talk(anna) == consultation
    await room.line.hang_up(room.organisation, Side.VISITOR, room.booth().booth, consultation)
    await room.line.rate(room.organisation, room.booth().booth, consultation, 5)
    await room.line.finish(room.organisation, anna, consultation, Outcome.NEEDS_VISIT)
    types = [
        type(each).__name__
        for each in await room.events()
        if getattr(each, "consultation", None) == consultation
    ]
    assert types == [
        "Joined",
        "Offered",
        "Accepted",
        "MediaArrived",
        "MediaArrived",
        "Connected",
        "TalkEnded",
        "Rated",
        "Closed",
    ]
    events = await room.events()
    assert next(e for e in events if isinstance(e, TalkEnded)).by == EndedBy.VISITOR
    assert next(e for e in events if isinstance(e, Closed)).outcome == Outcome.NEEDS_VISIT
    assert next(e for e in events if isinstance(e, Rated)).score == 5


async def test_declined_visitor_keeps_the_place_and_the_consultant_is_paused(room: Room) -> None:
    anna = await room.available("anna")
    first = await room.join("1")
    second = await room.join("2")
    await room.line.decline(room.organisation, anna, await room.link(first))
    state = await room.consultant(anna)
    assert (state.status, state.reason) == (Status.BREAK, StatusReason.OFFER_DECLINED)
    place = await room.place("1")
    assert place is not None
    assert place.place == 1
    boris = await room.available("boris")
    assert await room.talk(boris) == first
    assert await room.state(second) == State.WAITING


async def test_missed_offer_moves_on_to_the_next_consultant_at_once(room: Room) -> None:
    anna = await room.available("anna")
    boris = await room.available("boris")
    consultation = await room.join("1")
    assert await room.run_out(f"offer:{consultation}")
    missed = await room.consultant(anna)
    assert (missed.status, missed.reason) == (Status.BREAK, StatusReason.OFFER_MISSED)
    asked = await room.consultant(boris)
    assert asked.consultation is not None
    assert asked.consultation.id == consultation


async def test_a_deadline_is_acted_on_once(room: Room) -> None:
    await room.available("anna")
    consultation = await room.join("1")
    await room.redis.zadd(keys.deadlines(room.organisation), {f"offer:{consultation}": 1})
    acted = await asyncio.gather(
        *(room.line.expire(room.organisation, f"offer:{consultation}") for _ in range(20))
    )
    assert sum(acted) == 1


async def test_a_deadline_that_has_not_run_out_is_left_alone(room: Room) -> None:
    await room.available("anna")
    consultation = await room.join("1")
    assert not await room.line.expire(room.organisation, f"offer:{consultation}")
    assert await room.state(consultation) == State.OFFERED


async def test_late_answer_never_takes_a_later_offer(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    old = await room.link(consultation)
    await room.line.decline(room.organisation, anna, old)
    await room.line.set_status(room.organisation, anna, Status.AVAILABLE, serves(PASSPORT))
    assert await room.link(consultation) != old
    assert await refused(room.line.accept(room.organisation, anna, old)) == Code.WRONG_STATE
    assert await room.state(consultation) == State.OFFERED


async def test_visitor_leaves_while_waiting_and_while_offered(room: Room) -> None:
    waiting = await room.join("1")
    await room.line.leave(room.organisation, room.booth("1").booth, waiting)
    anna = await room.available("anna")
    offered = await room.join("2")
    await room.line.leave(room.organisation, room.booth("2").booth, offered)
    outcomes = {e.consultation: e.outcome for e in await room.events() if isinstance(e, Closed)}
    assert outcomes == {waiting: Outcome.ABANDONED, offered: Outcome.ABANDONED_OFFER}
    state = await room.consultant(anna)
    assert (state.status, state.consultation) == (Status.AVAILABLE, None)


async def test_consultant_who_is_freed_gets_the_next_visitor_at_once(room: Room) -> None:
    anna = await room.available("anna")
    first = await room.join("1")
    second = await room.join("2")
    await room.talk(anna)
    await room.finish(anna, first)
    state = await room.consultant(anna)
    assert state.consultation is not None
    assert state.consultation.id == second


async def test_break_during_a_talk_holds_afterwards(room: Room) -> None:
    anna = await room.available("anna")
    first = await room.join("1")
    second = await room.join("2")
    await room.talk(anna)
    await room.line.set_status(room.organisation, anna, Status.BREAK, serves(PASSPORT))
    assert await room.state(first) == State.ACTIVE
    await room.finish(anna, first)
    assert await room.state(second) == State.WAITING


async def test_failed_link_lets_the_visitor_ahead_of_everyone_of_no_class(room: Room) -> None:
    anna = await room.available("anna")
    first = await room.join("1")
    await room.join("2")
    await room.talk(anna)
    boris = await room.available("boris")
    assert (await room.consultant(boris)).consultation is not None  # the second visitor
    await room.line.media_failed(room.organisation, Side.CONSULTANT, anna, await room.link(first))
    head_start = Policy().cut_off_seconds
    joined = int(await room.fact(first, "joined_us"))
    assert int(await room.fact(first, "effective_at")) == joined - head_start * 1_000_000
    ahead = [each for each in await room.events() if isinstance(each, Prioritised)]
    assert [(each.priority, each.declared_by, each.head_start) for each in ahead] == [
        ("cut_off", DeclaredBy.SYSTEM, head_start)
    ]
    returned = [each for each in await room.events() if isinstance(each, Returned)]
    assert [(each.reason, each.was) for each in returned] == [(Trigger.MEDIA_FAILED, State.ACTIVE)]
    assert await room.state(first) == State.OFFERED  # anna, the only one free, is asked again


async def test_third_failed_link_lets_the_visitor_go_with_the_truth(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    for _ in range(3):
        await room.line.accept(room.organisation, anna, await room.link(consultation))
        assert await room.run_out(f"connect:{consultation}")
    assert await room.state(consultation) == State.CLOSED
    assert await room.fact(consultation, "outcome") == Outcome.TECHNICAL_NETWORK
    state = await room.consultant(anna)
    assert (state.status, state.consultation) == (Status.AVAILABLE, None)


@pytest.mark.parametrize("talking", [True, False])
async def test_lost_consultant_gives_the_visitor_back(room: Room, *, talking: bool) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    if talking:
        await room.talk(anna)
    assert await room.run_out("lease:consultant:anna")
    assert await room.state(consultation) == State.WAITING
    assert (await room.consultant(anna)).status == Status.OFFLINE
    boris = await room.available("boris")
    assert await room.talk(boris) == consultation


async def test_signing_out_gives_the_visitor_back(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    await room.line.sign_out(room.organisation, anna)
    assert await room.state(consultation) == State.WAITING
    state = await room.consultant(anna)
    assert (state.status, state.reason) == (Status.OFFLINE, StatusReason.SIGNED_OUT)


@pytest.mark.parametrize(
    ("until", "state", "outcome"),
    [
        ("waiting", State.CLOSED, Outcome.TECHNICAL_BOOTH),
        ("offered", State.CLOSED, Outcome.TECHNICAL_BOOTH),
        ("active", State.WRAPPING_UP, None),
    ],
)
async def test_lost_booth(room: Room, until: str, state: State, outcome: Outcome | None) -> None:
    await room.attach(booth_person(room.booth("1").booth))
    consultation = await room.join("1")
    if until != "waiting":
        anna = await room.available("anna")
        if until == "active":
            await room.talk(anna)
    assert await room.run_out(f"lease:{booth_person(room.booth('1').booth)}")
    assert await room.state(consultation) == state
    assert await room.fact(consultation, "outcome") == str(outcome)


async def test_wrap_up_runs_out_with_what_the_facts_say(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    await room.talk(anna)
    await room.line.hang_up(room.organisation, Side.CONSULTANT, anna, consultation)
    assert await room.run_out(f"wrap_up:{consultation}")
    assert await room.fact(consultation, "outcome") == Outcome.SERVED
    assert (await room.consultant(anna)).consultation is None


async def test_rating_is_given_once_and_only_after_a_talk(room: Room) -> None:
    booth = room.booth().booth
    anna = await room.available("anna")
    consultation = await room.join("1")
    organisation = room.organisation
    assert await refused(room.line.rate(organisation, booth, consultation, 4)) == Code.WRONG_STATE
    await room.talk(anna)
    await room.finish(anna, consultation)
    await room.line.rate(organisation, booth, consultation, 4)
    assert await refused(room.line.rate(organisation, booth, consultation, 5)) == Code.WRONG_STATE


async def test_consultant_without_a_page_is_offered_nobody(room: Room) -> None:
    anna = UserId("anna")
    person = consultant_person(anna)
    await room.available("anna")
    connection = await room.attach(person)
    await room.presence.detach(room.organisation, person, connection)
    consultation = await room.join("1")
    assert await room.state(consultation) == State.WAITING
    await room.attach(person)
    assert await room.state(consultation) == State.OFFERED


async def test_visitor_whose_page_is_away_is_passed_over_and_keeps_the_place(room: Room) -> None:
    first = await room.join("1")
    second = await room.join("2")
    person = booth_person(room.booth("1").booth)
    connection = await room.attach(person)
    await room.presence.detach(room.organisation, person, connection)
    anna = await room.available("anna")
    assert await room.state(first) == State.WAITING
    assert await room.talk(anna) == second
    place = await room.place("1")
    assert place is not None
    assert place.place == 1
    boris = await room.available("boris")
    await room.attach(person)
    assert await room.talk(boris) == first


async def test_next_visitor_at_the_booth_is_not_shown_the_end_of_the_last_one(room: Room) -> None:
    booth = room.booth("1")
    anna = await room.available("anna")
    first = await room.join("1")
    await room.talk(anna)
    await room.line.hang_up(room.organisation, Side.VISITOR, booth.booth, first)
    second = await room.join("1")
    await room.line.finish(room.organisation, anna, first, Outcome.SERVED)
    shown = await room.visitor("1")
    assert shown.consultation is not None
    assert shown.consultation.id == second
    assert await room.redis.ttl(keys.booth(room.organisation, booth.booth)) == -1


async def test_wall_counts_the_ringing_visitor_as_waiting(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1")
    await room.redis.hset(
        keys.consultation(room.organisation, consultation),
        "joined_at",
        str(int(await room.fact(consultation, "joined_at")) - 60_000),
    )
    ringing = await views.wall(room.redis, room.organisation)
    assert (ringing.waiting, ringing.in_conversation, ringing.available) == (1, 0, 0)
    assert ringing.longest_wait_seconds >= 60
    await room.line.accept(room.organisation, anna, await room.link(consultation))
    taken = await views.wall(room.redis, room.organisation)
    assert (taken.waiting, taken.in_conversation) == (0, 1)
