"""The socket as pages use and misuse it, on a real node."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from signaling.errors import Code
from signaling.frames import Request
from signaling.ids import ConsultationId, line_id
from signaling.messages import (
    SUBPROTOCOL,
    AcceptOffer,
    BoothState,
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
    TakeTicket,
    Wall,
)
from signaling.model import Duty, Mode, State
from signaling.parts import Candidate, Description
from tests.signaling.cast import Cast, Stage, staged
from tests.signaling.room import PASSPORT
from tests.signaling.steps import AVAILABLE, JOIN, accept, in_state, offered, refusal, talking


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


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
    await desk.wait_for(Wall, lambda wall: (wall.waiting, wall.in_conversation) == (1, 0))
    await accept(consultant)
    await desk.wait_for(Wall, lambda wall: (wall.waiting, wall.in_conversation) == (0, 1))


async def test_what_the_pages_say_to_each_other_arrives_unchanged(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    consultant = await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    for message in (
        LinkReady(link=link, instance="page-1", hardware=["H264"]),
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


@pytest.mark.parametrize("mode", [Mode.SIGN, Mode.TEXT])
async def test_ticket_for_a_way_to_talk_that_no_consultant_knows(stage: Stage, mode: Mode) -> None:
    booth = await stage.client("1", "booth")
    wish = TakeTicket(topic="passport", language="ru", mode=mode)
    fault = await refusal(booth, wish)
    assert (fault.code, fault.field) == (Code.NOT_OFFERED, "mode")

    stage.cast.duties["signer"] = Duty(lines=(line_id(PASSPORT.id, "ru", mode),))
    await booth.request(wish)
    state = await in_state(booth, State.WAITING)
    assert isinstance(state, BoothState)
    assert state.consultation is not None
    assert state.consultation.mode is mode


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


async def test_observer_sees_what_metrics_need(stage: Stage) -> None:
    booth = await stage.client("1", "booth")
    await booth.request(JOIN)
    assert (await refusal(booth, JOIN)).code == Code.ALREADY_WAITING
    assert stage.counts.open == 1
    assert stage.counts.messages.count("ticket.take") == 2
    assert stage.counts.refusals == [Code.ALREADY_WAITING]
