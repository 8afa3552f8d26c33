"""The socket as pages use and misuse it, on a real node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from signaling import keys
from signaling.client import Client
from signaling.connection import OUTBOX_LIMIT
from signaling.errors import Code, OknoError
from signaling.ids import ConsultationId, LinkId
from signaling.messages import (
    SUBPROTOCOL,
    AcceptOffer,
    BoothState,
    Candidate,
    ConsultantState,
    Description,
    FinishWrapUp,
    GetIce,
    HangUp,
    Ice,
    LineView,
    LinkCandidate,
    LinkDescription,
    LinkMedia,
    LinkReady,
    MediaArrived,
    Place,
    Rate,
    Request,
    SetStatus,
    TakeTicket,
    Wall,
)
from signaling.model import State
from signaling.node import NODE
from signaling.pushes import EndedError
from tests.signaling.cast import Cast, Stage, staged, state_of

JOIN = TakeTicket(topic="passport", language="ru")
AVAILABLE = SetStatus(status="available")


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


async def in_state(client: Client, state: State | None) -> BoothState | ConsultantState:
    """Wait until the page's consultation is in that state (None: there is none)."""
    kind = BoothState if isinstance(client.state, BoothState) else ConsultantState

    def matches(push: BoothState | ConsultantState) -> bool:
        return (push.consultation.state if push.consultation else None) == state

    if client.state is not None and matches(client.state):
        return client.state
    return await client.wait_for(kind, matches)


async def offered(booth: Client, consultant: Client) -> LinkId:
    """Bring the two together up to the offer."""
    await consultant.request(AVAILABLE)
    await booth.request(JOIN)
    await in_state(booth, State.OFFERED)
    state = await in_state(consultant, State.OFFERED)
    assert state.consultation is not None
    assert state.consultation.link is not None
    return state.consultation.link.id


async def talking(booth: Client, consultant: Client) -> LinkId:
    link = await offered(booth, consultant)
    await consultant.request(AcceptOffer(link=link))
    await in_state(booth, State.CONNECTING)
    await booth.request(MediaArrived(link=link))
    await consultant.request(MediaArrived(link=link))
    await in_state(booth, State.ACTIVE)
    await in_state(consultant, State.ACTIVE)
    return link


async def refusal(client: Client, message: Request) -> OknoError:
    with pytest.raises(OknoError) as caught:
        await client.request(message)
    return caught.value


