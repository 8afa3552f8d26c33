"""While an engine is away every operation says so, coded, and nothing is used up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.api.table import OPERATIONS
from server.archive.database import DATABASE
from tests.engines import RedisProcess, redis_process
from tests.server.api.programs import Program, furnish, program, token_for
from tests.server.api.test_calls import BODIES, path_of
from tests.waiting import until
from tests.web.stage import Stage, staged


@pytest.fixture
async def mortal(tmp_path: Path) -> AsyncIterator[tuple[RedisProcess, Stage, Program]]:
    """A node with engines of its own, and a program that may do everything."""
    with redis_process() as redis:
        async with staged(redis.url, tmp_path) as stage:
            await furnish(stage)
            async with program(stage, await token_for(stage, stage.home)) as machine:
                yield redis, stage, machine
            redis.start()


async def refusals(machine: Program) -> dict[str, tuple[int, str, str | None]]:
    """How each operation is refused."""
    found = {}
    for operation in OPERATIONS:
        answer = await machine.ask(
            operation.method, path_of(operation), BODIES.get(operation.name), key=operation.name
        )
        found[operation.name] = answer.refusal
        assert int(answer.headers["Retry-After"]) >= 1
    return found


async def test_without_redis(mortal: tuple[RedisProcess, Stage, Program]) -> None:
    redis, _, machine = mortal
    redis.kill()
    away = (503, "unavailable", None)
    assert await refusals(machine) == {each.name: away for each in OPERATIONS}
    redis.start()

    async def back() -> bool:
        return (await machine.take("createTicket")).status == 201

    await until(back)


async def test_without_sql(mortal: tuple[RedisProcess, Stage, Program]) -> None:
    _, stage, machine = mortal
    async with stage.app[DATABASE].write() as connection:
        for table in ("centre", "topic", "api_token", "record"):
            await connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_away")
    away = (503, "unavailable", None)
    assert await refusals(machine) == {each.name: away for each in OPERATIONS}
