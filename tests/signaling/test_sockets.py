"""Sockets that come, go, take over and are taken over, on real nodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import ClientSession

from signaling import keys
from signaling.client import Client
from signaling.connection import OUTBOX_LIMIT
from signaling.errors import Code, OknoError
from signaling.ids import BoothId, UserId, booth_person, consultant_person
from signaling.messages import (
    SUBPROTOCOL,
    AcceptOffer,
    BoothState,
    LinkReady,
    Ok,
    Ping,
    Place,
    Pong,
    TakeTicket,
    Wall,
)
from signaling.model import Duty, Policy, State
from signaling.node import NODE
from signaling.pushes import EndedError
from tests.signaling.cast import TIMINGS_OF_TESTS, Cast, Stage, staged, state_of
from tests.signaling.room import PASSPORT, serves
from tests.signaling.steps import AVAILABLE, JOIN, in_state, offered
from tests.waiting import until


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


async def test_a_newer_socket_of_the_same_person_takes_over(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        first = await one.client("anna", "workspace")
        for stage in (one, two):
            second = await stage.client("anna", "workspace")
            with pytest.raises(EndedError) as caught:
                await first.wait_for(Wall)
            assert caught.value.close_code == 4001
            await second.request(AVAILABLE)
            first = second


@pytest.mark.parametrize("nodes", [1, 2])
async def test_page_that_comes_back_does_not_drive_out_one_that_came_later(
    redis_url: str, nodes: int
) -> None:
    """A window that had lost its socket while another took over: that one is in use."""
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        first = await one.client("anna", "workspace")
        await first.cut()
        second = await (one, two)[nodes - 1].client("anna", "workspace")
        told = first.pushes()
        with pytest.raises(OknoError):
            await first.open()
        with pytest.raises(EndedError) as caught:
            await told.next()
        assert caught.value.close_code == 4001
        await offered(await one.client("1", "booth"), second)


async def test_page_comes_back_once_the_one_that_came_later_has_left(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        first = await stage.client("anna", "workspace")
        await first.cut()
        second = await stage.client("anna", "workspace")
        await second.close()
        await until(lambda: not stage.server.app[NODE].peers.people())
        await first.open()
        await first.request(AVAILABLE)


async def test_any_number_of_desks_may_watch(stage: Stage) -> None:
    desks = [await stage.client("vera", "desk") for _ in range(3)]
    for desk in desks:
        await desk.wait_for(Wall)
    booth = await stage.client("1", "booth")
    await booth.request(JOIN)
    for desk in desks:
        await desk.wait_for(Wall, lambda wall: wall.waiting == 1)


async def test_cut_page_resumes_with_what_it_missed(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    await booth.cut()
    await consultant.request(AcceptOffer(link=link))
    pushes = booth.pushes()
    welcome = await booth.open()
    assert welcome.resumed
    missed = await pushes.wait_for(BoothState, lambda _: True, within=5)
    assert (missed.cause, missed.seq) == ("accept", 3)
    assert state_of(booth) == State.CONNECTING


async def test_page_resumes_on_another_node(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        booth = await one.client("1", "booth")
        await booth.request(JOIN)
        await in_state(booth, State.WAITING)
        moved = await two.client("1", "booth")
        assert state_of(moved) == State.WAITING
        consultant = await one.client("anna", "workspace")
        await consultant.request(AVAILABLE)
        await in_state(moved, State.OFFERED)


async def test_unknown_token_gets_a_snapshot(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    await booth.request(JOIN)
    again = await stage.client("1", "booth")
    assert again.welcome is not None
    assert not again.welcome.resumed
    assert isinstance(again.state, BoothState)
    assert again.state.cause == "snapshot"
    assert state_of(again) == State.WAITING


async def test_message_lost_between_nodes_is_read_from_the_mailbox(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    person = f"okno:{{{stage.cast.home}}}:person:booth:1"
    node = await stage.redis.hget(person, "node")
    await stage.redis.hset(person, "node", "a-node-that-is-gone")
    await booth.request(JOIN)
    assert node is not None
    await stage.redis.hset(person, "node", node)
    consultant = await stage.client("anna", "workspace")
    await consultant.request(AVAILABLE)
    state = await in_state(booth, State.OFFERED)
    assert state.seq == 2
    assert booth.seq == 2


async def test_credential_taken_away_closes_the_socket(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.endpoint._CHECK_SECONDS", 0)
    booth = await stage.client("1", "booth")
    stage.cast.barred.add("1")
    await booth.send_text(b'{"type":"ping"}')
    with pytest.raises(EndedError) as caught:
        await booth.wait_for(Wall)
    assert caught.value.close_code == 4003


async def test_page_that_does_not_read_is_cut_and_loses_nothing(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    node_side = next(
        each for each in stage.server.app[NODE].peers.people() if each.person == "booth:1"
    )
    for _ in range(OUTBOX_LIMIT + 2):
        node_side.send_raw(b'{"type":"going_away","retry_after":0}')
    await booth.wait_lost()
    await consultant.request(AcceptOffer(link=link))
    await booth.open()
    assert state_of(booth) == State.CONNECTING


async def test_stopping_node_sends_pages_elsewhere(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        booth = await one.client("1", "booth")
        await booth.request(JOIN)
        pushes = booth.pushes()
        closing = asyncio.create_task(one.server.close())
        await booth.wait_lost()
        with pytest.raises((TimeoutError, EndedError)):
            await pushes.wait_for(Place, lambda _: False, within=0.1)
        await closing
        moved = await two.client("1", "booth")
        assert state_of(moved) == State.WAITING


async def test_nobody_is_thrown_out_because_everything_was_away(redis_url: str) -> None:
    """Nodes or Redis were away for long: no node has beaten, and deadlines have run out."""
    cast = Cast()
    async with staged(redis_url, cast=cast) as stage:
        booth = await stage.client("1", "booth")
        consultant = await stage.client("anna", "workspace")
        await offered(booth, consultant)
        name = keys.deadlines(cast.home)
        due = {str(each): 1 for each in await stage.redis.zrange(name, 0, -1)}
        assert {each.partition(":")[0] for each in due} == {"lease", "offer"}
        async with stage.redis.pipeline(transaction=True) as outage:
            outage.delete(keys.NODES)
            outage.zadd(name, due)
            await outage.execute()
        node = stage.server.app[NODE]
        await node.presence.wake(node.id)
        assert await node.deadlines.sweep() == 0
        assert state_of(booth) == State.OFFERED


async def test_node_that_was_buried_lives_again_before_it_acts(redis_url: str) -> None:
    """Its pages do not wait for its next beat: it looks whenever it looks for deadlines."""
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        booth = await one.client("1", "booth")
        hung, other = one.server.app[NODE], two.server.app[NODE]
        await other.presence.leave(hung.id)
        await hung.presence.wake(hung.id)
        assert await one.redis.zscore(keys.NODES, hung.id) is not None
        await booth.wait_lost()
        await booth.open()
        assert (
            await one.redis.hget(keys.person(cast.home, booth_person(BoothId("1"))), "node")
            == hung.id
        )


async def test_signing_out_closes_the_socket(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        consultant = await one.client("anna", "workspace")
        await consultant.request(AVAILABLE)
        await two.server.app[NODE].waiting_room.sign_out(cast.home, UserId("anna"))
        with pytest.raises(EndedError) as caught:
            await consultant.wait_for(Wall)
        assert caught.value.close_code == 4003


async def test_of_many_windows_opened_at_once_one_remains(stage: Stage) -> None:
    windows = await asyncio.gather(
        *(stage.client("anna", "workspace") for _ in range(8)), return_exceptions=True
    )
    holder = await stage.redis.hget(
        keys.person(stage.cast.home, consultant_person(UserId("anna"))), "connection"
    )
    assert [each.name for each in stage.server.app[NODE].peers.people()] == [holder]
    answers = await asyncio.gather(
        *(window.request(AVAILABLE) for window in windows if isinstance(window, Client)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Ok) for each in answers) == 1


async def test_page_that_talks_but_never_says_it_is_there_is_cut(redis_url: str) -> None:
    timings = msgspec.structs.replace(TIMINGS_OF_TESTS, heartbeat=0.2)
    async with staged(redis_url, timings=timings) as stage:
        address = f"{stage.base}/ws?surface=booth"
        async with (
            ClientSession(cookies={"who": f"{stage.cast.home}/1"}) as session,
            session.ws_connect(address, protocols=[SUBPROTOCOL]) as socket,
        ):
            await socket.send_str('{"type":"hello"}')

            async def cut() -> bool:
                await socket.send_str('{"type":"ice.get","id":1}')
                await socket.receive()
                return socket.closed

            await until(cut)
            assert socket.close_code == 1012


async def test_nobody_is_cut_off_while_the_directory_is_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.endpoint._CHECK_SECONDS", 0)
    consultant = await stage.client("anna", "workspace")
    stage.cast.away = True
    await consultant.request(Ping(), Pong)
    with pytest.raises(OknoError) as caught:
        await consultant.request(AVAILABLE)
    assert caught.value.code == Code.UNAVAILABLE
    await consultant.cut()
    with pytest.raises(OknoError):
        await consultant.open()
    stage.cast.away = False
    await consultant.open()
    await consultant.request(AVAILABLE)


async def test_three_who_talk_reach_each_other_on_their_own_links_only(redis_url: str) -> None:
    cast = Cast()
    cast.duties = {"anna": serves(PASSPORT), "dora": Duty(lines=(), interprets=("rsl",))}
    cast.policies = Policy(interpreters={"rsl": {"en": "Russian sign language"}})
    async with staged(redis_url, cast=cast) as here, staged(redis_url, cast=cast) as there:
        booth = await here.client("1", "booth")
        anna = await here.client("anna", "workspace")
        dora = await there.client("dora", "workspace")
        await anna.request(AVAILABLE)
        await dora.request(AVAILABLE)
        await booth.request(TakeTicket(topic="passport", language="ru", interpreter="rsl"))
        pages = (booth, anna, dora)
        states = [await in_state(page, State.OFFERED) for page in pages]
        links = {}
        for page, state in zip(pages, states, strict=True):
            assert state.consultation is not None
            assert state.consultation.link is not None
            links[page] = [state.consultation.link, *state.consultation.more]
        for page, others in ((booth, (anna, dora)), (anna, (booth, dora)), (dora, (booth, anna))):
            for link, other in zip(links[page], others, strict=True):
                ready = LinkReady(link=link.id, instance="page")
                await page.request(ready)
                assert await other.wait_for(LinkReady) == ready
        between = links[anna][1].id
        with pytest.raises(OknoError, match="wrong_state"):
            await booth.request(LinkReady(link=between, instance="page"))
