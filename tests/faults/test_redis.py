"""Redis dies, hangs, or cannot be reached while people wait, are being asked and talk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import ClientSession

from signaling import keys
from signaling.model import State
from signaling.presence import NODE_SILENT_MS
from tests.faults.checks import settled, usable
from tests.faults.installation import Installation, installation
from tests.faults.scene import Scene
from tests.waiting import until

FROZEN_SECONDS = 10
LATE_SECONDS = 7


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


async def test_what_a_cut_off_node_said_of_a_page_does_not_send_it_away_when_it_arrives_late(
    tmp_path: Path,
) -> None:
    """The page came to a node that was cut off in that moment, and then to the other one."""
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path, consultants=1) as here:
        visitor = await here.booth(0, on=0)
        cable = here.cables[0]
        cable.cut_at(b"_attach")
        await visitor.client.cut()
        await until(lambda: cable.is_cut)
        visitor.door.turn()
        await visitor.client.wait_up()
        cut_at = clock()
        # The time is the fault: longer than a node waits for any answer.
        await until(lambda: clock() - cut_at > LATE_SECONDS, seconds=2 * LATE_SECONDS)
        cable.heal()
        ready = f"{here.nodes[0].base}/readyz"
        async with ClientSession() as session:
            await until(lambda: _answers(session, ready))
        await visitor.ask(here.ticket)
        await visitor.sees(State.WAITING)
        await usable(here, [visitor], since=clock())
        await settled(here, [visitor])


async def _answers(session: ClientSession, url: str) -> bool:
    async with session.get(url) as answer:
        return answer.ok


async def _is_alone(here: Installation) -> bool:
    """Whether only one node is taken for living."""
    return await here.redis.zcard(keys.NODES) == 1
