"""No starvation: nobody is overtaken by more than the head start of who overtakes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signaling.events import AnyEvent, Closed, Joined, Offered, Returned
from signaling.ids import ConsultationId, UserId
from signaling.model import PriorityClass, State
from signaling.store import open_redis
from tests.signaling.room import PASSPORT, PENSION, Room, serves

CONSULTANTS = {"anna": serves(PASSPORT), "boris": serves(PASSPORT, PENSION)}
CLASSES = (
    None,
    PriorityClass(code="moment", names={}, head_start_seconds=1),
    PriorityClass(code="veteran", names={}, head_start_seconds=600),
)

joins = st.tuples(st.sampled_from([PASSPORT, PENSION]), st.sampled_from(CLASSES))
works = st.tuples(st.sampled_from(sorted(CONSULTANTS)), st.booleans())
days = st.lists(st.one_of(joins, works), min_size=10, max_size=60)


async def live(room: Room, day: list[tuple[object, object]]) -> None:
    """Visitors come, and consultants get on with what is before them, or decline it."""
    for user, duty in CONSULTANTS.items():
        await room.available(user, duty)
    for number, (first, second) in enumerate(day):
        if first in (PASSPORT, PENSION):
            await room.join(str(number), first, priority=second)
        else:
            await work(room, UserId(str(first)), declines=bool(second))


async def work(room: Room, user: UserId, *, declines: bool) -> None:
    busy = (await room.consultant(user)).consultation
    if busy is None:
        await room.available(user, CONSULTANTS[user])
    elif busy.state == State.OFFERED and declines:
        await room.line.decline(room.organisation, user, await room.link(busy.id))
    elif busy.state == State.OFFERED:
        await room.talk(user)
        await room.finish(user, busy.id)


def overtakings(events: list[AnyEvent]) -> Iterator[tuple[int, int, int]]:
    """For each offer and each who still waited in a line of that consultant.

    Yields:
        How much earlier (ms) they had joined, and the head starts (ms) of who was called and who
        was not.
    """
    joined: dict[ConsultationId, Joined] = {}
    waiting: set[ConsultationId] = set()
    for event in events:
        match event:
            case Joined():
                joined[event.consultation] = event
                waiting.add(event.consultation)
            case Returned():
                waiting.add(event.consultation)
            case Closed():
                waiting.discard(event.consultation)
            case Offered():
                waiting.discard(event.consultation)
                called = joined[event.consultation]
                lines = CONSULTANTS[event.consultant].lines
                for who in waiting:
                    passed = joined[who]
                    if f"{passed.topic}:ru:speech" in lines:
                        earlier = called.at - passed.at
                        yield earlier, called.head_start * 1000, passed.head_start * 1000
            case _:
                pass


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=days)
def test_head_start_is_the_most_anyone_is_overtaken_by(
    redis_url: str, runner: asyncio.Runner, day: list[tuple[object, object]]
) -> None:
    async def history() -> list[AnyEvent]:
        async with open_redis(redis_url) as redis:
            room = Room(redis)
            await live(room, day)
            return await room.events()

    for earlier, head_start, their_head_start in overtakings(runner.run(history())):
        # Within a class (the same head start) this is: first come, first served.
        assert earlier <= head_start - their_head_start
