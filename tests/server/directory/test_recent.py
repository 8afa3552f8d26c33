"""A crowd that asks the same asks once, and nobody gets an answer that is too old."""

from __future__ import annotations

import asyncio

import pytest

from server.directory.recent import Recent
from signaling.errors import Code, OknoError


class Source:
    """Counts how often it is asked, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.lets = asyncio.Event()
        self.lets.set()
        self.broken = False

    async def __call__(self) -> int | None:
        self.asked += 1
        answer = self.asked
        await self.lets.wait()
        if self.broken:
            raise OknoError(Code.UNAVAILABLE)
        return answer


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recent(clock: Clock) -> Recent[int | None]:
    return Recent(clock, seconds=1.0, limit=3)


async def test_a_crowd_asks_once(recent: Recent[int | None]) -> None:
    source = Source()
    source.lets.clear()
    crowd = [asyncio.create_task(recent.get("same", source)) for _ in range(10_000)]
    await asyncio.sleep(0)
    source.lets.set()
    assert set(await asyncio.gather(*crowd)) == {1}
    assert source.asked == 1


async def test_an_answer_lasts_its_time_and_no_longer(
    recent: Recent[int | None], clock: Clock
) -> None:
    source = Source()
    answers = []
    for clock.now in (100.0, 100.9, 101.0, 101.9, 102.0):
        answers.append(await recent.get("same", source))
    assert answers == [1, 1, 2, 2, 3]


async def test_none_is_an_answer_too(recent: Recent[int | None]) -> None:
    asked = []

    async def nothing() -> None:
        asked.append(1)

    assert await recent.get("same", nothing) is None
    assert await recent.get("same", nothing) is None
    assert len(asked) == 1


async def test_a_refusal_is_shared_so_that_nobody_waits_twice(
    recent: Recent[int | None], clock: Clock
) -> None:
    source = Source()
    source.broken = True
    source.lets.clear()
    crowd = [asyncio.create_task(recent.get("same", source)) for _ in range(100)]
    await asyncio.sleep(0)
    source.lets.set()
    refusals = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(each) for each in refusals} == {OknoError}
    assert source.asked == 1

    source.broken = False
    clock.now += 1
    assert await recent.get("same", source) == 2


async def test_whoever_gives_up_spoils_nothing_for_the_others(
    recent: Recent[int | None],
) -> None:
    source = Source()
    source.lets.clear()
    first, second = (asyncio.create_task(recent.get("same", source)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    source.lets.set()
    assert await second == 2


async def test_only_so_many_answers_are_kept_the_newest_of_them(
    recent: Recent[int | None], clock: Clock
) -> None:
    source = Source()
    for key in "abc":
        await recent.get(key, source)
    clock.now += 1
    await recent.get("a", source)
    await recent.get("d", source)
    assert await recent.get("a", source) == 4
    assert await recent.get("b", source) == 6
