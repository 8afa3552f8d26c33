"""Who comes first: head starts, skills, widening, staff, and two who are needed at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import msgspec
import pytest

from signaling import keys
from signaling.events import (
    Agreed,
    Joined,
    Prioritised,
    Returned,
    Widened,
)
from signaling.ids import (
    BoothId,
    LinkId,
    UserId,
    consultant_person,
)
from signaling.messages import ConsultantState
from signaling.model import (
    DeclaredBy,
    Duty,
    Preference,
    PriorityClass,
    Rule,
    ScopeKind,
    Side,
    State,
    Status,
    StatusReason,
    Trigger,
)
from signaling.store import open_redis
from tests.signaling.room import PASSPORT, PENSION, Room, serves

VETERAN = PriorityClass(code="veteran", names={"en": "Veterans"}, head_start_seconds=600)
NEAR = msgspec.structs.replace(
    PASSPORT,
    prefer=(
        Preference(scope=ScopeKind.CONSULTANT, seconds=60),
        Preference(scope=ScopeKind.CENTRE, seconds=30),
    ),
)
RSL = Duty(lines=(), interprets=("rsl",))


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


def near(*tags: str) -> Duty:
    return msgspec.structs.replace(serves(PASSPORT), tags=tags)


# Priority


async def test_head_start_lets_a_visitor_ahead_and_says_who_declared_it(room: Room) -> None:
    first = await room.join("1")
    second = await room.join("2", priority=VETERAN, declared_by=DeclaredBy.STAFF)
    assert await room.in_line() == [second, first]
    joined = [each for each in await room.events() if isinstance(each, Joined)][-1]
    assert (joined.priority, joined.declared_by, joined.head_start) == (
        "veteran",
        DeclaredBy.STAFF,
        600,
    )
    assert joined.place == 1


async def test_nobody_is_overtaken_by_more_than_the_head_start(room: Room) -> None:
    first = await room.join("1")
    us = int(await room.fact(first, "effective_at")) - 600_000_001
    await room.redis.zadd(keys.line(room.organisation, serves(PASSPORT).lines[0]), {first: us})
    second = await room.join("2", priority=VETERAN)
    assert await room.in_line() == [first, second]


async def test_staff_give_and_take_a_head_start(room: Room) -> None:
    first = await room.join("1")
    second = await room.join("2")
    user = UserId("sergey")
    await room.line.prioritise(room.organisation, second, VETERAN, user)
    assert await room.in_line() == [second, first]
    await room.line.prioritise(room.organisation, second, None, user)
    assert await room.in_line() == [first, second]
    told = [each for each in await room.events() if isinstance(each, Prioritised)]
    assert [(each.priority, each.head_start, each.user) for each in told] == [
        ("veteran", 600, user),
        ("", 0, user),
    ]


# Skills


async def test_better_skilled_is_asked_before_longer_idle(room: Room) -> None:
    line = serves(PASSPORT).lines[0]
    learner = msgspec.structs.replace(serves(PASSPORT), levels={line: 2})
    await room.available("anna", learner)
    boris = await room.available("boris")
    await room.available("clara", learner)
    await room.join("1")
    offered = await room.last_offer()
    assert (offered.consultant, offered.rule, offered.level, offered.rivals) == (
        boris,
        Rule.LONGEST_AVAILABLE,
        1,
        0,
    )
    await room.join("2")
    offered = await room.last_offer()
    assert (offered.consultant, offered.level, offered.rivals) == (UserId("anna"), 2, 1)


async def test_consultant_who_comes_free_takes_who_came_first_in_any_line(room: Room) -> None:
    first = await room.join("1", PENSION)
    await room.join("2", PASSPORT)
    await room.available("boris", serves(PASSPORT, PENSION))
    offered = await room.last_offer()
    assert (offered.consultation, offered.rule) == (first, Rule.FIRST_IN_LINE)


# Widening


async def test_own_centre_is_asked_first_and_everyone_when_the_time_is_over(room: Room) -> None:
    near_by = await room.available("anna", near("centre:centre"))
    await room.line.set_status(room.organisation, near_by, Status.BREAK, near("centre:centre"))
    await room.available("anna", near("centre:centre"))
    taken = await room.join("1", NEAR)
    assert (await room.last_offer()).scope == "centre:centre"
    far = await room.available("boris", near("centre:other"))
    second = await room.join("2", NEAR)
    assert await room.state(second) == State.WAITING  # anna is busy, boris not yet allowed
    assert await room.run_out(f"widen:{second}")
    offered = await room.last_offer()
    assert (offered.consultation, offered.consultant, offered.scope) == (second, far, "")
    widened = [each for each in await room.events() if isinstance(each, Widened)]
    assert [(each.consultation, each.scope) for each in widened] == [(second, "")]
    assert await room.state(taken) == State.OFFERED


async def test_nobody_waits_for_a_centre_where_nobody_works(room: Room) -> None:
    far = await room.available("boris", near("centre:other"))
    await room.join("1", NEAR)
    assert (await room.last_offer()).consultant == far


async def test_wish_for_one_consultant_widens_step_by_step(room: Room) -> None:
    anna = await room.available("anna", near("user:anna", "centre:centre"))
    await room.join("1", NEAR)  # keeps anna busy
    await room.available("boris", near("user:boris", "centre:other"))
    wished = await room.join("2", NEAR, consultant=anna)
    assert await room.fact(wished, "scope") == "user:anna"
    assert await room.run_out(f"widen:{wished}")
    assert await room.fact(wished, "scope") == "centre:centre"
    assert await room.state(wished) == State.WAITING
    assert await room.run_out(f"widen:{wished}")
    assert await room.state(wished) == State.OFFERED


async def test_long_line_is_everyones_at_once(room: Room) -> None:
    await room.available("anna", near("centre:centre"))
    crowded = msgspec.structs.replace(NEAR, overflow_at=1)
    for name in ("1", "2"):
        await room.join(name, crowded)
    third = await room.join("3", crowded)
    assert await room.fact(third, "scope") == ""


# Two who are needed


async def agreed(room: Room, user: UserId, link: str) -> ConsultantState:
    await room.line.accept(room.organisation, user, LinkId(link))
    return await room.consultant(user)


async def test_visitor_gets_consultant_and_interpreter_or_holds_neither(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1", interpreter="rsl")
    assert await room.state(consultation) == State.WAITING
    other = await room.join("2")  # anna is not kept idle meanwhile
    assert (await room.last_offer()).consultation == other
    dora = await room.available("dora", RSL)
    assert await room.state(consultation) == State.WAITING  # and dora not either
    await room.talk(anna)
    await room.finish(anna, other)
    offered = await room.last_offer()
    assert (offered.consultation, offered.consultant, offered.interpreter) == (
        consultation,
        anna,
        dora,
    )


async def test_interpreter_who_comes_free_brings_a_waiting_pair_together(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1", interpreter="rsl")
    dora = await room.available("dora", RSL)
    offered = await room.last_offer()
    assert (offered.consultation, offered.rule) == (consultation, Rule.INTERPRETER_CAME)
    assert (offered.consultant, offered.interpreter) == (anna, dora)


async def test_both_accept_before_the_talk_and_everyone_sees_everyone(room: Room) -> None:
    anna = await room.available("anna")
    dora = await room.available("dora", RSL)
    consultation = await room.join("1", interpreter="rsl")
    link = await room.link(consultation)
    state = await agreed(room, anna, link)
    assert state.consultation is not None
    assert (state.consultation.state, state.consultation.agreed) == (State.OFFERED, True)
    assert [each.user for each in await room.events() if isinstance(each, Agreed)] == [anna]
    state = await agreed(room, dora, link)
    assert state.consultation is not None
    assert (state.consultation.state, state.consultation.interprets) == (State.CONNECTING, True)
    visitor = (await room.visitor("1")).consultation
    assert visitor is not None
    assert visitor.link is not None
    assert [(each.to, each.owner) for each in (visitor.link, *visitor.more)] == [
        (Side.CONSULTANT, False),
        (Side.INTERPRETER, False),
    ]
    booth = BoothId(await room.fact(consultation, "booth"))
    ends: list[tuple[str, Side, BoothId | UserId]] = [
        ("", Side.VISITOR, booth),
        ("", Side.CONSULTANT, anna),
        ("-vi", Side.VISITOR, booth),
        ("-vi", Side.INTERPRETER, dora),
        ("-ci", Side.CONSULTANT, anna),
        ("-ci", Side.CONSULTANT, dora),  # a workspace says "consultant"; the line knows better
    ]
    for suffix, side, who in ends:
        assert await room.state(consultation) == State.CONNECTING
        one = LinkId(link + suffix)
        await room.line.media_arrived(room.organisation, side, who, one)
    assert await room.state(consultation) == State.ACTIVE
    await room.line.hang_up(room.organisation, Side.CONSULTANT, anna, consultation)
    free = await room.consultant(dora)
    assert (free.status, free.consultation) == (Status.AVAILABLE, None)


async def test_who_did_not_answer_is_paused_and_the_other_stays_available(room: Room) -> None:
    anna = await room.available("anna")
    dora = await room.available("dora", RSL)
    consultation = await room.join("1", interpreter="rsl")
    await agreed(room, anna, await room.link(consultation))
    assert await room.run_out(f"offer:{consultation}")
    assert await room.state(consultation) == State.WAITING
    missed = await room.consultant(dora)
    assert (missed.status, missed.reason) == (Status.BREAK, StatusReason.OFFER_MISSED)
    free = await room.consultant(anna)
    assert (free.status, free.cause) == (Status.AVAILABLE, Trigger.INTERPRETER_TIMED_OUT)
    assert await why_returned(room) == Trigger.INTERPRETER_TIMED_OUT


async def test_interpreter_who_declines_is_not_taken_for_the_consultant(room: Room) -> None:
    anna = await room.available("anna")
    dora = await room.available("dora", RSL)
    consultation = await room.join("1", interpreter="rsl")
    link = await room.link(consultation)
    await agreed(room, anna, link)
    other = await room.join("2")
    await room.line.decline(room.organisation, dora, link)
    assert await why_returned(room) == Trigger.INTERPRETER_DECLINED
    told = cast("list[ConsultantState]", await room.mail(consultant_person(anna)))
    assert [(each.cause, each.consultation and each.consultation.id) for each in told[-2:]] == [
        (Trigger.INTERPRETER_DECLINED, None),
        (Trigger.OFFER, other),
    ]


@pytest.mark.parametrize("both", [False, True])
async def test_consultant_who_misses_an_offer_for_two_is_named_as_such(
    room: Room, *, both: bool
) -> None:
    await room.available("anna")
    dora = await room.available("dora", RSL)
    consultation = await room.join("1", interpreter="rsl")
    if not both:
        await agreed(room, dora, await room.link(consultation))
    assert await room.run_out(f"offer:{consultation}")
    assert await why_returned(room) == Trigger.OFFER_TIMED_OUT
    free = await room.consultant(dora)
    assert free.cause == Trigger.OFFER_TIMED_OUT
    assert free.status == (Status.BREAK if both else Status.AVAILABLE)


async def why_returned(room: Room) -> str:
    """What the booth is told, which is what the journal says."""
    told = [each for each in await room.events() if isinstance(each, Returned)][-1]
    assert (await room.visitor("1")).cause == told.reason
    return told.reason


async def test_lost_interpreter_gives_the_visitor_back_and_frees_the_consultant(
    room: Room,
) -> None:
    anna = await room.available("anna")
    dora = await room.available("dora", RSL)
    consultation = await room.join("1", interpreter="rsl")
    link = await room.link(consultation)
    await agreed(room, anna, link)
    await agreed(room, dora, link)
    assert await room.run_out(f"lease:{consultant_person(dora)}")
    assert await room.state(consultation) == State.WAITING
    assert await room.fact(consultation, "priority") == "cut_off"
    free = await room.consultant(anna)
    assert (free.status, free.consultation) == (Status.AVAILABLE, None)


async def test_one_person_is_never_both(room: Room) -> None:
    both = msgspec.structs.replace(serves(PASSPORT), interprets=("rsl",))
    anna = await room.available("anna", both)
    consultation = await room.join("1", interpreter="rsl")
    assert await room.state(consultation) == State.WAITING
    boris = await room.available("boris")
    offered = await room.last_offer()
    assert (offered.consultant, offered.interpreter) == (boris, anna)