async def test_whole_consultation_over_the_wire(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    link = await talking(booth, consultant)
    consultation = ConsultationId(link.rpartition("-")[0])
    await booth.request(HangUp(consultation=consultation))
    await in_state(consultant, State.WRAPPING_UP)
    await booth.request(Rate(consultation=consultation, score=5))
    await consultant.request(FinishWrapUp(consultation=consultation, outcome="served"))
    done = await in_state(booth, State.CLOSED)
    assert isinstance(done, BoothState)
    assert done.consultation is not None
    assert done.consultation.outcome == "served"
    assert (await in_state(consultant, None)).consultation is None


async def test_views_reach_those_they_are_for(stage: Stage) -> None:
    desk = await stage.client("vera", "desk")
    consultant = await stage.client("anna", "workspace")
    booth = await stage.client("1", "booth")
    await booth.request(JOIN)
    place = await booth.wait_for(Place)
    assert (place.place, place.waiting) == (1, 1)
    line = await consultant.wait_for(LineView, lambda view: view.total == 1)
    assert [each.ticket for each in line.visitors] == ["B-001"]
    await desk.wait_for(Wall, lambda wall: (wall.waiting, wall.on_break) == (1, 1))
    await consultant.request(AVAILABLE)
    await desk.wait_for(Wall, lambda wall: (wall.waiting, wall.in_conversation) == (0, 1))


async def test_what_the_pages_say_to_each_other_arrives_unchanged(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    for message in (
        LinkReady(link=link, instance="page-1"),
        LinkDescription(link=link, number=1, description=Description(type="offer", sdp="v=0\r\n…")),
        LinkCandidate(link=link, candidate=Candidate(candidate="candidate:1 1 UDP", sdp_mid="0")),
        LinkMedia(link=link, microphone=True, camera=False),
    ):
        await consultant.request(message)
        assert await booth.wait_for(type(message)) == message
        await booth.request(message)
        assert await consultant.wait_for(type(message)) == message


async def test_relay_crosses_nodes(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one, staged(redis_url, cast=cast) as two:
        booth = await one.client("1", "booth")
        consultant = await two.client("anna", "workspace")
        link = await talking(booth, consultant)
        message = LinkMedia(link=link, microphone=False, camera=True)
        await consultant.request(message)
        assert await booth.wait_for(LinkMedia) == message


async def test_nobody_speaks_on_a_link_that_is_not_theirs(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    stranger = await stage.client("2", "booth")
    outsider = await stage.client("1", "booth", stage.cast.elsewhere)
    link = await offered(booth, consultant)
    message = LinkMedia(link=link, microphone=True, camera=True)
    for someone in (stranger, outsider):
        assert (await refusal(someone, message)).code == Code.WRONG_STATE
        assert (await refusal(someone, MediaArrived(link=link))).code == Code.WRONG_STATE
    desk = await stage.client("vera", "desk")
    assert (await refusal(desk, message)).code == Code.WRONG_ROLE


@pytest.mark.parametrize(
    ("surface", "message"),
    [
        ("workspace", JOIN),
        ("desk", JOIN),
        ("workspace", Rate(consultation="x", score=1)),
        ("booth", AVAILABLE),
        ("desk", AVAILABLE),
        ("booth", AcceptOffer(link="x")),
        ("booth", FinishWrapUp(consultation="x", outcome="served")),
        ("desk", HangUp(consultation="x")),
        ("desk", GetIce()),
    ],
)
async def test_each_surface_asks_only_what_is_its_own(
    stage: Stage, surface: str, message: Request
) -> None:
    client = await stage.client("someone", surface)
    assert (await refusal(client, message)).code == Code.WRONG_ROLE


async def test_ice_servers_come_from_the_settings(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    ice = await booth.request(GetIce(), Ice)
    assert [each.urls for each in ice.servers] == [["stun:127.0.0.1:3478"]]


@pytest.mark.parametrize(
    ("topic", "language", "code", "field"),
    [
        ("unknown", "ru", Code.NOT_FOUND, "topic"),
        ("passport", "de", Code.BAD_FIELD, "language"),
    ],
)
async def test_ticket_for_what_there_is_not(
    stage: Stage, topic: str, language: str, code: Code, field: str
) -> None:
    booth = await stage.client("1", "booth")
    fault = await refusal(booth, TakeTicket(topic=topic, language=language))
    assert (fault.code, fault.field) == (code, field)


async def test_strangers_and_other_sites_are_kept_out(stage: Stage) -> None:
    async with ClientSession() as session:
        async with session.ws_connect(
            f"{stage.base}/ws?surface=booth", protocols=[SUBPROTOCOL]
        ) as socket:
            await socket.receive()
            assert socket.close_code == 4003
        async with session.ws_connect(f"{stage.base}/ws?surface=booth") as socket:
            await socket.receive()
            assert socket.close_code == 1002
    async with ClientSession(cookies={"who": f"{stage.cast.home}/1"}) as session:
        with pytest.raises(WSServerHandshakeError):
            await session.ws_connect(f"{stage.base}/ws?surface=booth", origin="http://evil.example")


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


async def test_first_node_after_an_outage_throws_nobody_out(redis_url: str) -> None:
    cast = Cast()
    async with staged(redis_url, cast=cast) as one:
        booth = await one.client("1", "booth")
        await booth.request(JOIN)
    async with staged(redis_url, cast=cast) as probe:
        redis = probe.redis
        await redis.delete(keys.NODES)
        due = await redis.zrange(keys.deadlines(cast.home), 0, -1)
        assert due == ["lease:booth:1"]
        await redis.zadd(keys.deadlines(cast.home), {"lease:booth:1": 1})
        node = probe.server.app[NODE]
        await node.presence.revive(cast.home)
        assert await node.deadlines.sweep() == 0
        booth = await probe.client("1", "booth")
        assert state_of(booth) == State.WAITING


async def test_observer_sees_what_metrics_need(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    await booth.request(JOIN)
    assert (await refusal(booth, JOIN)).code == Code.ALREADY_WAITING
    assert stage.counts.open == 1
    assert stage.counts.messages.count("ticket.take") == 2
    assert stage.counts.refusals == [Code.ALREADY_WAITING]
