"""The scripted peer against a small real endpoint that speaks the same wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from signaling.client import Client
from signaling.cookies import browser_session, enrol_booth, enrol_demo_booth, sign_in
from signaling.errors import Code, OknoError
from signaling.ids import LinkId
from signaling.messages import (
    SUBPROTOCOL,
    AcceptOffer,
    AnyOutgoing,
    AnyRequest,
    BoothState,
    Error,
    GetIce,
    GoingAway,
    Hello,
    Ice,
    LinkMedia,
    LinkReady,
    Ok,
    Ping,
    Pong,
    SetStatus,
    Wall,
    Welcome,
)
from signaling.pushes import EndedError, LaggedError

HISTORY = 512


class Endpoint:
    """A node reduced to one person's socket: answers, pushes what the test says, and can die."""

    def __init__(self) -> None:
        self.heard: list[AnyRequest] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.origins: list[str | None] = []
        self.heartbeat = 60.0
        self.answers_pings = True
        self.refuses = False
        self.goodbyes: asyncio.Queue[int | None] = asyncio.Queue()
        """The close code of each socket that ended, as its client gave it."""
        self._heard_more = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
        await stream.prepare(request)
        self.sockets.append(stream)
        self.origins.append(request.headers.get("Origin"))
        if self.refuses:
            await stream.close(code=4003)
            return stream
        try:
            async for message in stream:
                if message.type is WSMsgType.TEXT:
                    await self._answer(stream, message.data)
        finally:
            self.goodbyes.put_nowait(stream.close_code)
        return stream

    async def push(self, message: AnyOutgoing) -> None:
        await self.sockets[-1].send_str(msgspec.json.encode(message).decode())

    async def wait_heard(self, kind: type[AnyRequest], count: int = 1) -> None:
        async with asyncio.timeout(3):
            while sum(isinstance(message, kind) for message in self.heard) < count:
                await self._heard_more.wait()

    async def _answer(self, stream: web.WebSocketResponse, text: str) -> None:
        request = msgspec.json.decode(text, type=AnyRequest)
        self.heard.append(request)
        reply = self._reply(request)
        if reply is not None:
            await stream.send_str(msgspec.json.encode(reply).decode())
        self._heard_more.set()
        self._heard_more = asyncio.Event()

    def _reply(self, request: AnyRequest) -> AnyOutgoing | None:
        match request:
            case Hello():
                return Welcome(
                    id=request.id,
                    token="token",
                    resumed=request.resume == "token",
                    seq=0,
                    since=1,
                    at=0,
                    heartbeat=self.heartbeat,
                    resume_within=120,
                )
            case Ping():
                return Pong(id=request.id, at=0) if self.answers_pings else None
            case GetIce():
                return Ice(id=request.id, servers=[], relay_only=False, expires_at=None)
            case AcceptOffer():
                return Error(id=request.id, code=Code.WRONG_STATE, text="moved on", field="link")
            case LinkReady():
                return None
            case _:
                return Ok(id=request.id)


@pytest.fixture
async def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
async def base(endpoint: Endpoint) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/ws", endpoint.serve)
    app.router.add_post("/sign-in", _sign_in)
    app.router.add_post("/booth/enrol", _enrol)
    app.router.add_get("/booth", _demo_booth)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture
async def client(base: str) -> AsyncIterator[Client]:
    async with browser_session() as session:
        peer = Client(session, base, "booth")
        yield peer
        await peer.close()


async def _sign_in(request: web.Request) -> web.Response:
    form = await request.post()
    if request.headers.get("Origin") != str(request.url.origin()):
        raise web.HTTPForbidden
    if form["password"] == "many":
        raise web.HTTPTooManyRequests(headers={"Retry-After": "30"})
    if form["password"] != "right":
        return web.Response(status=422)
    return _with_cookie("okno_session")


async def _enrol(request: web.Request) -> web.Response:
    form = await request.post()
    return _with_cookie("okno_booth") if form["code"] == "GOOD" else web.Response(status=422)


async def _demo_booth(_: web.Request) -> web.Response:
    return _with_cookie("okno_booth")


