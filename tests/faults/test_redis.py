"""Redis dies, hangs, or cannot be reached while people wait, are being asked and talk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from signaling import keys
from signaling.presence import NODE_SILENT_MS
from tests.faults.installation import Installation, installation
from tests.faults.scene import Scene
from tests.waiting import until

FROZEN_SECONDS = 10


async def test_nothing_is_lost_with_a_redis_that_is_killed(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play()
        here.server.kill()
        await asyncio.to_thread(here.server.start)
        await scene.stands(since=clock())
        await scene.ends()


async def test_people_wait_for_a_redis_that_hangs(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play()
        here.server.freeze()
        await asyncio.sleep(FROZEN_SECONDS)  # the time is the fault
        here.server.thaw()
        await scene.stands(since=clock())
        await scene.ends()


async def test_people_of_a_node_that_redis_takes_for_dead_go_on(tmp_path: Path) -> None:
    """Their node lost its way to Redis for so long that others took its place, and found it."""
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        scene = Scene(here)
        await scene.play(visitors_on=[0], others_on=1)
        here.cables[0].cut()
        await until(lambda: _is_alone(here), seconds=2 * NODE_SILENT_MS / 1000)
        here.cables[0].heal()
        await scene.stands(since=clock())
        await scene.ends()


async def _is_alone(here: Installation) -> bool:
    """Whether only one node is taken for living."""
    return await here.redis.zcard(keys.NODES) == 1
