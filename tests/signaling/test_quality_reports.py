"""What pages report of their links: kept as it is, and only of a talk of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling import keys
from signaling.errors import Code
from signaling.events import Measured
from signaling.ids import BoothId, LinkId, UserId
from signaling.measures import Path, Picture, Sample, Sound, Way
from signaling.model import Side
from signaling.reports import ReportQuality
from signaling.store import open_redis
from signaling.views import wall
from tests.signaling.cast import staged
from tests.signaling.room import Room, refused
from tests.signaling.steps import refusal, talking

GOOD = Sample(
    span=5000,
    rtt=20,
    path=Path(local="relay", protocol="tls"),
    offset=-12,
    received=Way(audio=Sound(kbps=32, level=31), video=Picture(kbps=900, fps=25, width=1280)),
    sent=Way(audio=Sound(loss=None)),
)
BAD = Sample(span=5000, received=Way(audio=Sound(loss=150), video=Picture(loss=90)))
DEAD = Sample(span=5000, received=Way(audio=Sound(loss=1000)))


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


class Talk:
    """A talk whose visitor's page reports without the seconds in between."""

    def __init__(self, room: Room, link: LinkId) -> None:
        self.room = room
        self.link = link

    async def report(self, sample: Sample, side: Side = Side.VISITOR) -> None:
        who = self.room.booth().booth if side is Side.VISITOR else UserId("anna")
        await self.room.measuring.report(self.room.organisation, side, who, self.link, sample)

    async def report_later(self, sample: Sample, side: Side = Side.VISITOR) -> None:
        """Five seconds after the last one, as its node is made to believe."""
        consultation = keys.consultation(
            self.room.organisation,
            (await self.room.visitor()).consultation.id,  # type: ignore[union-attr] # they talk
        )
        field = f"quality:{self.link}:{side}"
        at, _, shown = str(await self.room.redis.hget(consultation, field) or "5000 ").partition(
            " "
        )
        await self.room.redis.hset(consultation, field, f"{int(at) - 5000} {shown}")
        await self.report(sample, side)

    async def weak(self) -> dict[str, int]:
        """Who gets how little, as the wall is to show it."""
        found = await self.room.redis.hgetall(keys.weak(self.room.organisation))
        return {str(side): int(str(text).split()[1]) for side, text in found.items()}


@pytest.fixture
async def talk(room: Room) -> Talk:
    visitor = await room.join()
    await room.talk(await room.available("anna"))
    return Talk(room, await room.link(visitor))


async def test_a_sample_is_journaled_as_it_is(talk: Talk) -> None:
    await talk.report(GOOD)
    await talk.report(BAD, Side.CONSULTANT)
    found = [each for each in await talk.room.events() if isinstance(each, Measured)]
    assert [(each.side, each.link, each.sample) for each in found] == [
        (Side.VISITOR, talk.link, GOOD),
        (Side.CONSULTANT, talk.link, BAD),
    ]


async def test_each_end_reports_once_in_four_seconds(talk: Talk) -> None:
    await talk.report(GOOD)
    assert await refused(talk.report(GOOD)) == Code.TOO_FAST
    await talk.report(GOOD, Side.CONSULTANT)
    await talk.report_later(GOOD)
    assert sum(isinstance(each, Measured) for each in await talk.room.events()) == 3


async def test_the_wall_hears_of_a_weak_connection_while_it_is_weak(talk: Talk) -> None:
    end = f"{talk.link}:visitor"
    await talk.report(GOOD)
    assert await talk.weak() == {}
    await talk.report_later(BAD)
    assert await talk.weak() == {end: 28}
    await talk.report_later(DEAD)
    assert await talk.weak() == {end: 5}
    await talk.report_later(GOOD)
    assert (await talk.weak()).keys() == set(), "a good span lifts it by two fifths of the way"


async def test_nothing_is_weak_any_more_when_the_talk_is_over(talk: Talk) -> None:
    await talk.report(DEAD)
    await talk.report(DEAD, Side.CONSULTANT)
    assert len(await talk.weak()) == 2
    consultation = (await talk.room.visitor()).consultation
    assert consultation is not None
    await talk.room.finish(UserId("anna"), consultation.id)
    assert await talk.weak() == {}


async def test_nobody_reports_before_the_talk_after_it_or_for_others(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    link = await room.link(visitor)
    of = room.measuring.report
    mine = (room.organisation, Side.VISITOR, room.booth().booth, link, GOOD)
    assert await refused(of(*mine)) == Code.WRONG_STATE, "it only rings"
    await room.talk(anna)
    for side, who, over in (
        (Side.VISITOR, BoothId("other"), link),
        (Side.CONSULTANT, UserId("boris"), link),
        (Side.VISITOR, room.booth().booth, LinkId(f"{link}-vi")),
        (Side.VISITOR, room.booth().booth, LinkId("nonsense")),
    ):
        assert await refused(of(room.organisation, side, who, over, GOOD)) == Code.WRONG_STATE
    await room.finish(anna, visitor)
    assert await refused(of(*mine)) == Code.WRONG_STATE
    assert not [each for each in await room.events() if isinstance(each, Measured)]


async def test_reports_come_over_the_wire_from_both_sides_and_are_counted(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        booth = await stage.client("1", "booth")
        consultant = await stage.client("anna", "workspace")
        link = await talking(booth, consultant)
        report = ReportQuality(link=link, sample=GOOD)
        await booth.request(report)
        await consultant.request(report)
        assert (await refusal(booth, report)).code == Code.TOO_FAST
        desk = await stage.client("ivan", "desk")
        assert (await refusal(desk, report)).code == Code.WRONG_ROLE
        assert sorted(stage.counts.scores) == [
            (side, kind, 100) for side in ("consultant", "visitor") for kind in ("audio", "video")
        ]


async def test_the_wall_lists_weak_talks_by_their_worse_side(talk: Talk) -> None:
    room = talk.room
    await talk.report(BAD)
    await talk.report(DEAD, Side.CONSULTANT)
    [row] = (await wall(room.redis, room.organisation)).weak
    assert (row.centre, row.booth) == ("Centre", "Booth 1")
    assert (row.side, row.score) == (Side.CONSULTANT, 0)

    # A page that has said nothing for half a minute is away.
    for end in await talk.weak():
        await room.redis.hset(keys.weak(room.organisation), end, "1 0")
    assert (await wall(room.redis, room.organisation)).weak == []
