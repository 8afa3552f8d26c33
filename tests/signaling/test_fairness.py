"""Who comes first: head starts, skills, widening, staff, and two who are needed at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import msgspec
import pytest

from signaling import keys
from signaling.errors import Code
from signaling.events import (
    Agreed,
    CalledBack,
    Claimed,
    Closed,
    GateChanged,
    Joined,
    Moved,
    Offered,
    Prioritised,
    Widened,
)
from signaling.ids import (
    BoothId,
    ConsultationId,
    LinkId,
    NodeId,
    UserId,
    booth_person,
    consultant_person,
)
from signaling.messages import ConsultantState
from signaling.model import (
    CALLED_BACK,
    DeclaredBy,
    Duty,
    Gate,
    Opening,
    Outcome,
    Policy,
    Preference,
    PriorityClass,
    Rule,
    ScopeKind,
    Side,
    Source,
    State,
    Status,
    StatusReason,
    Topic,
    Trigger,
)
from signaling.store import open_redis
from signaling.tickets import Wish
from tests.signaling.room import NODE, PASSPORT, PENSION, Room, refused, serves

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


async def last(room: Room) -> Offered:
    return [each for each in await room.events() if isinstance(each, Offered)][-1]


async def waiting(room: Room, topic: Topic = PASSPORT) -> list[str]:
    line = serves(topic).lines[0]
    return list(await room.redis.zrange(keys.line(room.organisation, line), 0, -1))


def near(*tags: str) -> Duty:
    return msgspec.structs.replace(serves(PASSPORT), tags=tags)


# Priority


async def test_head_start_lets_a_visitor_ahead_and_says_who_declared_it(room: Room) -> None:
    first = await room.join("1")
    second = await room.join("2", priority=VETERAN, declared_by=DeclaredBy.STAFF)
    assert await waiting(room) == [second, first]
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
    assert await waiting(room) == [first, second]


async def test_staff_give_and_take_a_head_start(room: Room) -> None:
    first = await room.join("1")
    second = await room.join("2")
    user = UserId("sergey")
    await room.line.prioritise(room.organisation, second, VETERAN, user)
    assert await waiting(room) == [second, first]
    await room.line.prioritise(room.organisation, second, None, user)
    assert await waiting(room) == [first, second]
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
    offered = await last(room)
    assert (offered.consultant, offered.rule, offered.level, offered.rivals) == (
        boris,
        Rule.LONGEST_AVAILABLE,
        1,
        0,
    )
    await room.join("2")
    offered = await last(room)
    assert (offered.consultant, offered.level, offered.rivals) == (UserId("anna"), 2, 1)


async def test_consultant_who_comes_free_takes_who_came_first_in_any_line(room: Room) -> None:
    first = await room.join("1", PENSION)
    await room.join("2", PASSPORT)
    await room.available("boris", serves(PASSPORT, PENSION))
    offered = await last(room)
    assert (offered.consultation, offered.rule) == (first, Rule.FIRST_IN_LINE)


# Widening


async def test_own_centre_is_asked_first_and_everyone_when_the_time_is_over(room: Room) -> None:
    near_by = await room.available("anna", near("centre:centre"))
    await room.line.set_status(room.organisation, near_by, Status.BREAK, near("centre:centre"))
    await room.available("anna", near("centre:centre"))
    taken = await room.join("1", NEAR)
    assert (await last(room)).scope == "centre:centre"
    far = await room.available("boris", near("centre:other"))
    second = await room.join("2", NEAR)
    assert await room.state(second) == State.WAITING  # anna is busy, boris not yet allowed
    assert await room.run_out(f"widen:{second}")
    offered = await last(room)
    assert (offered.consultation, offered.consultant, offered.scope) == (second, far, "")
    widened = [each for each in await room.events() if isinstance(each, Widened)]
    assert [(each.consultation, each.scope) for each in widened] == [(second, "")]
    assert await room.state(taken) == State.OFFERED


async def test_nobody_waits_for_a_centre_where_nobody_works(room: Room) -> None:
    far = await room.available("boris", near("centre:other"))
    await room.join("1", NEAR)
    assert (await last(room)).consultant == far


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
    assert (await last(room)).consultation == other
    dora = await room.available("dora", RSL)
    assert await room.state(consultation) == State.WAITING  # and dora not either
    await room.talk(anna)
    await room.finish(anna, other)
    offered = await last(room)
    assert (offered.consultation, offered.consultant, offered.interpreter) == (
        consultation,
        anna,
        dora,
    )


async def test_interpreter_who_comes_free_brings_a_waiting_pair_together(room: Room) -> None:
    anna = await room.available("anna")
    consultation = await room.join("1", interpreter="rsl")
    dora = await room.available("dora", RSL)
    offered = await last(room)
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
    assert (await room.consultant(anna)).status == Status.AVAILABLE


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
    offered = await last(room)
    assert (offered.consultant, offered.interpreter) == (boris, anna)


# Staff and hours


async def test_paused_line_calls_nobody_and_goes_on_where_it_was(room: Room) -> None:
    topic, user = PASSPORT.id, UserId("sergey")
    await room.line.gate(room.organisation, topic, Gate.PAUSED, user, "Fire drill")
    first = await room.join("1")
    anna = await room.available("anna")
    assert await room.state(first) == State.WAITING
    await room.line.gate(room.organisation, topic, Gate.OPEN, user)
    assert (await last(room)).consultant == anna
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
    assert len(await waiting(room)) == 1
    assert await room.run_out(f"hours:{PASSPORT.id}")
    assert await waiting(room) == []


async def test_no_ticket_outside_the_hours(room: Room) -> None:
    seconds = int((await room.redis.time())[0])
    day = dt.datetime.fromtimestamp(seconds, ZoneInfo(Policy().timezone)).weekday()
    today = msgspec.structs.replace(PASSPORT, hours=(Opening(days=(day,), opens=0, closes=1440),))
    await room.join("1", today)
    assert int(await room.fact(await current(room, "1"), "closes_at")) > 0
    assert await room.redis.zscore(keys.deadlines(room.organisation), f"hours:{PASSPORT.id}")
    closed = msgspec.structs.replace(today, last_ticket_minutes=1440)
    assert await refused(room.join("2", closed)) == Code.LINE_CLOSED


async def current(room: Room, name: str) -> ConsultationId:
    state = (await room.visitor(name)).consultation
    assert state is not None
    return state.id


async def test_staff_move_a_visitor_who_keeps_the_time_they_joined_at(room: Room) -> None:
    moved = await room.join("1", PASSPORT)
    later = await room.join("2", PENSION)
    await room.line.move(room.organisation, moved, PENSION, "ru", PENSION_MODE, UserId("sergey"))
    assert await waiting(room, PENSION) == [moved, later]
    told = [each for each in await room.events() if isinstance(each, Moved)]
    assert [(each.consultation, each.topic) for each in told] == [(moved, PENSION.id)]


PENSION_MODE = Wish(topic=PENSION, language="ru").mode


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
    assert await waiting(room) == [ticket.id, later]
    anna = await room.available("anna")
    assert (await last(room)).consultation == later  # nobody is at a booth for the first
    await room.open("2")
    agreed = await room.line.agreed(room.booth("2"), " п-105 ")
    assert (agreed.kind, agreed.consultation) == ("ticket", ticket.id)
    assert await room.line.claim(room.booth("2"), "п-105") == ticket.id
    await room.talk(anna)
    await room.finish(anna, later)
    offered = await last(room)
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
    assert await waiting(room) == [back.id, waits]
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
