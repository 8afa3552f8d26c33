"""What is dealt with the moment it arrives, and what waits its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSMsgType, web
from aiohttp.test_utils import TestServer

from signaling.client import Client
from signaling.errors import Code
from signaling.messages import Error, GetIce, Ice, LinkMedia, LinkReady
from signaling.tap import TappedSocket
from tests.signaling.cast import Stage, staged
from tests.signaling.steps import offered


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


async def test_taken_texts_never_reach_the_reader_and_the_others_keep_their_order() -> None:
    taken: list[bytes] = []
    read: list[bytes] = []

    def take(body: bytes) -> bool:
        if body.startswith(b"take"):
            taken.append(body)
        return body.startswith(b"take")

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = TappedSocket(protocol="p", max_message_bytes=1000, close_seconds=1)
        await socket.prepare(request)
        socket.tap(take)
        async for message in socket:
            read.append(bytes(message.data))
            if message.data == b"stop":
                socket.tap(None)
        return socket

    app = web.Application()
    app.router.add_get("/", serve)
    async with TestServer(app) as server, ClientSession() as session:
        async with session.ws_connect(server.make_url("/"), protocols=["p"]) as client:
            for text in ("take 1", "leave 2", "take 3", "stop"):
                await client.send_str(text)
            await client.ping()
            await client.send_bytes(b"take binary")
        assert taken[0] == b"take 1"
        assert sorted(taken + read, key=lambda text: text[-1:]) == [
            b"take 1",
            b"leave 2",
            b"take 3",
            b"stop",
            b"take binary",
        ]
        assert read[-1] == b"take binary"


async def test_page_that_is_sending_reads_why_before_the_connection_ends() -> None:
    """A system with nobody to give a message to answers it with a reset, which comes first."""
    transports: list[asyncio.BaseTransport] = []
    goodbyes: list[asyncio.Task[bool]] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = TappedSocket(protocol="p", max_message_bytes=1000, close_seconds=5)
        await socket.prepare(request)
        assert request.transport is not None
        transports.append(request.transport)
        await socket.receive()
        # Said while the next word of the page is waited for.
        goodbyes.append(asyncio.create_task(socket.close(code=4001, message=b"replaced")))
        assert (await socket.receive()).type is WSMsgType.CLOSING
        await goodbyes[0]
        return socket

    app = web.Application()
    app.router.add_get("/", serve)
    async with TestServer(app) as server, ClientSession() as session:
        address = server.make_url("/")
        async with session.ws_connect(address, protocols=["p"], autoclose=False) as client:
            await client.send_str("first")
            said = await client.receive()
            assert (said.type, said.data, said.extra) == (WSMsgType.CLOSE, 4001, "replaced")
            assert not transports[0].is_closing()
            assert not goodbyes[0].done()
        assert await goodbyes[0]
        assert transports[0].is_closing()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (b'"microphone":true,"camera":true,"extra":1', Code.BAD_MESSAGE),
        (b'"microphone":1,"camera":true', Code.BAD_MESSAGE),
        (b'"microphone":true,"camera":true,"type":"ping"', Code.UNKNOWN_TYPE),
        (b'"microphone":true,"camera":true,"\xff":1', Code.BAD_MESSAGE),
        (b'"microphone":true,"camera":true,"link":"another"', Code.WRONG_STATE),
    ],
)
async def test_what_is_not_of_the_protocol_never_reaches_the_other_page(
    stage: Stage, fields: bytes, code: Code
) -> None:
    booth, consultant = await stage.client("1", "booth"), await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    pushes = booth.pushes()
    await _send_raw(consultant, b'{"type":"link.media","link":"%b",%b}' % (link.encode(), fields))
    assert (await consultant.wait_for(Error)).code == code
    await consultant.tell(LinkMedia(link=link, microphone=True, camera=False))
    assert await pushes.next() == LinkMedia(link=link, microphone=True, camera=False)


async def test_bad_utf8_in_what_the_pages_say_is_refused(stage: Stage) -> None:
    """A browser closes its socket over such a text, so it must not be passed on."""
    booth, consultant = await stage.client("1", "booth"), await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    await _send_raw(
        consultant, b'{"type":"link.ready","link":"%b","instance":"\xc3\x28"}' % link.encode()
    )
    assert (await consultant.wait_for(Error)).code == Code.BAD_MESSAGE
    await consultant.tell(LinkReady(link=link, instance="good"))
    assert (await booth.wait_for(LinkReady)).instance == "good"


async def test_relay_waits_behind_a_request_that_is_being_answered(stage: Stage) -> None:
    booth, consultant = await stage.client("1", "booth"), await stage.client("anna", "workspace")
    link = await offered(booth, consultant)
    pushes = booth.pushes()
    for number in range(20):
        await consultant.tell(GetIce())
        await consultant.tell(LinkReady(link=link, instance=f"{number}"))
    await consultant.request(GetIce(), Ice)
    said = [await pushes.next() for _ in range(20)]
    assert [getattr(each, "instance", None) for each in said] == [f"{n}" for n in range(20)]


async def _send_raw(client: Client, text: bytes) -> None:
    """A text frame of bytes that are no text."""
    socket = client._socket
    assert socket is not None
    await socket._stream.send_frame(text, 1)  # type: ignore[arg-type] # an opcode is a number