def _with_cookie(name: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": "/nowhere"})
    response.set_cookie(name, "proof", httponly=True)
    return response


def state(seq: int, cause: str = "snapshot") -> BoothState:
    return BoothState(seq=seq, cause=cause, at=0)


async def test_open_says_hello_with_our_origin(
    client: Client, endpoint: Endpoint, base: str
) -> None:
    welcome = await client.open()

    assert client.up
    assert not welcome.resumed
    assert endpoint.heard == [Hello(id=1, language="en")]
    assert endpoint.origins == [base.rstrip("/")]


async def test_replies_are_matched_by_id(client: Client) -> None:
    await client.open()

    ice, pong, ok = await asyncio.gather(
        client.request(GetIce(), Ice),
        client.request(Ping(), Pong),
        client.request(SetStatus(status="break")),
    )

    assert (ice.id, pong.id, ok.id) == (2, 3, 4)


async def test_a_refusal_is_an_okno_error(client: Client) -> None:
    await client.open()

    with pytest.raises(OknoError) as refused:
        await client.request(AcceptOffer(link="x"))

    assert (refused.value.code, refused.value.field) == (Code.WRONG_STATE, "link")


async def test_silence_is_unavailable(client: Client) -> None:
    await client.open()

    with pytest.raises(OknoError) as silence:
        await client.request(LinkReady(link="x", instance="y"), within=0.05)

    assert silence.value.code is Code.UNAVAILABLE


async def test_pushes_reach_every_reader_in_order(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    reader = client.pushes()
    await endpoint.push(state(1))
    await endpoint.push(state(2, "offer"))

    found = await client.wait_for(BoothState, lambda push: push.cause == "offer")

    assert found.seq == 2
    assert client.state == found
    assert [await anext(reader), await anext(reader)] == [state(1), state(2, "offer")]


async def test_wait_for_shows_what_came_instead(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    await endpoint.push(state(1))

    with pytest.raises(TimeoutError, match="BoothState"):
        await client.wait_for(Wall, within=0.1)


async def test_an_error_without_id_is_a_push(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    await endpoint.push(Error(id=None, code=Code.BAD_MESSAGE, text="?"))

    assert (await client.wait_for(Error)).code is Code.BAD_MESSAGE


async def test_relayed_messages_are_pushes(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    await endpoint.push(LinkMedia(link=LinkId("x"), microphone=True, camera=False))

    assert (await client.wait_for(LinkMedia)).microphone


async def test_a_cut_is_resumed_by_token_and_seq(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    await endpoint.push(state(7))
    await client.wait_for(BoothState)

    await client.cut()
    assert not client.up
    welcome = await client.open()

    assert welcome.resumed
    assert await client.wait_for(Welcome) == welcome
    assert endpoint.heard[-1] == Hello(id=2, language="en", resume="token", seq=7, since=1)


async def test_the_server_sees_a_cut_without_goodbye(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    await client.cut()

    assert not client.up
    assert await asyncio.wait_for(endpoint.goodbyes.get(), 3) != 1000


async def test_closing_says_goodbye(client: Client, endpoint: Endpoint) -> None:
    await client.open()

    await client.close()

    assert await asyncio.wait_for(endpoint.goodbyes.get(), 3) == 1000


async def test_a_request_in_flight_ends_with_the_socket(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    asked = asyncio.ensure_future(client.request(LinkReady(link="x", instance="y")))
    await endpoint.wait_heard(LinkReady)

    await endpoint.sockets[-1].close(code=1012)

    with pytest.raises(OknoError) as lost:
        await asyncio.wait_for(asked, 2)
    assert lost.value.code is Code.UNAVAILABLE


async def test_staying_comes_back_after_a_restart(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    staying = asyncio.ensure_future(client.stay())
    await endpoint.push(GoingAway(retry_after=0))
    await endpoint.sockets[-1].close(code=1012)

    await endpoint.wait_heard(Hello, 2)

    await asyncio.wait_for(client.wait_up(), 2)
    staying.cancel()


async def test_staying_ends_when_evicted(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    staying = asyncio.ensure_future(client.stay())

    await endpoint.sockets[-1].close(code=4001)

    with pytest.raises(EndedError) as ended:
        await asyncio.wait_for(staying, 2)
    assert ended.value.close_code == 4001
    assert [push async for push in client.pushes()] == []


async def test_an_unknown_person_is_not_signed_in(client: Client, endpoint: Endpoint) -> None:
    endpoint.refuses = True

    with pytest.raises(OknoError) as refused:
        await client.open()

    assert refused.value.code is Code.NOT_SIGNED_IN


async def test_a_server_that_is_away_is_unavailable() -> None:
    async with browser_session() as session:
        peer = Client(session, "http://127.0.0.1:9", "booth")
        with pytest.raises(OknoError) as away:
            await peer.open()
        await peer.close()
    assert away.value.code is Code.UNAVAILABLE


async def test_heartbeats_are_sent_and_their_silence_noticed(
    client: Client, endpoint: Endpoint
) -> None:
    endpoint.heartbeat = 0.05
    await client.open()
    await endpoint.wait_heard(Ping, 2)
    assert client.up

    endpoint.answers_pings = False

    await asyncio.wait_for(client.wait_lost(), 2)


async def test_waiting_ends_with_close(client: Client) -> None:
    await client.open()
    waiting = asyncio.ensure_future(client.wait_for(Wall))
    await asyncio.sleep(0)

    await client.close()

    with pytest.raises(EndedError):
        await waiting


async def test_a_slow_reader_is_told_what_it_lost(client: Client, endpoint: Endpoint) -> None:
    await client.open()
    slow, quick = client.pushes(), client.pushes()
    for seq in range(HISTORY + 1):
        await endpoint.push(state(seq))
    await quick.wait_for(BoothState, lambda push: push.seq == HISTORY)

    with pytest.raises(LaggedError):
        await anext(slow)


async def test_sign_in_and_enrolment_set_cookies(base: str) -> None:
    async with browser_session() as session:
        await sign_in(session, base, "a@b.example", "right")
        await enrol_booth(session, base, "GOOD")
        names = {cookie.key for cookie in session.cookie_jar}
    assert names == {"okno_session", "okno_booth"}


async def test_a_demo_enrols_by_itself(base: str) -> None:
    async with browser_session() as session:
        await enrol_demo_booth(session, base)
        assert {cookie.key for cookie in session.cookie_jar} == {"okno_booth"}


@pytest.mark.parametrize(
    ("password", "code", "retry_after"),
    [("wrong", Code.WRONG_CREDENTIALS, None), ("many", Code.TOO_FAST, 30)],
)
async def test_refused_sign_in(
    base: str, password: str, code: Code, retry_after: float | None
) -> None:
    async with browser_session() as session:
        with pytest.raises(OknoError) as refused:
            await sign_in(session, base, "a@b.example", password)
    assert (refused.value.code, refused.value.retry_after) == (code, retry_after)


async def test_a_wrong_enrolment_code(base: str) -> None:
    async with browser_session() as session:
        with pytest.raises(OknoError) as refused:
            await enrol_booth(session, base, "BAD")
    assert refused.value.code is Code.BAD_CODE
