"""Nodes die, hang and stop while people wait, are being asked and talk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.checks import archived
from tests.faults.installation import installation
from tests.faults.scene import Scene


@pytest.mark.parametrize("dead", [0, 1])
async def test_people_of_a_killed_node_go_on_at_the_other(tmp_path: Path, dead: int) -> None:
    """Mid-offer, mid-connect and mid-call at once; with the visitors' node, then the others'."""
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play(visitors_on=[0], others_on=1)
        await here.kill(dead)
        await scene.stands(since=clock())
        await scene.ends()


async def test_people_wait_for_nodes_that_were_all_killed(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play()
        await here.kill()
        await here.start()
        await scene.stands(since=clock())
        await scene.ends()
        await archived(here)
