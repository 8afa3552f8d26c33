"""Organisations on the masters of a real Redis Cluster, and nodes that share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from redis.exceptions import AskError, CrossSlotTransactionError

from server.embedded_redis import find_binary
from signaling import keys
from signaling.cluster import ClusterRedis
from signaling.fold import fold
from signaling.ids import new_ulid
from signaling.journal import read
from signaling.messages import BoothState, FinishWrapUp
from signaling.model import State
from signaling.ports import RedisClient
from signaling.store import CONNECTIONS, Script, open_redis
from tests.engines import oldest_redis
from tests.redis_groups import Cluster, Server, redis_cluster
from tests.signaling.cast import staged
from tests.signaling.regions import (
    People,
    Regions,
    hang_up,
    meet,
    people,
    spread,
)
from tests.signaling.room import Room
from tests.signaling.steps import in_state, offered
from tests.waiting import until


@pytest.fixture(scope="module", params=["oldest redis", "valkey"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    program = find_binary() if request.param == "valkey" else oldest_redis()
    with redis_cluster(program) as cluster:
        yield cluster


@pytest.fixture
async def redis(cluster: Cluster) -> AsyncIterator[RedisClient]:
    async with open_redis(cluster.url) as client:
        yield client


async def test_consultations_of_organisations_on_different_masters(cluster: Cluster) -> None:
    """Whole lives side by side: visitors on one node, consultants on the other."""
    regions = spread(cluster)
    cast = Regions(regions)

    async def live(here: People) -> None:
        visitor, consultant = await here.booth("1"), await here.consultant("anna")
        consultation = await meet(visitor, consultant)
        await hang_up(visitor, consultant, consultation)
        await consultant.request(FinishWrapUp(consultation=consultation, outcome="served"))
        done = await in_state(visitor, State.CLOSED)
        assert isinstance(done, BoothState)
        assert done.consultation is not None
        assert done.consultation.outcome == "served"

    async with staged(cluster.url, cast=cast) as one, staged(cluster.url, cast=cast) as two:
        async with AsyncExitStack() as stack:
            everywhere = [
                await stack.enter_async_context(people(one, two, each)) for each in regions
            ]
            await asyncio.gather(*map(live, everywhere))
        for organisation, master in zip(regions, cluster.masters, strict=True):
            assert master.ask("EXISTS", keys.journal(organisation)) == 1
            record = fold([entry async for entry in read(one.redis, organisation)])
            assert record is not None
            assert record.outcome == "served"


async def test_deadlines_run_out_on_every_master(cluster: Cluster, redis: RedisClient) -> None:
    regions = spread(cluster)
    cast = Regions(regions)
    async with staged(cluster.url, cast=cast) as one, staged(cluster.url, cast=cast) as two:
        for organisation in regions:
            async with people(one, two, organisation) as here:
                visitor, consultant = await here.booth("1"), await here.consultant("anna")
                link = await offered(visitor, consultant)
                due = {f"offer:{link.rpartition('-')[0]}": 1}
                await redis.zadd(keys.deadlines(organisation), due, xx=True)
                await in_state(visitor, State.WAITING)
                await in_state(consultant, None)


async def test_commands_for_several_masters_are_answered_in_order(
    cluster: Cluster, redis: RedisClient
) -> None:
    names = [keys.number(each, "centre", "day") for each in spread(cluster)]  # type: ignore[arg-type] # a day is any text
    async with redis.pipeline(transaction=False) as pipe:
        for number, name in enumerate([*names, *names]):
            pipe.incrby(name, number)
        assert await pipe.execute() == [0, 1, 2, 3, 5, 7]
    async with redis.pipeline(transaction=True) as pipe:
        pipe.incr(names[0])
        pipe.incr(names[1])
        with pytest.raises(CrossSlotTransactionError):
            await pipe.execute()


async def test_keys_of_an_organisation_are_found_on_its_master(
    cluster: Cluster, redis: RedisClient
) -> None:
    for organisation in spread(cluster):
        names = {f"{keys.prefix(organisation)}{number}" for number in range(30)}
        async with redis.pipeline(transaction=True) as pipe:
            for name in names:
                pipe.set(name, "x", ex=60)
            await pipe.execute()
        pattern = f"{keys.prefix(organisation)}*"
        assert {str(name) async for name in redis.scan_iter(pattern, count=5)} == names


async def test_more_requests_than_connections_wait_their_turn(redis: RedisClient) -> None:
    answers = await asyncio.gather(*(redis.incr("okno:throttle:x") for _ in range(4 * CONNECTIONS)))
    assert sorted(answers) == list(range(1, 4 * CONNECTIONS + 1))


async def test_script_is_brought_to_each_master_that_does_not_know_it(
    cluster: Cluster, redis: RedisClient
) -> None:
    script = Script(redis, f"return {{KEYS[1], ARGV[1]}} -- {new_ulid()}")
    for organisation in spread(cluster) * 2:
        assert await script(keys.prefix(organisation), "x") == [keys.prefix(organisation), "x"]


async def test_moved_slot_is_followed_and_told_to_those_who_listen(
    cluster: Cluster, redis: RedisClient
) -> None:
    assert isinstance(redis, ClusterRedis)
    name = keys.journal(spread(cluster)[0])
    assert await redis.get(name) is None
    before = redis.changes
    _give(cluster, name, cluster.masters[1])
    try:
        async with redis.pipeline(transaction=True) as pipe:
            pipe.set(name, "here", ex=60)
            pipe.get(name)
            assert await pipe.execute() == [True, "here"]
        assert cluster.masters[1].ask("GET", name) == "here"

        async def told() -> bool:
            await redis.ping()
            return redis.changes > before

        await until(told)
    finally:
        await redis.delete(name)
        _give(cluster, name, cluster.masters[0])


async def test_nothing_is_done_in_an_organisation_that_is_half_moved(
    cluster: Cluster, redis: RedisClient
) -> None:
    """Its scripts would find only a part of its keys."""
    room = Room(redis)
    room.organisation = spread(cluster)[0]
    first = await room.join("1")
    slot = cluster.masters[0].ask("CLUSTER KEYSLOT", keys.journal(room.organisation))
    there, here = cluster.masters[1], cluster.masters[0]
    there.ask("CLUSTER SETSLOT", slot, "IMPORTING", here.ask("CLUSTER MYID"))
    here.ask("CLUSTER SETSLOT", slot, "MIGRATING", there.ask("CLUSTER MYID"))
    try:
        with pytest.raises(AskError):
            await room.join("2")
        assert there.ask("CLUSTER COUNTKEYSINSLOT", slot) == 0
    finally:
        for each in (here, there):
            each.ask("CLUSTER SETSLOT", slot, "STABLE")
    assert await room.state(first) == State.WAITING
    assert await room.join("2")


async def test_organisation_that_is_moved_at_once_is_found_in_its_new_place() -> None:
    """As newer servers move slots."""
    with redis_cluster(find_binary()) as cluster:
        async with open_redis(cluster.url) as redis:
            room = Room(redis)
            room.organisation = spread(cluster)[0]
            first = await room.join("1")
            old, new = cluster.masters[:2]
            slot = old.ask("CLUSTER KEYSLOT", keys.journal(room.organisation))
            target = new.ask("CLUSTER MYID")
            old.ask("CLUSTER MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", target)
            await until(lambda: new.ask("CLUSTER COUNTKEYSINSLOT", slot) > 0)
            await until(lambda: old.ask("CLUSTER COUNTKEYSINSLOT", slot) == 0)
            second = await room.join("2")
            assert (await room.place("1"), await room.place("2")) != (None, None)
            assert await room.state(first) == await room.state(second) == State.WAITING


def _give(cluster: Cluster, key: str, new: Server) -> None:
    slot = new.ask("CLUSTER KEYSLOT", key)
    for each in (new, *cluster.masters):
        each.ask("CLUSTER SETSLOT", slot, "NODE", new.ask("CLUSTER MYID"))
