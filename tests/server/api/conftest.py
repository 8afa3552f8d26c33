from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.server.api.programs import Program, furnish, program, token_for
from tests.web.stage import Stage, staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One node for all tests of a module."""
    directory = tmp_path_factory.mktemp("node")
    async with staged(redis_url, directory, api_requests=100_000) as stage:
        await furnish(stage)
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def machine(stage: Stage) -> AsyncIterator[Program]:
    """May do everything in its own organisation."""
    async with program(stage, await token_for(stage, stage.home)) as machine:
        yield machine


@pytest_asyncio.fixture(loop_scope="module")
async def outsider(stage: Stage) -> AsyncIterator[Program]:
    """May do everything in another organisation."""
    async with program(stage, await token_for(stage, stage.elsewhere)) as outsider:
        yield outsider


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(stage: Stage) -> AsyncIterator[Program]:
    """Has no token."""
    async with program(stage, None) as stranger:
        yield stranger
