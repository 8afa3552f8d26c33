"""A request that is sent again is done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from server.api.idempotency import Answered, Repeats
from server.app import create_app
from server.archive.database import DATABASE
from server.settings import Settings
from signaling import keys
from signaling.errors import Code, OknoError
from signaling.ids import OrganisationId, new_ulid
from signaling.ports import REDIS
from signaling.store import open_redis
from signaling.tickets import Errand
from tests.server.api.programs import Program, program, token_for
from tests.signaling.room import refused
from tests.web.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWER = Answered(status=201, body="{}", location="/here")


async def tickets(stage: Stage) -> int:
    return int(await stage.app[REDIS].zcard(keys.open_consultations(stage.home.id)))


async def test_the_same_request_is_answered_alike(stage: Stage, machine: Program) -> None:
    before = await tickets(stage)
    first = await machine.take("key-1")
    assert (first.status, "Idempotency-Replayed" in first.headers) == (201, False)
    await machine.ask("PATCH", f"/tickets/{first.json['id']}", {"mode": "text"})
    again = await machine.take("key-1")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await tickets(stage) == before + 1


async def test_every_kind_of_change_may_be_repeated(machine: Program) -> None:
    ticket = (await machine.take()).json
    path = f"/tickets/{ticket['id']}"
    for method, body, status in (("PATCH", {"mode": "text"}, 200), ("DELETE", None, 204)):
        answers = [await machine.ask(method, path, body, key=f"{method}-1") for _ in range(2)]
        assert [each.status for each in answers] == [status, status]
    gate = [
        await machine.ask("PUT", "/lines/pension/gate", {"gate": "open"}, key="PUT-1")
        for _ in range(2)
    ]
    assert gate[0].body == gate[1].body


async def test_a_refusal_is_repeated_as_well(machine: Program) -> None:
    """Else a machine that lost the refusal would get a ticket that its visitor no longer wants."""
    await machine.ask("PUT", "/lines/pension/gate", {"gate": "closed"})
    first = await machine.take("key-2", topic="pension")
    await machine.ask("PUT", "/lines/pension/gate", {"gate": "open"})
    again = await machine.take("key-2", topic="pension")
    assert first.refusal == again.refusal == (409, "line_closed", None)
    assert (await machine.take("key-3", topic="pension")).status == 201


async def test_a_key_stands_for_one_request(machine: Program) -> None:
    ticket = (await machine.take("key-4")).json
    other_body = await machine.take("key-4", mode="text")
    other_path = await machine.ask("DELETE", f"/tickets/{ticket['id']}", key="key-4")
    for answer in (other_body, other_path):
        assert answer.refusal == (422, "key_reused", "Idempotency-Key")


async def test_a_key_means_nothing_to_another_token(
    stage: Stage, machine: Program, outsider: Program
) -> None:
    async with program(stage, await token_for(stage, stage.home)) as colleague:
        taken = [await each.take("key-5") for each in (machine, colleague, outsider)]
    assert len({each.json["id"] for each in taken}) == 3


async def test_what_was_never_understood_does_not_use_up_a_key(machine: Program) -> None:
    assert (await machine.take("key-6", mode="shouting")).status == 400
    assert (await machine.take("key-6")).status == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "x" * 129])
async def test_a_key_that_is_none_is_refused(machine: Program, key: str) -> None:
    answer = await machine.take(key)
    assert answer.refusal == (400, "bad_field", "Idempotency-Key")


async def test_many_at_once_are_done_once(stage: Stage, machine: Program) -> None:
    before = await tickets(stage)
    answers = await asyncio.gather(*(machine.take("key-7") for _ in range(20)))
    assert await tickets(stage) == before + 1
    done = {each.body for each in answers if each.status == 201}
    assert len(done) == 1
    for answer in answers:
        if answer.status != 201:
            assert answer.refusal == (409, "under_way", None)
            assert answer.headers["Retry-After"] == "1"
    assert (await machine.take("key-7")).body in done


async def test_another_node_knows_what_this_one_did(
    stage: Stage, machine: Program, redis_url: str, tmp_path: Path
) -> None:
    first = await machine.take("key-8")
    address = str(stage.app[DATABASE]._engine.url)
    app = create_app(Settings(redis_url=redis_url, data_dir=tmp_path, database_url=address))
    async with TestServer(app) as other, ClientSession(other.make_url("/")) as session:
        again = await Program(session, machine.token).take("key-8")
    assert (again.status, again.body) == (201, first.body)


async def test_a_program_that_is_gone_before_its_answer_finds_it_later(
    stage: Stage, machine: Program
) -> None:
    before = await tickets(stage)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await machine.take("key-9")
    answer = await machine.take("key-9")
    while answer.status == 409:
        answer = await machine.take("key-9")
    assert answer.status == 201
    assert await tickets(stage) == before + 1


@pytest_asyncio.fixture(loop_scope="module")
async def memory(any_redis_url: str) -> AsyncIterator[Repeats]:
    """On every kind of Redis, because it all hangs on one command's options."""
    redis = open_redis(any_redis_url)
    yield Repeats(redis)
    await redis.aclose()


def somebody() -> OrganisationId:
    return OrganisationId(new_ulid())


K = Errand(name="t:k", request="f")


async def test_while_the_first_is_under_way_the_second_is_told_so(memory: Repeats) -> None:
    who = somebody()
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> Answered:
        begun.set()
        await may_end.wait()
        return ANSWER

    other = Errand(name=K.name, request="other")
    first = asyncio.create_task(memory.once(who, K, slow))
    await begun.wait()
    assert await refused(memory.once(who, K, slow)) is Code.UNDER_WAY
    assert await refused(memory.once(who, other, slow)) is Code.KEY_REUSED
    may_end.set()
    assert await first == (ANSWER, False)
    assert await memory.once(who, K, slow) == (ANSWER, True)


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (OknoError(Code.WRONG_STATE), True),
        (OknoError(Code.UNAVAILABLE), False),
        (ConnectionResetError(), False),
        (RuntimeError(), False),
    ],
)
async def test_what_may_pass_can_be_tried_again(
    memory: Repeats, fault: Exception, kept: bool
) -> None:
    who = somebody()

    async def fails() -> Answered:
        raise fault

    async def works() -> Answered:
        return ANSWER

    with pytest.raises(type(fault)):
        await memory.once(who, K, fails)
    if kept:
        assert await refused(memory.once(who, K, works)) is Code.WRONG_STATE
    else:
        assert await memory.once(who, K, works) == (ANSWER, False)


async def test_no_key_stays_for_ever(stage: Stage, machine: Program) -> None:
    redis = stage.app[REDIS]
    await machine.take("key-10", external="A500")
    names = [
        str(name)
        for kind in ("idempotency", "calls", "external")
        async for name in redis.scan_iter(match=f"{keys.prefix(stage.home.id)}{kind}:*")
    ]
    assert len({name.split("}:")[1].partition(":")[0] for name in names}) == 3
    for name in names:
        assert await redis.ttl(name) > 0, name
