"""What is shown in a talk: written down once for each change, by whose it is to show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from signaling.errors import Code
from signaling.events import Shown
from signaling.ids import BoothId, UserId
from signaling.model import Side
from signaling.reports import MAX_PHOTO_KIB, ReportShowing
from signaling.showing import Exhibit
from signaling.store import open_redis
from tests.signaling.cast import staged
from tests.signaling.room import Room, refused
from tests.signaling.steps import refusal, talking


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def told(room: Room) -> list[tuple[Side, Exhibit, bool, int]]:
    events = [each for each in await room.events() if isinstance(each, Shown)]
    return [(each.side, each.what, each.on, each.kib) for each in events]


async def test_what_is_shown_is_journaled_once_for_each_change(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    await room.talk(anna)
    link = await room.link(visitor)
    report = partial(room.line.report_showing, room.organisation)
    booth = partial(report, Side.VISITOR, room.booth().booth, link)
    staff = partial(report, Side.CONSULTANT, anna, link)
    await booth(Exhibit.DOCUMENT, on=False)
    await booth(Exhibit.DOCUMENT, on=True)
    await booth(Exhibit.DOCUMENT, on=True)
    await staff(Exhibit.SCREEN, on=True)
    await booth(Exhibit.PHOTO, on=True, photo="one", kib=340)
    await booth(Exhibit.PHOTO, on=True, photo="one", kib=340)
    await booth(Exhibit.PHOTO, on=True, photo="two", kib=90)
    await booth(Exhibit.DOCUMENT, on=False)
    await staff(Exhibit.SCREEN, on=False)
    await booth(Exhibit.DOCUMENT, on=True)
    assert await told(room) == [
        (Side.VISITOR, Exhibit.DOCUMENT, True, 0),
        (Side.CONSULTANT, Exhibit.SCREEN, True, 0),
        (Side.VISITOR, Exhibit.PHOTO, True, 340),
        (Side.VISITOR, Exhibit.PHOTO, True, 90),
        (Side.VISITOR, Exhibit.DOCUMENT, False, 0),
        (Side.CONSULTANT, Exhibit.SCREEN, False, 0),
        (Side.VISITOR, Exhibit.DOCUMENT, True, 0),
    ]
    await room.finish(anna, visitor)
    assert await refused(booth(Exhibit.DOCUMENT, on=False)) == Code.WRONG_STATE


async def test_the_next_talk_begins_with_nothing_shown(room: Room) -> None:
    visitor = await room.join()
    await room.talk(await room.available("anna"))
    first = await room.link(visitor)
    report = partial(room.line.report_showing, room.organisation, Side.VISITOR, room.booth().booth)
    await report(first, Exhibit.DOCUMENT, on=True)
    await room.line.sign_out(room.organisation, UserId("anna"))
    await room.talk(await room.available("boris"))
    second = await room.link(visitor)
    assert await refused(report(first, Exhibit.DOCUMENT, on=False)) == Code.WRONG_STATE
    await report(second, Exhibit.DOCUMENT, on=True)
    assert [on for _, _, on, _ in await told(room)] == [True, True]


async def test_nobody_shows_for_others_before_the_talk_or_for_ever(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    link = await room.link(visitor)
    report = partial(room.line.report_showing, room.organisation)
    mine = partial(report, Side.VISITOR, room.booth().booth, link, Exhibit.DOCUMENT)
    assert await refused(mine(on=True)) == Code.WRONG_STATE
    await room.talk(anna)
    for side, who in ((Side.VISITOR, BoothId("other")), (Side.CONSULTANT, UserId("boris"))):
        step = report(side, who, link, Exhibit.DOCUMENT, on=True)
        assert await refused(step) == Code.WRONG_STATE
    for _ in range(100):
        await mine(on=True)
        await mine(on=False)
    assert await refused(mine(on=True)) == Code.TOO_FAST


async def test_what_ends_is_heard_also_after_too_many_changes(room: Room) -> None:
    visitor = await room.join()
    await room.talk(await room.available("anna"))
    link = await room.link(visitor)
    report = partial(room.line.report_showing, room.organisation, Side.VISITOR, room.booth().booth)
    for number in range(199):
        await report(link, Exhibit.PHOTO, on=True, photo=str(number), kib=1)
    await report(link, Exhibit.DOCUMENT, on=True)
    late = report(link, Exhibit.PHOTO, on=True, photo="late", kib=1)
    assert await refused(late) == Code.TOO_FAST
    await report(link, Exhibit.DOCUMENT, on=False)
    assert (await told(room))[-1] == (Side.VISITOR, Exhibit.DOCUMENT, False, 0)


async def test_what_is_shown_comes_over_the_wire_from_whose_it_is(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        booth = await stage.client("1", "booth")
        consultant = await stage.client("anna", "workspace")
        link = await talking(booth, consultant)
        document = ReportShowing(link=link, what=Exhibit.DOCUMENT, on=True)
        screen = ReportShowing(link=link, what=Exhibit.SCREEN, on=True)
        await booth.request(document)
        await consultant.request(screen)
        for page, not_theirs in ((booth, screen), (consultant, document)):
            refused_with = await refusal(page, not_theirs)
            assert (refused_with.code, refused_with.field) == (Code.BAD_FIELD, "what")
        photo = ReportShowing(
            link=link, what=Exhibit.PHOTO, on=True, photo="one", kib=MAX_PHOTO_KIB + 1
        )
        assert (await refusal(booth, photo)).field == "kib"
