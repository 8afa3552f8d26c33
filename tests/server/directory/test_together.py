"""Those who ask at the same moment are asked for together, each gets their own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from server.directory.together import Together
from signaling.errors import Code, OknoError


class Source:
    """Knows the squares of even numbers, and answers when it is let."""

    def __init__(self) -> None:
        self.asked: list[set[int]] = []
        self.lets = asyncio.Event()
        self.broken = False

    async def __call__(self, keys: Collection[int]) -> dict[int, int]:
        self.asked.append(set(keys))
        await self.lets.wait()
        if self.broken:
            raise OknoError(Code.UNAVAILABLE)
        return {key: key * key for key in keys if key % 2 == 0}


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def together(source: Source) -> Together[int, int]:
    return Together(source)


async def _begin(together: Together[int, int], keys: Collection[int]) -> list[asyncio.Task[object]]:
    tasks: list[asyncio.Task[object]] = [asyncio.create_task(together.get(key)) for key in keys]
    await asyncio.sleep(0)
    return tasks


async def test_a_crowd_is_asked_for_in_two_questions(
    together: Together[int, int], source: Source
) -> None:
    first = await _begin(together, [0])
    crowd = await _begin(together, range(1, 10_000))
    assert source.asked == [{0}]
    source.lets.set()
    found = await asyncio.gather(*first, *crowd)
    assert found == [key * key if key % 2 == 0 else None for key in range(10_000)]
    assert source.asked == [{0}, set(range(1, 10_000))]


async def test_whoever_comes_later_is_not_given_an_earlier_answer(
    together: Together[int, int], source: Source
) -> None:
    source.lets.set()
    assert [await together.get(2), await together.get(2)] == [4, 4]
    assert source.asked == [{2}, {2}]
    source.lets.clear()
    (early,) = await _begin(together, [2])
    (late,) = await _begin(together, [2])
    source.lets.set()
    assert list(await asyncio.gather(early, late)) == [4, 4]
    assert source.asked[2:] == [{2}, {2}]


async def test_all_are_refused_together_and_the_next_is_asked_for_again(
    together: Together[int, int], source: Source
) -> None:
    await _begin(together, [0])
    crowd = await _begin(together, [2, 4])
    source.broken = True
    source.lets.set()
    for refused in await asyncio.gather(*crowd, return_exceptions=True):
        assert isinstance(refused, OknoError)
        assert refused.code == Code.UNAVAILABLE
    assert source.asked == [{0}, {2, 4}]
    source.broken = False
    assert await together.get(2) == 4


async def test_those_who_wait_get_an_answer_when_the_one_who_asked_has_gone(
    together: Together[int, int], source: Source
) -> None:
    await _begin(together, [0])
    leader, *others = await _begin(together, [2, 4, 6])
    source.lets.set()
    leader.cancel()
    assert list(await asyncio.gather(*others)) == [16, 36]


async def test_whoever_asked_for_all_may_go_while_asking(
    together: Together[int, int], source: Source
) -> None:
    (leader,) = await _begin(together, [2])
    leader.cancel()
    source.lets.set()
    assert await together.get(4) == 16
