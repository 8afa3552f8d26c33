"""What runs out while nodes die is acted on by those that live, and once."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from signaling.events import Returned
from signaling.messages import HangUp
from signaling.model import State
from tests.faults.checks import acted_on, settled, usable
from tests.faults.installation import installation
from tests.faults.scene import AVAILABLE

OFFER = 4
PAIRS = 6
TALKS = 2


async def test_deadlines_are_acted_on_once_while_a_node_is_killed(tmp_path: Path) -> None:
    clock = asyncio.get_running_loop().time
    settings = {"offer_seconds": OFFER, "wrap_up_seconds": OFFER}
    async with installation(
        tmp_path, nodes=3, booths=PAIRS, consultants=PAIRS, settings=settings
    ) as here:
        visitors = [await here.booth(number, on=number % 3) for number in range(PAIRS)]
        consultants = [
            await here.consultant(number, on=(number + 1) % 3) for number in range(PAIRS)
        ]
        for visitor, consultant in zip(visitors[:TALKS], consultants, strict=False):
            await visitor.ask(here.ticket)
            await consultant.ask(AVAILABLE)
            await consultant.accept()
            for page in (visitor, consultant):
                await page.media()
            await consultant.sees(State.ACTIVE)
        for visitor in visitors[TALKS:]:
            await visitor.ask(here.ticket)
        # From here on everything runs out at nearly the same moment, looked for by three nodes.
        for consultant in consultants[TALKS:]:
            await consultant.ask(AVAILABLE)
        for consultant in consultants[:TALKS]:
            await consultant.ask(HangUp(consultation=consultant.consultation))
        await here.kill(0)
        await usable(here, [*visitors, *consultants], since=clock())
        # Whoever wrapped up is asked next and does not answer either; then nobody is left.
        for consultant in consultants:
            await consultant.sees(None, within=4 * OFFER)
        for visitor in visitors[TALKS:]:
            await visitor.sees(State.WAITING)
        events = await settled(here, visitors)
        counts = acted_on(events)
        assert counts == {"offer": PAIRS, "missed": PAIRS, "wrap_up": TALKS}
        returned = Counter(each.consultation for each in events if isinstance(each, Returned))
        assert sum(returned.values()) == PAIRS
