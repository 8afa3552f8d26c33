"""That somebody writes is written down once for each talk and side, and nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from signaling.errors import Code
from signaling.events import TextUsed
from signaling.ids import BoothId, UserId
from signaling.model import Side
from signaling.reports import ReportText
from signaling.scripts import Scripts
from signaling.store import open_redis
from signaling.writing import Writing
from tests.signaling.cast import staged
from tests.signaling.room import Room, refused
from tests.signaling.steps import refusal, talking


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def told(room: Room) -> list[tuple[Side, int | None]]:
    events = [each for each in await room.events() if isinstance(each, TextUsed)]
    return [(each.side, each.delay) for each in events]


async def test_each_side_is_journaled_when_it_begins_and_how_fast_it_was(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    link = await room.link(visitor)
    report = partial(Writing(Scripts(room.redis)).report, room.organisation)
    booth = partial(report, Side.VISITOR, room.booth().booth, link)
    staff = partial(report, Side.CONSULTANT, anna, link)
    assert await refused(booth(None)) == Code.WRONG_STATE, "nobody has accepted"
    await room.talk(anna)
    for _ in range(3):
        await booth(None)
    await staff(None)
    for side, who in ((Side.VISITOR, BoothId("other")), (Side.CONSULTANT, UserId("boris"))):
        assert await refused(report(side, who, link, None)) == Code.WRONG_STATE
    await room.line.hang_up(room.organisation, Side.CONSULTANT, anna, visitor)
    assert await refused(staff(None)) == Code.WRONG_STATE
    for _ in range(3):
        await booth(120)
    await booth(7)
    assert await told(room) == [
        (Side.VISITOR, None),
        (Side.CONSULTANT, None),
        (Side.VISITOR, 120),
    ]


async def test_the_next_talk_is_another(room: Room) -> None:
    visitor = await room.join()
    report = partial(
        Writing(Scripts(room.redis)).report, room.organisation, Side.VISITOR, room.booth().booth
    )
    await room.talk(await room.available("anna"))
    first = await room.link(visitor)
    await report(first, None)
    await room.line.sign_out(room.organisation, UserId("anna"))
    await room.talk(await room.available("boris"))
    assert await refused(report(first, 120)) == Code.WRONG_STATE
    await report(await room.link(visitor), None)
    assert await told(room) == [(Side.VISITOR, None)] * 2


async def test_it_comes_over_the_wire_from_both(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        booth = await stage.client("1", "booth")
        consultant = await stage.client("anna", "workspace")
        link = await talking(booth, consultant)
        for page in (booth, consultant):
            await page.request(ReportText(link=link))
            assert (await refusal(page, ReportText(link=link, delay=-1))).field == "delay"
