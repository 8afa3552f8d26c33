"""A person of the centre is called to a booth: one call at a time, and never for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from signaling import keys
from signaling.checkup import Part
from signaling.errors import Code
from signaling.host_events import HostCalled, HostComing, HostEnd, HostEvent, HostReleased
from signaling.hosts import Hosts, host_calls
from signaling.ids import UserId
from signaling.issues import Issue
from signaling.messages import BoothState, Wall
from signaling.model import State
from signaling.parts import HostCall
from signaling.reports import CallHost, ReleaseHost
from signaling.scripts import Scripts
from signaling.store import open_redis
from tests.signaling.cast import Cast, staged
from tests.signaling.room import Room, refused
from tests.signaling.steps import JOIN, in_state, refusal, talking
from tests.signaling.test_booths import DEAF, check

IVAN, OLGA = UserId("ivan"), UserId("olga")


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


@pytest.fixture
def hosts(room: Room) -> Hosts:
    return Hosts(Scripts(room.redis), room.timings)


async def journaled(room: Room) -> list[HostEvent]:
    return [each for each in await room.events() if isinstance(each, HostEvent)]


async def wanted(room: Room) -> list[HostCall]:
    return await host_calls(room.redis, room.organisation)


async def ends(room: Room) -> list[HostEnd]:
    return [each.reason for each in await journaled(room) if isinstance(each, HostReleased)]


async def figures(room: Room) -> dict[object, object]:
    found = await room.redis.hgetall(keys.totals(room.organisation))
    return {name: value for name, value in found.items() if str(name).startswith("host_")}


async def test_a_call_is_open_once_answered_once_and_settled(room: Room, hosts: Hosts) -> None:
    await room.open()
    booth = (room.organisation, room.booth().booth)
    await hosts.call(*booth, [Issue.CAMERA_MISSING, Issue.CAMERA_MISSING])
    await hosts.call(*booth)
    (call,) = await wanted(room)
    assert (call.issues, call.coming_at, call.consultation) == ([Issue.CAMERA_MISSING], None, None)
    state = await room.visitor()
    assert state.host is not None
    assert (state.host.at, state.host.coming_at) == (call.at, None)

    await hosts.coming(*booth, IVAN)
    await hosts.coming(*booth, IVAN)
    assert await refused(hosts.coming(*booth, OLGA)) is Code.WRONG_STATE
    (call,) = await wanted(room)
    state = await room.visitor()
    assert state.host is not None
    assert call.user == IVAN
    assert call.coming_at is not None
    assert state.host.coming_at == call.coming_at

    await hosts.settle(*booth, OLGA)
    await hosts.settle(*booth, OLGA)
    assert await wanted(room) == []
    assert (await room.visitor()).host is None
    assert await refused(hosts.coming(*booth, IVAN)) is Code.WRONG_STATE
    called, coming, released = await journaled(room)
    assert isinstance(called, HostCalled)
    assert called.issues == [Issue.CAMERA_MISSING]
    assert isinstance(coming, HostComing)
    assert isinstance(released, HostReleased)
    assert (released.reason, released.user) == (HostEnd.DONE, OLGA)
    assert await figures(room) == {
        "host_calls": "1",
        "host_answers": "1",
        "host_answer_seconds": "0",
    }


async def test_neither_place_nor_talk_is_touched_and_the_record_knows(
    room: Room, hosts: Hosts
) -> None:
    visitor = await room.join()
    booth = (room.organisation, room.booth().booth)
    await hosts.call(*booth)
    assert await room.in_line() == [visitor]
    await room.talk(await room.available("anna"))
    await hosts.coming(*booth, IVAN)
    await hosts.release(*booth)
    assert await room.state(visitor) is State.ACTIVE
    assert (await room.visitor()).consultation is not None
    told = await journaled(room)
    assert [each.consultation for each in told] == [visitor] * 3
    assert await ends(room) == [HostEnd.NOT_NEEDED]


async def test_who_has_left_needs_nobody_but_a_broken_booth_does(room: Room, hosts: Hosts) -> None:
    await room.open()
    booth = (room.organisation, room.booth().booth)
    await hosts.call(*booth)
    await hosts.release(*booth, HostEnd.LEFT)
    assert await wanted(room) == []

    await check(room, DEAF, DEAF)
    await hosts.call(*booth)
    await hosts.release(*booth, HostEnd.LEFT)
    (call,) = await wanted(room)
    assert (call.left, call.failed) == (True, [Part.MICROPHONE])
    assert (await room.visitor()).host is None, "the next visitor has called nobody"
    await hosts.release(*booth)
    assert len(await wanted(room)) == 1, "nor can they take it back"

    await hosts.call(*booth, [Issue.SPEAKER_MISSING])
    (call,) = await wanted(room)
    assert not call.left
    assert await ends(room) == [HostEnd.LEFT, HostEnd.AGAIN]


async def test_no_call_is_open_for_ever(room: Room, hosts: Hosts) -> None:
    await room.open()
    booth = (room.organisation, room.booth().booth)
    deadline = f"host:{room.booth().booth}"
    assert await room.run_out(deadline) is False, "there is none"
    await hosts.call(*booth)
    assert await room.run_out(deadline)
    state = await room.visitor()
    assert (state.host, state.cause) == (None, "host_run_out")
    await hosts.call(*booth, [Issue.CAMERA_BLACK])
    await hosts.coming(*booth, IVAN)
    await hosts.release(*booth, HostEnd.LEFT)
    assert await room.run_out(deadline)
    assert await wanted(room) == []
    assert await ends(room) == [HostEnd.RUN_OUT, HostEnd.RUN_OUT]
    assert await room.redis.zscore(keys.deadlines(room.organisation), deadline) is None


async def test_the_desk_is_told_who_calls_those_without_an_answer_first(
    room: Room, hosts: Hosts
) -> None:
    for name in ("1", "2", "3"):
        await room.open(name)
        await hosts.call(room.organisation, room.booth(name).booth)
    await hosts.coming(room.organisation, room.booth("1").booth, IVAN)
    assert [each.booth for each in await wanted(room)] == ["booth-2", "booth-3", "booth-1"]


async def test_a_call_is_known_on_every_node_and_after_a_reload(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as here, staged(redis_url, cast=cast) as there:
        booth = await here.client("1", "booth")
        desk = await there.client("ivan", "desk")
        await booth.request(CallHost(issues=[Issue.MICROPHONE_SILENT]))
        await booth.request(CallHost())
        called = await booth.wait_for(BoothState, lambda state: state.host is not None)
        wall = await desk.wait_for(Wall, lambda wall: len(wall.calls) == 1)
        assert wall.calls[0].issues == [Issue.MICROPHONE_SILENT]

        reloaded = await there.client("1", "booth")
        assert isinstance(reloaded.state, BoothState)
        assert reloaded.state.host == called.host
        await talking(reloaded, await here.client("anna", "workspace"))
        await reloaded.request(ReleaseHost())
        await desk.wait_for(Wall, lambda wall: wall.calls == [])
        await reloaded.request(ReleaseHost())
        await in_state(reloaded, State.ACTIVE)
        assert (await refusal(desk, CallHost())).code == Code.WRONG_ROLE


async def test_only_booths_call(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        consultant = await stage.client("anna", "workspace")
        for message in (CallHost(), ReleaseHost()):
            assert (await refusal(consultant, message)).code == Code.WRONG_ROLE
        booth = await stage.client("1", "booth")
        await booth.request(JOIN)
        await booth.request(ReleaseHost(reason="left"))
        await in_state(booth, State.WAITING)
