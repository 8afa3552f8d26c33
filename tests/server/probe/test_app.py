"""The probe as nodes use it: over HTTP, with real calls."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from server.probe.app import Probe
from server.probe.words import CallAnswer, Count
from tests.signaling.media.caller import Caller
from tests.waiting import until

NAMES = [f"call-number-{number:08}" for number in range(9)]


@contextlib.asynccontextmanager
async def opened(probe: Probe) -> AsyncIterator[TestClient]:  # type: ignore[type-arg] # of any app
    async with TestClient(TestServer(probe.app())) as client:
        yield client


async def offer(client: TestClient, call: str, sdp: str) -> CallAnswer:  # type: ignore[type-arg]
    answer = await client.post("/calls", json={"call": call, "sdp": sdp})
    assert answer.status == 200, await answer.text()
    return msgspec.json.decode(await answer.read(), type=CallAnswer)


async def count(client: TestClient) -> Count:  # type: ignore[type-arg]
    return msgspec.json.decode(await (await client.get("/")).read(), type=Count)


async def test_a_call_is_answered_and_ended_by_the_page() -> None:
    caller = Caller(None, None)
    async with opened(Probe(most=1, most_waiting=1)) as client, caller.calling() as sdp:
        answer = await offer(client, NAMES[0], sdp)
        assert len(answer.tone) == 4
        await caller.connect(answer.sdp)
        assert await count(client) == Count(calls=1, waiting=0, served=1, busy=0)
        assert (await client.delete(f"/calls/{NAMES[0]}")).status == 204

        async def over() -> bool:
            return (await count(client)).calls == 0

        await until(over)


async def test_calls_are_bounded_and_the_next_in_line_is_let_in() -> None:
    caller, second = Caller(None, None), Caller(None, None)
    async with (
        opened(Probe(most=1, most_waiting=1)) as client,
        caller.calling() as sdp,
        second.calling() as other,
    ):
        await caller.connect((await offer(client, NAMES[0], sdp)).sdp)
        assert (await offer(client, NAMES[1], other)).place == 1
        refused = await client.post("/calls", json={"call": NAMES[2], "sdp": other})
        assert refused.status == 503
        assert await count(client) == Count(calls=1, waiting=1, served=1, busy=1)
        await caller.connection.close()

        async def let_in() -> bool:
            answer = await offer(client, NAMES[1], other)
            if answer.place == 0:
                await second.connect(answer.sdp)
            return answer.place == 0

        await until(let_in)


async def test_a_call_that_lasts_too_long_is_ended() -> None:
    caller = Caller(None, None)
    async with (
        opened(Probe(most=1, most_waiting=0, seconds=0.5)) as client,
        caller.calling() as sdp,
    ):
        await caller.connect((await offer(client, NAMES[0], sdp)).sdp)

        async def over() -> bool:
            return (await count(client)).calls == 0

        await until(over, seconds=5)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"call": "short", "sdp": "v=0"},
        {"call": NAMES[0], "sdp": ""},
        {"call": NAMES[0], "sdp": "garbage"},
        {"call": NAMES[0], "sdp": "v=0\r\nm=audio"},
        {"call": NAMES[0], "sdp": "x" * 50_000},
        {"call": NAMES[0], "sdp": "v=0", "more": 1},
    ],
)
async def test_garbage_is_refused_and_takes_no_place(body: dict[str, object]) -> None:
    async with opened(Probe(most=1, most_waiting=0)) as client:
        assert (await client.post("/calls", json=body)).status == 400

        async def empty() -> bool:
            return (await count(client)).calls == 0

        await until(empty)


async def test_the_same_call_is_not_answered_twice() -> None:
    caller = Caller(None, None)
    async with opened(Probe(most=2, most_waiting=0)) as client, caller.calling() as sdp:
        await caller.connect((await offer(client, NAMES[0], sdp)).sdp)
        again = await client.post("/calls", json={"call": NAMES[0], "sdp": sdp})
        assert again.status == 409


async def test_it_ends_while_calls_are_under_way() -> None:
    caller = Caller(None, None)
    async with caller.calling() as sdp, opened(Probe(most=1, most_waiting=0)) as client:
        await caller.connect((await offer(client, NAMES[0], sdp)).sdp)


async def test_calls_one_after_another_leave_nothing_behind() -> None:
    """The figure for 500 is `bench/probe.py`'s; here: no call is still known."""
    async with opened(Probe(most=1, most_waiting=0)) as client:
        for name in NAMES[:5]:
            caller = Caller(None, None)
            async with caller.calling() as sdp:
                await caller.connect((await offer(client, name, sdp)).sdp)
            await client.delete(f"/calls/{name}")

            async def over() -> bool:
                return (await count(client)).calls == 0

            await until(over)
        assert (await count(client)).served == 5
