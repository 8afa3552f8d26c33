"""A booth that checks itself: marked after two bad checks, back after a good one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling import keys
from signaling.booths import BoothNow, Checks, booths_now
from signaling.checkup import Grade, Part, Why
from signaling.errors import Code
from signaling.events import BoothChecked
from signaling.facts import CameraFacts, Facts, MicrophoneFacts, NetworkFacts, SpeakerFacts
from signaling.model import Mode
from signaling.scripts import Scripts
from signaling.store import open_redis
from tests.signaling.room import Room, refused

GOOD = Facts(
    camera=CameraFacts(pictures=10, changed=9, brightness=90, width=640, height=480),
    microphone=MicrophoneFacts(loudest=-40),
    speaker=SpeakerFacts(played=True, heard=1, returned=1),
    network=NetworkFacts(outcome="connected", up=900, down=900),
)
BLIND = Facts(camera=CameraFacts(missing="missing"), microphone=GOOD.microphone)
DEAF = Facts(camera=GOOD.camera, microphone=MicrophoneFacts(missing="missing"))
CUT_OFF = Facts(network=NetworkFacts(outcome="no_path"))
NOBODY = Facts(network=NetworkFacts(outcome="no_probe"))


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def check(room: Room, *found: Facts, name: str = "1") -> None:
    checks = Checks(Scripts(room.redis), room.timings)
    for facts in found:
        await checks.take(room.organisation, room.booth(name).booth, facts)


async def told(room: Room) -> list[BoothChecked]:
    return [each for each in await room.events() if isinstance(each, BoothChecked)]


async def now(room: Room) -> BoothNow:
    (found,) = await booths_now(room.redis, room.organisation, [room.booth().booth])
    return found


async def test_without_a_microphone_twice_speech_is_refused_and_signing_is_not(room: Room) -> None:
    await room.open()
    await check(room, GOOD, DEAF)
    first = await room.visitor()
    assert first.health is not None
    assert (first.health.cannot, first.health.bad) == ([], True)
    await check(room, DEAF)
    state = await room.visitor()
    assert state.health is not None
    assert state.health.cannot == [Mode.SPEECH]
    assert state.health.failed == {Part.MICROPHONE: Why.MISSING}
    assert await refused(room.join()) is Code.BOOTH_UNFIT
    assert await room.join(mode=Mode.SIGN)


async def test_a_blind_booth_still_serves_speech(room: Room) -> None:
    await room.open()
    await check(room, BLIND, BLIND)
    assert await refused(room.join(mode=Mode.SIGN)) is Code.BOOTH_UNFIT
    assert await room.join()


async def test_one_good_check_returns_the_booth(room: Room) -> None:
    await room.open()
    await check(room, DEAF, DEAF, GOOD)
    state = await room.visitor()
    assert state.health is not None
    assert (state.health.cannot, state.health.failed, state.health.bad) == ([], {}, False)
    assert await room.join()


async def test_a_ticket_from_elsewhere_is_not_claimed_where_it_cannot_be_served(
    room: Room,
) -> None:
    ticket = await room.elsewhere()
    await room.open()
    await check(room, DEAF, DEAF)
    assert await refused(room.line.claim(room.booth(), ticket.ticket)) is Code.BOOTH_UNFIT
    await room.open("2")
    assert await room.line.claim(room.booth("2"), ticket.ticket) == ticket.id


async def test_what_nobody_knows_changes_nothing(room: Room) -> None:
    await room.open()
    await check(room, GOOD, NOBODY, NOBODY, NOBODY)
    state = await room.visitor()
    assert state.health is not None
    assert state.health.cannot == []
    await check(room, CUT_OFF, CUT_OFF)
    assert await refused(room.join()) is Code.BOOTH_UNFIT
    await check(room, NOBODY)
    assert await refused(room.join()) is Code.BOOTH_UNFIT, "still: it has not passed"


async def test_a_probe_that_never_was_reached_is_not_the_booths_fault(room: Room) -> None:
    await room.open()
    await check(room, CUT_OFF, CUT_OFF, CUT_OFF)
    assert await room.join()


async def test_a_booth_with_a_visitor_is_not_judged(room: Room) -> None:
    await room.join()
    assert await refused(check(room, DEAF)) is Code.WRONG_STATE
    assert await told(room) == []


async def test_the_journal_says_what_changed_and_nothing_in_between(room: Room) -> None:
    await room.open()
    await check(room, GOOD, GOOD, DEAF, DEAF, DEAF, GOOD)
    said = [(each.grades[Part.MICROPHONE], each.cannot) for each in await told(room)]
    assert said == [(Grade.GOOD, []), (Grade.FAILED, [Mode.SPEECH]), (Grade.GOOD, [])]


async def test_the_journal_is_told_once_a_day_at_least(room: Room) -> None:
    await room.open()
    await check(room, GOOD)
    name, booth = keys.health(room.organisation), room.booth().booth
    text = str(await room.redis.hget(name, booth))
    before = text.split('"told":')[1].split(",", maxsplit=1)[0].rstrip("}")
    old = text.replace(f'"told":{before}', '"told":1')
    await room.redis.hset(name, booth, old)
    await check(room, GOOD)
    assert len(await told(room)) == 2


async def test_staff_see_who_is_there_and_since_when_what_is_wrong(room: Room) -> None:
    assert await now(room) == BoothNow(id=room.booth().booth, up=False, standing=None)
    await room.open()
    await check(room, GOOD, DEAF, DEAF)
    found = await now(room)
    assert found.up
    assert found.standing is not None
    assert found.standing.modes == (Mode.SPEECH,)
    (part,) = found.standing.failed
    assert part is Part.MICROPHONE
    assert found.standing.since == found.standing.failed[part].since == (await told(room))[-1].at
