"""A server dies or hangs while people wait and talk, and its replica takes its place."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.exceptions import RedisError

from server.embedded_redis import find_binary
from signaling import keys
from signaling.client import Client
from signaling.events import Joined
from signaling.ids import LinkId, OrganisationId, booth_person, new_ulid
from signaling.journal import read
from signaling.messages import FinishWrapUp, Place
from signaling.model import State
from signaling.store import open_redis
from tests.engines import oldest_redis
from tests.redis_groups import (
    Cluster,
    SentinelGroup,
    Server,
    redis_cluster,
    sentinel_group,
)
from tests.signaling.cast import Stage, staged
from tests.signaling.regions import (
    People,
    Regions,
    hang_up,
    hear_each_other,
    meet,
    people,
    spread,
    usable,
)
from tests.signaling.room import Room
from tests.signaling.steps import AVAILABLE, JOIN, accept, in_state
from tests.waiting import until

USABLE_SECONDS = 5
"""After the new master stands, for every page."""


@pytest.fixture(params=["oldest redis", "valkey"])
def group(request: pytest.FixtureRequest) -> Iterator[SentinelGroup]:
    program = find_binary() if request.param == "valkey" else oldest_redis()
    with sentinel_group(program) as group:
        yield group


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with redis_cluster(find_binary(), replica=True) as cluster:
        yield cluster


class Scene:
    """One conversation, one visitor whose offer rings, two who wait."""

    def __init__(self, here: People, stages: tuple[Stage, Stage]) -> None:
        self._here = here
        self._stages = stages
        self.visitors: list[Client] = []
        self.consultants: list[Client] = []

    async def play(self) -> None:
        self.visitors = [await self._here.booth(str(number)) for number in range(4)]
        anna, boris = self.consultants = [
            await self._here.consultant(name) for name in ("anna", "boris")
        ]
        self.talk = await meet(self.visitors[0], anna)
        for visitor in self.visitors[1:]:
            await visitor.request(JOIN)
        await boris.request(AVAILABLE)
        await in_state(boris, State.OFFERED)
        await in_state(self.visitors[1], State.OFFERED)
        await self.visitors[2].wait_for(Place, lambda view: view.place == 1)
        await self.visitors[3].wait_for(Place, lambda view: view.place == 2)

    async def hear_each_other(self) -> None:
        link = LinkId(f"{self.talk}-1")
        await hear_each_other(self.visitors[0], self.consultants[0], link)

    async def go_on(self) -> None:
        """Everything stands as it stood, and goes on from there."""
        anna, boris = self.consultants
        await usable(*self.visitors, *self.consultants, seconds=USABLE_SECONDS)
        states = (State.ACTIVE, State.OFFERED, State.WAITING, State.WAITING)
        for visitor, state in zip(self.visitors, states, strict=True):
            await in_state(visitor, state)
        await accept(boris)
        await in_state(self.visitors[1], State.CONNECTING)
        await hang_up(self.visitors[0], anna, self.talk)
        await anna.request(FinishWrapUp(consultation=self.talk, outcome="served"))
        # The first of those who wait, and nobody else.
        await in_state(self.visitors[2], State.OFFERED)
        await accept(anna)
        await in_state(self.visitors[2], State.CONNECTING)
        await self.visitors[3].wait_for(Place, lambda view: view.place == 1)
        await self._nothing_doubled()

    async def _nothing_doubled(self) -> None:
        redis, organisation = self._stages[0].redis, self._here.organisation
        joined = [
            entry.event.consultation
            async for entry in read(redis, organisation)
            if isinstance(entry.event, Joined)
        ]
        assert len(joined) == len(set(joined)) == len(self.visitors)
        still_open = await redis.zrange(keys.open_consultations(organisation), 0, -1)
        assert sorted(map(str, still_open)) == sorted({*joined} - {self.talk})


@contextlib.asynccontextmanager
async def scene(url: str, organisation: OrganisationId) -> AsyncIterator[Scene]:
    cast = Regions([organisation])
    async with (
        staged(url, cast=cast) as one,
        staged(url, cast=cast) as two,
        people(one, two, organisation) as here,
    ):
        scene = Scene(here, (one, two))
        await scene.play()
        yield scene


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_sentinel_puts_the_replica_in_place(group: SentinelGroup, how: str) -> None:
    async with scene(group.url, OrganisationId(new_ulid())) as people_there:
        await until(group.replicated)
        fail(group.master, how)
        await until(group.promoted, seconds=20)
        await people_there.go_on()


@pytest.mark.parametrize("how", ["killed", "frozen"])
async def test_cluster_puts_the_replica_in_place(cluster: Cluster, how: str) -> None:
    first, second, _ = spread(cluster)
    async with scene(cluster.url, first) as people_there, scene(cluster.url, second) as others:
        await until(cluster.replicated)
        fail(cluster.masters[0], how)
        await until(cluster.promoted, seconds=20)
        await asyncio.gather(people_there.go_on(), others.go_on())


async def test_pages_go_on_hearing_each_other_while_another_master_is_away(
    cluster: Cluster,
) -> None:
    _, second, _ = spread(cluster)
    async with scene(cluster.url, second) as people_there:
        cluster.masters[0].freeze()
        for _ in range(5):
            await people_there.hear_each_other()
        assert not cluster.promoted(), "it took too long to tell"
        await until(cluster.promoted, seconds=20)
        await people_there.go_on()


async def test_master_without_a_replica_refuses_before_anything_is_changed(
    group: SentinelGroup,
) -> None:
    """As docs/OPERATIONS.md sets it: ``min-replicas-to-write``."""
    group.master.ask("CONFIG SET", "min-replicas-to-write", 1)

    def good_replicas() -> int:
        return int(group.master.facts("replication")["min_slaves_good_slaves"])

    await until(lambda: good_replicas() == 1)
    async with open_redis(group.url) as redis:
        room = Room(redis)
        first = await room.join("1")
        await room.attach(booth_person(room.booth("2").booth))
        before = await room.events()
        group.replica.kill()
        await until(lambda: good_replicas() == 0)
        with pytest.raises(RedisError, match="good replicas"):
            await room.join("2")
        assert await room.events() == before
        assert await redis.zrange(keys.open_consultations(room.organisation), 0, -1) == [first]


def fail(server: Server, how: str) -> None:
    if how == "killed":
        server.kill()
    else:
        server.freeze()
