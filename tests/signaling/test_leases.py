"""Heartbeats keep people in their places; who is not to go on is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling import keys
from signaling.client import Client
from signaling.ids import BoothId, PersonId, UserId, booth_person, consultant_person
from signaling.messages import Ping, Pong, Wall, Welcome
from signaling.node import NODE
from signaling.pushes import EndedError
from tests.signaling.cast import Stage, staged
from tests.waiting import until


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


async def _lease(stage: Stage, person: PersonId) -> float:
    """When the person's lease runs out, ms."""
    name = f"lease:{person}"
    return float(await stage.redis.zscore(keys.deadlines(stage.cast.home), name) or 0)


async def _many(stage: Stage) -> list[Client]:
    return [await stage.client(str(number), "booth") for number in range(1, 6)]


async def test_every_page_that_is_there_keeps_its_lease(stage: Stage) -> None:
    booths = await _many(stage)
    people = [booth_person(BoothId(str(number))) for number in range(1, 6)]
    before = [await _lease(stage, person) for person in people]
    for booth in booths[1:]:
        await booth.request(Ping(), Pong)

    async def renewed() -> bool:
        return all(
            [await _lease(stage, each) > was for each, was in zip(people, before, strict=True)][1:]
        )

    await until(renewed)
    assert await _lease(stage, people[0]) == before[0], "that one has said nothing"


async def test_page_in_whose_place_another_is_is_sent_away(stage: Stage) -> None:
    """The word that should have told it so was lost."""
    consultant = await stage.client("anna", "workspace")
    other = await stage.client("boris", "workspace")
    anna = keys.person(stage.cast.home, consultant_person(UserId("anna")))
    await stage.redis.hset(anna, "connection", "a-later-one")
    await consultant.request(Ping(), Pong)
    await other.request(Ping(), Pong)
    with pytest.raises(EndedError) as caught:
        await consultant.wait_for(Wall)
    assert caught.value.close_code == 4001
    assert other.up


async def test_page_that_was_forgotten_comes_back(stage: Stage) -> None:
    booths = await _many(stage)
    person = booth_person(BoothId("3"))
    await stage.redis.delete(keys.person(stage.cast.home, person))
    for booth in booths:
        await booth.request(Ping(), Pong)
    await booths[2].wait_lost()
    assert stage.server.app[NODE].peers.find(stage.cast.home, person) is None
    told = booths[2].pushes()
    await booths[2].open()
    assert isinstance(await told.next(), Welcome)
    assert all(booth.up for booth in booths)
