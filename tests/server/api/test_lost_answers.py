"""Whoever dies between taking a ticket and answering: sent again, the request gets that ticket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from server.app import create_app
from server.archive.database import DATABASE
from server.settings import Settings
from signaling import journal, keys
from signaling.events import Joined
from signaling.store import open_redis
from tests.engines import RedisProcess, redis_process
from tests.faults.wires import Cable
from tests.server.api.programs import Program, furnish, program, token_for
from tests.waiting import until
from tests.web.stage import Stage, staged

KEEPS_THE_ANSWER = b'"answered"'
TAKES_THE_TICKET = b"_join"


class Scene:
    """A node whose way to Redis can be cut, and a program that may do everything."""

    def __init__(self, redis: RedisProcess, cable: Cable, stage: Stage, machine: Program) -> None:
        self.redis = redis
        self.cable = cable
        self.stage = stage
        self.machine = machine

    async def joined(self) -> list[Joined]:
        """Everyone who ever took a ticket, as Redis itself says."""
        async with open_redis(self.redis.url) as direct:
            return [
                entry.event
                async for entry in journal.read(direct, self.stage.home.id)
                if isinstance(entry.event, Joined)
            ]

    async def let_the_claim_lapse(self) -> None:
        """As it does by itself, a minute after the request was begun."""
        async with open_redis(self.redis.url) as direct:
            claims = f"{keys.prefix(self.stage.home.id)}idempotency:*"
            async for name in direct.scan_iter(match=claims):
                await direct.pexpire(name, 1)

            async def gone() -> bool:
                return not [name async for name in direct.scan_iter(match=claims)]

            await until(gone)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    with redis_process() as redis:
        far = Path(redis.url.removeprefix("unix://"))
        async with (
            Cable(far.with_name("cable.sock"), far).laid() as cable,
            staged(cable.url, tmp_path) as stage,
        ):
            await furnish(stage)
            async with program(stage, await token_for(stage, stage.home)) as machine:
                yield Scene(redis, cable, stage, machine)
            redis.start()
            cable.heal()


async def test_redis_dies_before_the_answer_is_kept(scene: Scene) -> None:
    scene.cable.cut_at(KEEPS_THE_ANSWER)
    lost = asyncio.create_task(scene.machine.take("key", external="A117"))
    await until(lambda: scene.cable.is_cut)
    scene.redis.kill()
    scene.cable.heal()
    await lost
    scene.redis.start()
    await scene.let_the_claim_lapse()
    answer = await _answered(scene.machine, "key", external="A117")
    (joined,) = await scene.joined()
    assert answer["id"] == joined.consultation
    assert (await scene.machine.get("/tickets?centre=main&external=A117")).json == answer


async def test_a_node_dies_before_the_answer_is_kept(scene: Scene, tmp_path: Path) -> None:
    scene.cable.cut_at(KEEPS_THE_ANSWER)
    lost = asyncio.create_task(scene.machine.take("key"))
    await until(lambda: scene.cable.is_cut)
    await scene.let_the_claim_lapse()
    address = str(scene.stage.app[DATABASE]._engine.url)
    settings = Settings(redis_url=scene.redis.url, data_dir=tmp_path, database_url=address)
    async with (
        TestServer(create_app(settings)) as other,
        ClientSession(other.make_url("/")) as session,
    ):
        answer = await _answered(Program(session, scene.machine.token), "key")
    (joined,) = await scene.joined()
    assert answer["id"] == joined.consultation
    lost.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await lost


async def test_what_the_node_gave_up_arrives_late(scene: Scene) -> None:
    """The path to Redis hung; the program was told to try again, and then the line heard of it."""
    first = (await scene.machine.take()).json
    scene.cable.cut_at(TAKES_THE_TICKET)
    assert (await scene.machine.take("key")).refusal == (503, "unavailable", None)
    scene.cable.heal()

    async def arrived() -> bool:
        return len(await scene.joined()) == 2

    await until(arrived)
    await scene.let_the_claim_lapse()
    answer = await _answered(scene.machine, "key")
    assert [each.consultation for each in await scene.joined()] == [first["id"], answer["id"]]


async def test_the_key_still_stands_for_one_request(scene: Scene) -> None:
    taken = await scene.machine.take("key")
    await scene.let_the_claim_lapse()
    other = await scene.machine.take("key", mode="text")
    assert other.refusal == (422, "key_reused", None)
    assert (await _answered(scene.machine, "key"))["id"] == taken.json["id"]


async def test_a_line_that_closed_meanwhile_does_not_hide_the_ticket(scene: Scene) -> None:
    taken = await scene.machine.take("key", topic="pension")
    await scene.let_the_claim_lapse()
    await scene.machine.ask("PUT", "/lines/pension/gate", {"gate": "closed"})
    again = await scene.machine.take("key", topic="pension")
    assert (again.status, again.json["id"]) == (201, taken.json["id"])


async def _answered(machine: Program, key: str, **fields: object) -> dict[str, object]:
    """The ticket, once the node is well and nobody works on the request any more."""
    found: list[dict[str, object]] = []

    async def answered() -> bool:
        answer = await machine.take(key, **fields)
        assert answer.status in {201, 409, 503}, answer.body
        if answer.status == 201:
            found.append(answer.json)
        return answer.status == 201

    await until(answered)
    return found[0]
