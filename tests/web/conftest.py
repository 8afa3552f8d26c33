from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.web.stage import Stage, staged


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One node for all tests of a module; each test brings its own people."""
    async with staged(redis_url, tmp_path_factory.mktemp("node")) as stage:
        yield stage
