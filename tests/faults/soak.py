"""People who do what people do, at random moments, and faults at random moments among them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from random import Random

from signaling.errors import OknoError
from signaling.events import AnyEvent
from signaling.frames import Request
from signaling.messages import (
    AcceptOffer,
    DeclineOffer,
    FinishWrapUp,
    HangUp,
    LeaveLine,
    MediaArrived,
    MediaFailed,
    TakeTicket,
)
from signaling.model import State
from signaling.tasks import end
from tests.faults.checks import usable
from tests.faults.installation import Installation
from tests.faults.page import Page
from tests.faults.scene import AVAILABLE

_THINKING = 0.4
"""Longest pause between two things that somebody does, seconds."""
_QUIET = (1.0, 3.0)
"""Seconds between the end of a fault and the next one."""
_FROZEN = 2.0
_CUT = (1.0, 7.0)
"""Seconds; at most longer than a node waits for any answer, so that it arrives too late."""


class Soak:
    """Random people and random faults. The seed decides both, as far as the machine's own timing
    does not."""

    def __init__(self, here: Installation, rng: Random) -> None:
        self.here = here
        self.visitors: list[Page] = []
        self.consultants: list[Page] = []
        self.faults: Counter[str] = Counter()
        self.slowest = 0.0
        """Seconds from the end of a fault until the last page was usable, at most."""
        self._rng = rng

    @property
    def pages(self) -> Sequence[Page]:
        return [*self.visitors, *self.consultants]

    async def seat(self, booths: int, consultants: int) -> None:
        """Let everyone come, spread over the nodes."""
        nodes = len(self.here.nodes)
        for number in range(booths):
            self.visitors.append(await self.here.booth(number, on=number % nodes))
        for number in range(consultants):
            self.consultants.append(await self.here.consultant(number, on=number % nodes))

    async def run(self, seconds: float) -> None:
        """Live through so many seconds; everyone is still afterwards and every page works."""
        clock = asyncio.get_running_loop().time
        people = [
            asyncio.create_task(self._live(page, next_of))
            for pages, next_of in ((self.visitors, self._visits), (self.consultants, consults))
            for page in pages
        ]
        try:
            ends = clock() + seconds
            while clock() < ends:
                await asyncio.sleep(self._rng.uniform(*_QUIET))  # and so do faults
                await self._fail(self._rng.choice(self._kinds()))
                took = await usable(self.here, self.pages, since=clock())
                self.slowest = max(self.slowest, took)
        finally:
            await end(people)

    def report(self, events: Sequence[AnyEvent]) -> str:
        """What happened, in a line."""
        kinds = Counter(type(event).__name__ for event in events)
        return f"faults {dict(self.faults)}, usable again in {self.slowest:.2f} s, {dict(kinds)}"

    def _visits(self, page: Page, rng: Random) -> Request | None:
        return visits(page, rng, self.here.ticket)

    def _kinds(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return [self._node_killed, self._redis_killed, self._redis_frozen, self._cable_cut]

    async def _fail(self, fault: Callable[[], Awaitable[None]]) -> None:
        self.faults[fault.__name__.strip("_")] += 1
        await fault()

    async def _node_killed(self) -> None:
        number = self._rng.randrange(len(self.here.nodes))
        await self.here.kill(number)
        await self.here.start(number)

    async def _redis_killed(self) -> None:
        self.here.server.kill()
        await asyncio.to_thread(self.here.server.start)

    async def _redis_frozen(self) -> None:
        self.here.server.freeze()
        await asyncio.sleep(_FROZEN)  # the time is the fault
        self.here.server.thaw()

    async def _cable_cut(self) -> None:
        cable = self._rng.choice(self.here.cables)
        cable.cut()
        await asyncio.sleep(self._rng.uniform(*_CUT))  # the time is the fault
        cable.heal()

    async def _live(self, page: Page, next_of: Callable[[Page, Random], Request | None]) -> None:
        while True:
            await asyncio.sleep(self._rng.uniform(0, _THINKING))  # people take their time
            request = next_of(page, self._rng)
            # Refused or interrupted: they see what is true and go on from there.
            with contextlib.suppress(OknoError):
                if request is not None:
                    await page.ask(request)


def visits(page: Page, rng: Random, ticket: TakeTicket) -> Request | None:
    """What a visitor does next."""
    match page.state:
        case None | State.CLOSED | State.WRAPPING_UP:
            return ticket
        case State.WAITING if rng.random() < 0.02:
            return LeaveLine(consultation=page.consultation)
        case State.CONNECTING:
            return MediaArrived(link=page.link)
        case State.ACTIVE if rng.random() < 0.1:
            return HangUp(consultation=page.consultation)
    return None


def consults(page: Page, rng: Random) -> Request | None:
    """What a consultant does next."""
    request: Request | None = None
    luck = rng.random()
    match page.state:
        case None if page.is_on_break:
            request = AVAILABLE
        case State.OFFERED if luck < 0.05:
            request = DeclineOffer(link=page.link)
        case State.OFFERED if luck < 0.8:
            request = AcceptOffer(link=page.link)
        case State.CONNECTING if luck < 0.05:
            request = MediaFailed(link=page.link)
        case State.CONNECTING:
            request = MediaArrived(link=page.link)
        case State.ACTIVE if luck < 0.1:
            request = HangUp(consultation=page.consultation)
        case State.WRAPPING_UP if luck < 0.5:
            request = FinishWrapUp(consultation=page.consultation, outcome="served")
    return request
