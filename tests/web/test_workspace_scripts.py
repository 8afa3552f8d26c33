"""How the workspace judges a wait: its own pure function, asked by node."""

from __future__ import annotations

import pytest

from tests.web.test_screens import call


@pytest.mark.parametrize(
    ("waited", "age"), [(0, "calm"), (44, "calm"), (45, "near"), (60, "near"), (61, "over")]
)
async def test_a_wait_is_judged_by_the_service_level_of_its_topic(waited: int, age: str) -> None:
    assert await call("workspace/ages.js", "ageOf", waited * 1000, 60_000) == age
