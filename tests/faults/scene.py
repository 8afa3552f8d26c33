"""One moment of a working day, with somebody in every state, that a fault breaks into."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from signaling import keys
from signaling.events import AnyEvent, Closed, Joined, Offered
from signaling.ids import LineId
from signaling.messages import MediaArrived, SetStatus
from signaling.model import State
from tests.faults.checks import USABLE_SECONDS, settled, usable
from tests.faults.installation import Installation
from tests.faults.page import Page, hear_each_other
from tests.faults.wires import Door

AVAILABLE = SetStatus(status="available")


class Scene:
    """Six visitors and three consultants: a talk, a link being made, an offer, three who wait.

    Visitors and consultants of each pair sit on different nodes.
    """

    def __init__(self, here: Installation) -> None:
        self.here = here
        self.visitors: list[Page] = []
        self.consultants: list[Page] = []
        self._line: list[str] = []

    @property
    def pages(self) -> list[Page]:
        return [*self.visitors, *self.consultants]

    async def play(
        self,
        *,
        visitors_on: Sequence[int] = (0, 1),
        others_on: int = 1,
        first_by: Door | None = None,
    ) -> None:
        """Bring everyone to their place.

        Args:
            visitors_on: the nodes of the visitors, in turn.
            others_on: the node of the consultants.
            first_by: the door of the first consultant, if it is their own.
        """
        here = self.here
        self.visitors = [
            await here.booth(each, on=visitors_on[each % len(visitors_on)]) for each in range(6)
        ]
        self.consultants = [
            await here.consultant(each, on=others_on, door=None if each else first_by)
            for each in range(3)
        ]
        for visitor in self.visitors:
            await visitor.ask(here.ticket)
        talking, connecting, offered = self.consultants
        await self._take(talking, self.visitors[0])
        for page in (self.visitors[0], talking):
            await page.media()
        await self._take(connecting, self.visitors[1])
        await self.visitors[1].media()
        await offered.ask(AVAILABLE)
        await self._sees(State.ACTIVE, State.CONNECTING, State.OFFERED)
        self._line = await self.line()
        assert self._line == [page.consultation for page in self.visitors[3:]]
        await hear_each_other(self.visitors[0], talking)

    async def _take(self, consultant: Page, visitor: Page) -> None:
        await consultant.ask(AVAILABLE)
        await visitor.sees(State.OFFERED)
        await consultant.accept()

    async def line(self) -> list[str]:
        """Who waits, in their order."""
        name = LineId(f"{self.here.ticket.topic}:{self.here.ticket.language}:speech")
        found = await self.here.redis.zrange(keys.line(self.here.organisation, name), 0, -1)
        return [str(each) for each in found]

    async def stands(self, *, since: float) -> float:
        """Nobody has lost anything by the fault that ended then, and every page works.

        Returns:
            Seconds until the last page worked.
        """
        clock = asyncio.get_running_loop().time
        await usable(self.here, self.pages, since=since)
        left = since + USABLE_SECONDS - clock()
        await hear_each_other(self.visitors[0], self.consultants[0], within=left)
        seconds = clock() - since
        await self._sees(State.ACTIVE, State.CONNECTING, State.OFFERED)
        assert await self.line() == self._line
        await settled(self.here, self.pages)
        return seconds

    async def ends(self) -> list[AnyEvent]:
        """Play it to its end: everybody is served in the order they came; the journal."""
        talking, connecting, offered = self.consultants
        await connecting.ask(MediaArrived(link=connecting.link))
        await offered.accept()
        for page in (self.visitors[2], offered):
            await page.media()
        for visitor in self.visitors[3:]:
            await talking.finish()
            await talking.sees(State.OFFERED)
            assert talking.consultation == visitor.consultation
            await talking.accept()
            for page in (visitor, talking):
                await page.media()
        for consultant in self.consultants:
            await consultant.finish()
        events = await settled(self.here, self.pages)
        self._all_served_once(events)
        return events

    async def _sees(self, *states: State) -> None:
        waiting = [State.WAITING] * (len(self.visitors) - len(states))
        pages = [*zip(self.visitors, [*states, *waiting], strict=True)]
        pages += zip(self.consultants, states, strict=True)
        await asyncio.gather(*(page.sees(state) for page, state in pages))

    def _all_served_once(self, events: Sequence[AnyEvent]) -> None:
        """In the order they came, each by one offer."""
        joined = [each.consultation for each in events if isinstance(each, Joined)]
        offered = [each.consultation for each in events if isinstance(each, Offered)]
        outcomes = [each.outcome for each in events if isinstance(each, Closed)]
        assert offered == joined
        assert outcomes == ["served"] * len(joined) == ["served"] * len(self.visitors)
