"""Nodes die, hang and stop while people wait, are being asked and talk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from signaling import keys
from tests.faults.checks import archived
from tests.faults.installation import Installation, installation
from tests.faults.page import Page
from tests.faults.scene import Scene
from tests.waiting import until


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


@pytest.mark.parametrize("hung", [[0], [0, 1]], ids=["one", "all"])
async def test_people_of_nodes_that_hung_until_they_were_taken_for_dead_go_on(
    tmp_path: Path, hung: list[int]
) -> None:
    """As when a virtual machine is moved: their sockets stand, and nobody is told of anything.

    When all hung, the first that goes on finds the others silent, and they find themselves buried.
    """
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play(visitors_on=[0], others_on=1)
        for number in hung:
            here.nodes[number].pause()
        on_each = [scene.visitors[0], scene.consultants[0]]
        await here.age(*(on_each[number] for number in hung))
        here.nodes[1].resume()
        await until(lambda: _is_forgotten(here, scene.visitors[0]))
        here.nodes[0].resume()
        await scene.stands(since=clock())
        await scene.ends()


async def _is_forgotten(here: Installation, page: Page) -> bool:
    name = keys.person(here.organisation, page.person)
    return not await here.redis.hexists(name, "node")
