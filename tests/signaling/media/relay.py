"""Two participants and the wire between them, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from signaling.ids import ConsultationId, LinkId, TopicId
from signaling.media.participant import Participant
from signaling.media.peer import Watch
from signaling.media.studio import Studio
from signaling.messages import Ice, MediaArrived, MediaFailed, Relayed
from signaling.model import Mode, State
from signaling.model import Side as Party
from signaling.parts import BoothConsultation, LinkInfo

LINK = LinkId("consultation-1")
TICKET = "B-042"

Deliver = Callable[[Relayed], bool]
"""Whether a message of this side gets through."""


class RelayedOutlet:
    """One side's socket: what it tells comes out at the other side, in order."""

    def __init__(self) -> None:
        self.told: list[Relayed] = []
        self.reported: list[MediaArrived | MediaFailed] = []
        self.delivers: Deliver = lambda _: True
        self.queue: asyncio.Queue[Relayed] = asyncio.Queue()
        self.to: Participant | None = None

    async def tell(self, message: Relayed) -> None:
        self.told.append(message)
        if self.delivers(message):
            await self.queue.put(message)

    async def report(self, message: MediaArrived | MediaFailed) -> None:
        self.reported.append(message)

    async def ice(self) -> Ice:
        return Ice(id=None, servers=[], relay_only=False, expires_at=None)

    async def wait_up(self) -> None:
        return

    async def pump(self) -> None:
        while True:
            message = await self.queue.get()
            assert self.to is not None
            await self.to.hear(message)


class Side:
    """A participant with its outlet, and what the state says to it."""

    def __init__(self, studio: Studio, *, owner: bool, watch: Watch | None = None) -> None:
        self.outlet = RelayedOutlet()
        self.owner = owner
        self.participant = Participant(self.outlet, studio, watch=watch)

    async def be(self, state: State, link: LinkId = LINK) -> None:
        """The server says that the consultation is in that state."""
        linked = state in (State.OFFERED, State.CONNECTING, State.ACTIVE)
        await self.participant.follow(
            BoothConsultation(
                id=ConsultationId("consultation"),
                ticket=TICKET,
                topic=TopicId("topic"),
                language="en",
                mode=Mode.SPEECH,
                state=state,
                joined_at=0,
                link=LinkInfo(id=link, owner=self.owner, to=Party.VISITOR) if linked else None,
            )
        )

    def stands(self) -> bool:
        return self.participant.link is not None and self.participant.link.stands

    async def packets_sent(self) -> int:
        assert self.participant.link is not None
        return await self.participant.link.packets_sent()


@asynccontextmanager
async def connected(one: Side, other: Side, *more: Side) -> AsyncIterator[None]:
    """Carry messages while the block runs; close all sides afterwards.

    The first two talk to each other; `more` take part once `plug` says with whom.
    """
    plug(one, other)
    sides = (one, other, *more)
    pumps = [asyncio.create_task(side.outlet.pump()) for side in sides]
    try:
        yield
    finally:
        for side in sides:
            await side.participant.close()
        for task in pumps:
            task.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


def plug(one: Side, other: Side) -> None:
    """From now on these two talk to each other."""
    one.outlet.to, other.outlet.to = other.participant, one.participant


async def until(condition: Callable[[], bool], within: float = 10, what: str = "") -> None:
    """Wait until it holds; aiortc tells nobody of what is asked here, so look often."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not condition():
        assert loop.time() < end, f"not within {within} s: {what or condition}"
        await asyncio.sleep(0.02)
