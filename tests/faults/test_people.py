"""People who do not come back, all come at once, or read too slowly."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from signaling import keys
from signaling.errors import OknoError
from signaling.events import Joined
from signaling.ids import UserId
from signaling.messages import LinkDescription
from signaling.model import State
from signaling.parts import Description
from tests.faults.checks import acted_on, settled, usable
from tests.faults.installation import Installation, installation
from tests.faults.page import Page
from tests.faults.scene import AVAILABLE, Scene
from tests.waiting import until

GRACE = 12
STORM = 30
LARGE = 40_000
RATE = 30
"""Messages a second."""


async def test_consultants_who_went_with_their_node_are_not_asked_and_their_visitors_return(
    tmp_path: Path,
) -> None:
    settings = {"heartbeat_seconds": 2, "grace_seconds": GRACE, "resume_seconds": GRACE}
    async with installation(tmp_path, consultants=4, settings=settings) as here:
        visitors = [await here.booth(number, on=0) for number in range(3)]
        door = await here.door(1, only=True)
        gone = [await here.consultant(number, door=door) for number in range(3)]
        for visitor, consultant in zip(visitors, gone, strict=False):
            await consultant.ask(AVAILABLE)
            if visitor is not visitors[2]:
                await visitor.ask(here.ticket)
                await consultant.sees(State.OFFERED)
        await gone[0].accept()
        for page in (visitors[0], gone[0]):
            await page.media()
        await visitors[0].sees(State.ACTIVE)

        await here.kill(1)
        await here.age(gone[0])
        await until(lambda: _is_able(here, here.consultants[2], expected=False))
        await visitors[2].ask(here.ticket)
        await settled(here, visitors)
        assert visitors[2].state == State.WAITING, "a page that is gone was asked"

        for visitor in visitors[:2]:
            await visitor.sees(State.WAITING, within=2 * GRACE)
        await until(lambda: _is_lost(here, 3))
        events = await settled(here, visitors)
        assert acted_on(events) == {"consultant lost": 3}
        # Who was cut off in a talk comes first, then everyone in the order they came.
        last = await here.consultant(3)
        for visitor in visitors:
            await last.ask(AVAILABLE)
            await last.accept()
            assert last.consultation == visitor.consultation
            for page in (visitor, last):
                await page.media()
            await last.finish()
        await settled(here, visitors)


async def _is_able(here: Installation, user: UserId, *, expected: bool) -> bool:
    able = await here.redis.hget(keys.consultant(here.organisation, user), "able")
    return (able == "1") is expected


async def _is_lost(here: Installation, count: int) -> bool:
    staff = await here.redis.hgetall(keys.staff(here.organisation))
    return len(staff) == len(here.consultants) - 1 - count


async def test_everyone_gets_one_ticket_while_their_node_stops(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path, booths=STORM) as here:
        visitors = [await here.booth(number, on=0) for number in range(STORM)]
        joining = [asyncio.create_task(_insist(here, visitor)) for visitor in visitors]
        await until(lambda: any(visitor.state for visitor in visitors))
        await here.nodes[0].stop(signal.SIGTERM)
        await usable(here, visitors, since=clock())
        await asyncio.gather(*joining)
        events = await settled(here, visitors)
        joined = [each for each in events if isinstance(each, Joined)]
        assert len(joined) == STORM
        assert [each.place for each in joined] == list(range(1, STORM + 1))
        shown = {visitor.consultation for visitor in visitors}
        assert shown == {each.consultation for each in joined}


async def _insist(here: Installation, visitor: Page) -> None:
    """Press again until the screen shows the ticket."""
    while visitor.state is None:
        try:
            await visitor.ask(here.ticket)
            await visitor.sees(State.WAITING, within=1)
        except OknoError:
            await visitor.client.wait_up()
        except TimeoutError:
            continue


async def test_a_page_that_reads_too_slowly_holds_nobody_up_and_comes_back(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    async with installation(tmp_path) as here:
        door = await here.door(1)
        scene = Scene(here)
        await scene.play(visitors_on=[0], others_on=1, first_by=door)
        slow, talks_to = scene.consultants[0], scene.visitors[0]
        name = keys.person(here.organisation, slow.person)
        connection = await here.redis.hget(name, "connection")
        door.stall()
        flood = LinkDescription(
            link=talks_to.link,
            number=1,
            description=Description(type="offer", sdp="x" * LARGE),
        )
        longest = 0.0
        while await here.redis.hget(name, "connection") == connection:
            await talks_to.client.tell(flood)
            begun = clock()
            assert await scene.consultants[1].answers()
            longest = max(longest, clock() - begun)
            await asyncio.sleep(1 / RATE)  # faster than this no page may speak
        door.flow()
        assert longest < 1, "others had to wait"
        await scene.stands(since=clock())
        await scene.ends()
