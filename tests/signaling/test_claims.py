"""Two hundred people at once: nobody is paired twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from signaling.errors import Code, OknoError
from signaling.events import Accepted, Offered
from signaling.ids import UserId
from signaling.store import open_redis
from tests.signaling.room import Room


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def test_two_hundred_claims_never_pair_anyone_twice(room: Room) -> None:
    """100 visitors and 100 consultants at once, over many connections to Redis."""
    people = 100
    await asyncio.gather(
        *(room.join(str(number)) for number in range(people)),
        *(room.available(f"consultant-{number}") for number in range(people)),
    )
    offered = [each for each in await room.events() if isinstance(each, Offered)]
    assert len(offered) == people
    assert max(Counter(each.consultation for each in offered).values()) == 1
    assert max(Counter(each.consultant for each in offered).values()) == 1
    by_consultant = {each.consultant: each.consultation for each in offered}
    taken = await asyncio.gather(
        *(
            room.line.accept(room.organisation, who, each.link)
            for each in offered
            for who in (each.consultant,)
        ),
        *(
            room.line.accept(
                room.organisation, UserId(f"consultant-{(number + 1) % people}"), each.link
            )
            for number, each in enumerate(offered)
            if each.consultant != f"consultant-{(number + 1) % people}"
        ),
        return_exceptions=True,
    )
    accepted = [each for each in await room.events() if isinstance(each, Accepted)]
    assert len(accepted) == people
    assert {each.consultant: each.consultation for each in accepted} == by_consultant
    refusals = [each for each in taken if isinstance(each, OknoError)]
    assert all(each.code == Code.WRONG_STATE for each in refusals)
    assert len(taken) - len(refusals) == people
