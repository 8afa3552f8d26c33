"""Whatever is sent to the socket is answered by name, and the conversation goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp import ClientSession, WSMsgType

from signaling.errors import Code
from signaling.messages import MAX_MESSAGE_BYTES, SUBPROTOCOL, Error, TakeTicket
from tests.signaling.cast import Stage, staged

JOIN = TakeTicket(topic="passport", language="ru")


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


GARBAGE = [
    (b"", Code.BAD_MESSAGE, None),
    (b"{", Code.BAD_MESSAGE, None),
    (b"null", Code.BAD_MESSAGE, None),
    (b"[]", Code.BAD_MESSAGE, None),
    (b'"hello"', Code.BAD_MESSAGE, None),
    (b"{}", Code.BAD_MESSAGE, None),
    (b'{"type":"nonsense"}', Code.UNKNOWN_TYPE, "type"),
    (b'{"type":5}', Code.BAD_MESSAGE, "type"),
    (b'{"type":"ticket.take"}', Code.BAD_MESSAGE, "topic"),
    (b'{"type":"ticket.take","topic":7,"language":"ru"}', Code.BAD_MESSAGE, "topic"),
    (b'{"type":"ticket.take","topic":"","language":"ru"}', Code.BAD_MESSAGE, "topic"),
    (b'{"type":"ticket.take","topic":"p","language":"ru","mode":"x"}', Code.BAD_MESSAGE, "mode"),
    (b'{"type":"ticket.take","topic":"p","language":"ru","extra":1}', Code.BAD_MESSAGE, "extra"),
    (b'{"type":"ticket.leave"}', Code.BAD_MESSAGE, "consultation"),
    (b'{"type":"ticket.leave","consultation":null}', Code.BAD_MESSAGE, "consultation"),
    (b'{"type":"rating.give","consultation":"c","score":6}', Code.BAD_MESSAGE, "score"),
    (b'{"type":"rating.give","consultation":"c","score":"5"}', Code.BAD_MESSAGE, "score"),
    (b'{"type":"status.set","status":"asleep"}', Code.BAD_MESSAGE, "status"),
    (b'{"type":"status.set","status":"offline"}', Code.BAD_MESSAGE, "status"),
    (b'{"type":"offer.accept"}', Code.BAD_MESSAGE, "link"),
    (b'{"type":"offer.decline","link":[]}', Code.BAD_MESSAGE, "link"),
    (b'{"type":"wrap_up.finish","consultation":"c","outcome":"x"}', Code.BAD_MESSAGE, "outcome"),
    (b'{"type":"consultation.hang_up","consultation":{}}', Code.BAD_MESSAGE, "consultation"),
    (b'{"type":"media.arrived","link":false}', Code.BAD_MESSAGE, "link"),
    (b'{"type":"media.failed"}', Code.BAD_MESSAGE, "link"),
    (b'{"type":"quality.report","link":"l"}', Code.BAD_MESSAGE, "sample"),
    (b'{"type":"quality.report","link":"l","sample":{"s":-5}}', Code.BAD_MESSAGE, "sample.s"),
    (b'{"type":"quality.report","link":"l","sample":{"s":NaN}}', Code.BAD_MESSAGE, None),
    (b'{"type":"quality.report","link":"l","sample":{"s":5000.5}}', Code.BAD_MESSAGE, "sample.s"),
    (b'{"type":"quality.report","link":"l","sample":{"s":1e300}}', Code.BAD_MESSAGE, "sample.s"),
    (
        b'{"type":"quality.report","link":"l","sample":{"s":5000,"in":{"a":{"l":1001}}}}',
        Code.BAD_MESSAGE,
        "sample.in.a.l",
    ),
    (
        b'{"type":"quality.report","link":"l","sample":{"s":5000,"in":{"v":{"c":"<b>"}}}}',
        Code.BAD_MESSAGE,
        "sample.in.v.c",
    ),
    (
        b'{"type":"quality.report","link":"l","sample":{"s":5000,"p":{"l":"10.0.0.1"}}}',
        Code.BAD_MESSAGE,
        "sample.p.l",
    ),
    (b'{"type":"ice.get","id":-1}', Code.BAD_MESSAGE, "id"),
    (b'{"type":"ping","id":"one"}', Code.BAD_MESSAGE, "id"),
    (b'{"type":"hello","seq":-5}', Code.BAD_MESSAGE, "seq"),
    (b'{"type":"hello","resume":5}', Code.BAD_MESSAGE, "resume"),
    (b'{"type":"link.ready","link":"l"}', Code.BAD_MESSAGE, "instance"),
    (
        b'{"type":"link.ready","link":"l","instance":"i","hardware":["<b>"]}',
        Code.BAD_MESSAGE,
        "hardware[0]",
    ),
    (
        b'{"type":"link.media","link":"l","microphone":1,"camera":true}',
        Code.BAD_MESSAGE,
        "microphone",
    ),
    (
        b'{"type":"link.description","link":"l","number":1,"description":{"type":"offer"}}',
        Code.BAD_MESSAGE,
        "description",
    ),
    (
        b'{"type":"link.description","link":"l","number":1,"description":{"type":"x","sdp":"v"}}',
        Code.BAD_MESSAGE,
        "description.type",
    ),
    (
        b'{"type":"link.candidate","link":"l","candidate":{"candidate":"c","sdpMLineIndex":-1}}',
        Code.BAD_MESSAGE,
        "candidate.sdpMLineIndex",
    ),
    (b'{"type":"ping","padding":"' + b"x" * MAX_MESSAGE_BYTES + b'"}', Code.TOO_LARGE, None),
    ("{'type': 'ping'} \ufeff\u0000".encode(), Code.BAD_MESSAGE, None),
]


@pytest.mark.parametrize(("text", "code", "field"), GARBAGE, ids=lambda value: repr(value)[:60])
async def test_garbage_is_answered_by_name_and_hurts_nobody(
    stage: Stage, text: bytes, code: Code, field: str | None
) -> None:
    booth = await stage.client("1", "booth")
    await booth.send_text(text)
    error = await booth.wait_for(Error)
    assert (error.code, error.field) == (code, field)
    assert error.text.startswith("[en] ")
    await booth.request(JOIN)


async def test_a_binary_message_is_garbage_too(stage: Stage) -> None:
    cookies = {"who": f"{stage.cast.home}/1"}
    async with (
        ClientSession(cookies=cookies) as session,
        session.ws_connect(f"{stage.base}/ws?surface=booth", protocols=[SUBPROTOCOL]) as socket,
    ):
        await socket.send_bytes(b"\x00\x01")
        error = msgspec.json.decode((await socket.receive()).data, type=Error)
        assert error.code == Code.BAD_MESSAGE


async def test_hello_comes_first_and_once(stage: Stage) -> None:
    async with (
        ClientSession(cookies={"who": f"{stage.cast.home}/1"}) as session,
        session.ws_connect(f"{stage.base}/ws?surface=booth", protocols=[SUBPROTOCOL]) as socket,
    ):
        await socket.send_str('{"type":"ping","id":1}')
        error = msgspec.json.decode((await socket.receive()).data, type=Error)
        assert (error.id, error.code) == (1, Code.HELLO_FIRST)
        await socket.send_str('{"type":"hello","id":2}')
        assert '"welcome"' in (await socket.receive()).data
        assert '"booth.state"' in (await socket.receive()).data
        await socket.send_str('{"type":"hello","id":3}')
        error = msgspec.json.decode((await socket.receive()).data, type=Error)
        assert (error.id, error.code, error.about) == (3, Code.WRONG_STATE, "hello")


async def test_too_fast_is_said_and_in_the_end_cut(stage: Stage) -> None:
    async with (
        ClientSession(cookies={"who": f"{stage.cast.home}/1"}) as session,
        session.ws_connect(f"{stage.base}/ws?surface=booth", protocols=[SUBPROTOCOL]) as socket,
    ):
        for _ in range(1000):
            await socket.send_str('{"type":"nonsense"}')
        seen = [message async for message in socket]
        codes = [
            msgspec.json.decode(each.data, type=Error).code
            for each in seen
            if each.type is WSMsgType.TEXT
        ]
        assert Code.UNKNOWN_TYPE in codes
        assert Code.TOO_FAST in codes
        assert socket.close_code == 4008
