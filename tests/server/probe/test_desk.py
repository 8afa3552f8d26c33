"""Pages call the probe through their node, which knows who they are."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from server.probe import desk
from server.probe.app import Probe
from signaling.errors import Code
from tests.server.nodes import running_node
from tests.signaling.media.caller import Caller
from tests.waiting import until
from tests.web.stage import Person, Stage, staged

CALL = "call-number-00000001"
PATH = "/probe/calls"


@pytest.fixture
async def probe() -> AsyncIterator[TestServer]:
    server = TestServer(Probe(most=1, most_waiting=0).app())
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def stage(redis_url: str, tmp_path: Path, probe: TestServer) -> AsyncIterator[Stage]:
    async with staged(redis_url, tmp_path, probe=str(probe.make_url("/"))) as stage:
        yield stage


async def ask(person: Person, sdp: str = "v=0", *, surface: str = "booth") -> tuple[int, str]:
    answer = await person.session.post(
        PATH, params={"surface": surface}, json={"call": CALL, "sdp": sdp}
    )
    return answer.status, (await answer.json()).get("code", "")


async def test_a_booth_and_a_consultant_may_call_and_nobody_else(stage: Stage) -> None:
    for person, surface in (
        (await stage.booth(), "booth"),
        (await stage.staff("consultant"), "workspace"),
    ):
        caller = Caller(None, None)
        async with caller.calling() as sdp:
            answer = await person.session.post(
                PATH, params={"surface": surface}, json={"call": CALL, "sdp": sdp}
            )
            assert answer.status == 200, await answer.text()
            await caller.connect((await answer.json())["sdp"])
        ended = await person.session.delete(f"{PATH}/{CALL}", params={"surface": surface})
        assert ended.status == 204
    assert await ask(await stage.visitor()) == (401, Code.NOT_SIGNED_IN)
    assert await ask(await stage.staff("supervisor"), surface="workspace") == (
        401,
        Code.NOT_SIGNED_IN,
    )
    assert await ask(await stage.booth(), surface="desk") == (400, Code.BAD_FIELD)


async def test_an_offer_that_is_none_is_refused_by_its_field(stage: Stage) -> None:
    assert await ask(await stage.booth(), "garbage") == (400, Code.BAD_FIELD)
    answer = await (await stage.booth()).session.post(PATH, params={"surface": "booth"}, data="{")
    assert answer.status == 400


async def test_another_site_may_not_call(stage: Stage) -> None:
    answer = await (await stage.booth()).session.post(
        PATH, params={"surface": "booth"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status == 403


async def test_who_offers_too_often_is_told_when_to_come_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "CALLS_IN_WINDOW", 2)
    person = await stage.staff("consultant")
    for _ in range(2):
        assert (await ask(person, "garbage", surface="workspace"))[0] == 400
    assert await ask(person, surface="workspace") == (429, Code.TOO_FAST)


async def test_a_full_probe_is_busy_and_one_that_is_away_unavailable(
    stage: Stage, probe: TestServer
) -> None:
    caller, second = Caller(None, None), Caller(None, None)
    async with caller.calling() as sdp, second.calling() as other:
        assert (await ask(await stage.booth(), sdp))[0] == 200
        assert await ask(await stage.staff("consultant"), other, surface="workspace") == (
            503,
            Code.BUSY,
        )
    await probe.close()
    assert await ask(await stage.booth()) == (503, Code.UNAVAILABLE)


async def test_without_a_probe_there_is_nothing_to_call(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path, probe="off") as stage:
        assert await ask(await stage.booth()) == (404, Code.NOT_FOUND)


async def test_a_node_starts_its_probe_again_when_it_dies(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:

        def probes() -> list[int]:
            return [pid for pid, command in node.family().items() if " probe " in command]

        (first,) = probes()
        os.kill(first, signal.SIGKILL)
        await until(lambda: bool(probes()) and probes() != [first])
        async with asyncio.timeout(10):
            assert await node.stop() == 0
