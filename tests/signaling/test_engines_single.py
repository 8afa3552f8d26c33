"""A single Redis that hangs, or comes back without the last it was told, under two nodes."""

from __future__ import annotations

import asyncio

import pytest

from signaling import keys
from signaling.errors import Code, OknoError
from signaling.ids import BoothId, OrganisationId, booth_person, new_ulid
from signaling.messages import GetIce, Ice, Welcome
from signaling.model import State
from signaling.node import NODE
from tests.engines import redis_process
from tests.signaling.cast import staged
from tests.signaling.regions import Regions, people, usable
from tests.signaling.steps import AVAILABLE, JOIN, accept, in_state
from tests.waiting import until

FROZEN_SECONDS = 10
USABLE_SECONDS = 5


async def test_frozen_redis_costs_nobody_their_place() -> None:
    cast = Regions([OrganisationId(new_ulid())])
    with redis_process() as redis:
        async with (
            staged(redis.url, cast=cast) as one,
            staged(redis.url, cast=cast) as two,
            people(one, two, cast.home) as here,
        ):
            visitor, consultant = await here.booth("1"), await here.consultant("anna")
            await visitor.request(JOIN)
            clock = asyncio.get_running_loop().time
            begun = clock()
            redis.freeze()
            with pytest.raises(OknoError) as caught:
                await visitor.request(GetIce(), Ice, within=FROZEN_SECONDS)
            assert caught.value.code == Code.UNAVAILABLE
            await until(lambda: clock() - begun > FROZEN_SECONDS, seconds=2 * FROZEN_SECONDS)
            buses = [stage.server.app[NODE].bus for stage in (one, two)]
            redis.thaw()
            await usable(visitor, consultant, seconds=USABLE_SECONDS)
            await in_state(visitor, State.WAITING)
            await until(lambda: all(bus.listening.is_set() for bus in buses))
            await consultant.request(AVAILABLE)
            await in_state(visitor, State.OFFERED)
            await accept(consultant)
            await in_state(visitor, State.CONNECTING)


@pytest.mark.parametrize(
    ("field", "older"), [("seq", "0"), ("connection", "an-older-one")], ids=["told", "socket"]
)
async def test_page_that_redis_has_forgotten_comes_back(field: str, older: str) -> None:
    """As after a fail-over to a replica that had not heard of the last message or of the socket."""
    cast = Regions([OrganisationId(new_ulid())])
    with redis_process() as server:
        async with (
            staged(server.url, cast=cast) as one,
            staged(server.url, cast=cast) as two,
            people(one, two, cast.home) as here,
        ):
            visitor = await here.booth("1")
            await visitor.request(JOIN)
            await in_state(visitor, State.WAITING)
            person = booth_person(BoothId("1"))
            pushes = visitor.pushes()
            await one.redis.hset(keys.person(cast.home, person), field, older)
            await one.redis.delete(keys.mail(cast.home, person))
            await one.redis.execute_command("CLIENT KILL", "TYPE", "pubsub")  # type: ignore[no-untyped-call] # redis-py's
            welcome = await pushes.wait_for(Welcome, within=5)
            assert welcome.resumed == (field != "seq"), "else it takes a snapshot"
            await in_state(visitor, State.WAITING)
            consultant = await here.consultant("anna")
            await consultant.request(AVAILABLE)
            await in_state(visitor, State.OFFERED)
