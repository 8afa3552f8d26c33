"""How far the journal counts as archived, while several nodes are at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest
from redis.exceptions import ResponseError

from server.archive.group import GROUP, Group
from server.archive.store import split_id
from server.webhooks.horizon import Horizon, Place
from signaling import keys
from signaling.ids import EventId, OrganisationId, new_ulid
from signaling.journal import now_ms
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.histories import History
from tests.server.archive.watching import journal

ORGANISATION = OrganisationId(new_ulid())
JOURNAL = keys.journal(ORGANISATION)


@pytest.fixture
async def any_redis(any_redis_url: str) -> AsyncIterator[RedisClient]:
    async with open_redis(any_redis_url) as redis:
        yield redis
        await redis.delete(JOURNAL)


async def happened(redis: RedisClient) -> list[EventId]:
    await Group(redis, "one").join(ORGANISATION)
    await journal(redis, History(organisation=ORGANISATION).served())
    entries = cast("list[tuple[str, object]]", await redis.xrange(JOURNAL))
    return [EventId(entry) for entry, _ in entries]


async def read(redis: RedisClient, consumer: str, count: int) -> None:
    await redis.xreadgroup(GROUP, consumer, {JOURNAL: ">"}, count=count)


async def archived_before(redis: RedisClient) -> Place:
    return await Horizon(redis).archived_before(ORGANISATION)


async def test_nothing_is_archived_before_anyone_has_read(any_redis: RedisClient) -> None:
    (first, *_) = await happened(any_redis)
    assert await archived_before(any_redis) <= split_id(first)


async def test_the_slowest_node_counts(any_redis: RedisClient) -> None:
    events = await happened(any_redis)
    await read(any_redis, "slow", 2)
    await read(any_redis, "fast", 3)
    await any_redis.xack(JOURNAL, GROUP, *events[2:5])
    assert await archived_before(any_redis) == split_id(events[0])

    await any_redis.xack(JOURNAL, GROUP, *events[:2])
    ms, seq = split_id(events[4])
    assert await archived_before(any_redis) == (ms, seq + 1)


async def test_all_is_archived_up_to_now_and_not_further(any_redis: RedisClient) -> None:
    events = await happened(any_redis)
    await read(any_redis, "one", len(events))
    await any_redis.xack(JOURNAL, GROUP, *events)

    before = await now_ms(any_redis)
    horizon = await archived_before(any_redis)
    assert split_id(events[-1]) < horizon
    assert before <= horizon[0] <= await now_ms(any_redis) + 1

    await any_redis.xadd(JOURNAL, {"e": "{}"})
    assert await archived_before(any_redis) <= horizon


async def test_a_journal_made_anew_holds_back_nothing_that_is_archived(
    any_redis: RedisClient,
) -> None:
    events = await happened(any_redis)
    await any_redis.delete(JOURNAL)
    with pytest.raises(ResponseError):
        await archived_before(any_redis)
    await Group(any_redis, "one").join(ORGANISATION)
    assert await archived_before(any_redis) > split_id(events[-1])
