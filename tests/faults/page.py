"""Somebody's page, which always wants its socket back, and what it was shown."""

from __future__ import annotations

import asyncio
from functools import partial

from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.frames import Request
from signaling.ids import ConsultationId, LinkId, PersonId, new_ulid
from signaling.messages import (
    AcceptOffer,
    BoothState,
    ConsultantState,
    FinishWrapUp,
    GetIce,
    HangUp,
    Ice,
    LinkReady,
    MediaArrived,
    Place,
)
from signaling.model import State, Status
from signaling.parts import BoothConsultation, ConsultantConsultation
from signaling.tasks import end
from tests.faults.wires import Door
from tests.waiting import until


class Page:
    """A client that comes back whenever its socket is lost, with the pauses of a real page."""

    def __init__(self, client: Client, person: PersonId, door: Door) -> None:
        self.client = client
        self.person = person
        self.door = door
        self.tickets: dict[ConsultationId, str] = {}
        """Every ticket the page was ever shown."""
        self.place: Place | None = None
        """The last that was shown."""
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connect, and go on for ever."""
        self._tasks = [asyncio.create_task(self._follow())]
        await self.client.open()
        self._tasks.append(asyncio.create_task(self.client.stay()))

    async def leave(self) -> None:
        """Go for good; fails if something else ended the page before."""
        ended = [task for task in self._tasks if task.done()]
        await end(self._tasks)
        await self.client.close()
        for task in ended:
            task.result()

    async def move(self) -> None:
        """Lose the socket and come back at the other node."""
        self.door.turn()
        await self.client.cut()
        await self.client.wait_up()

    @property
    def shown(self) -> BoothConsultation | ConsultantConsultation | None:
        """The consultation as the page shows it."""
        return self.client.state.consultation if self.client.state else None

    @property
    def consultation(self) -> ConsultationId:
        """Which one it shows."""
        assert self.shown is not None, self.client.state
        return self.shown.id

    @property
    def link(self) -> LinkId:
        """To the person at the other end."""
        assert self.shown is not None, self.client.state
        assert self.shown.link is not None, self.shown
        return self.shown.link.id

    @property
    def state(self) -> State | None:
        """Of the consultation it shows."""
        return self.shown.state if self.shown else None

    @property
    def is_on_break(self) -> bool:
        """Whether it is the page of a consultant who takes nobody."""
        shown = self.client.state
        return isinstance(shown, ConsultantState) and shown.status is not Status.AVAILABLE

    async def ask(self, message: Request) -> None:
        """Have a request done; like a page, ask again if the socket was lost meanwhile."""
        is_repeated = False

        async def done() -> bool:
            nonlocal is_repeated
            try:
                await self.client.request(message)
            except OknoError as refusal:
                if is_repeated and refusal.code is Code.WRONG_STATE:
                    return True  # it was done, and only the answer was lost
                if refusal.code is not Code.UNAVAILABLE:
                    raise
                is_repeated = True
                return False
            return True

        await until(done)

    async def sees(self, *states: State | None, within: float = 10) -> None:
        """Wait until the page shows one of these states (None: no consultation)."""
        if self.person.startswith("booth:"):
            await self.client.until(BoothState, lambda _: self.state in states, within=within)
        else:
            await self.client.until(ConsultantState, lambda _: self.state in states, within=within)

    async def media(self) -> None:
        """Say that the other is seen and heard."""
        await self.sees(State.CONNECTING)
        await self.ask(MediaArrived(link=self.link))

    async def accept(self) -> None:
        """Consultant: take the visitor who is offered."""
        await self.sees(State.OFFERED)
        await self.ask(AcceptOffer(link=self.link))

    async def finish(self) -> None:
        """Consultant: end the talk and its wrap-up."""
        await self.sees(State.ACTIVE)
        await self.ask(HangUp(consultation=self.consultation))
        await self.sees(State.WRAPPING_UP)
        await self.ask(FinishWrapUp(consultation=self.consultation, outcome="served"))

    async def answers(self) -> bool:
        """Whether a request is answered now. Not a `ping`, which mends what it finds."""
        try:
            await self.client.request(GetIce(), Ice, within=1)
        except OknoError:
            return False
        return self.client.up

    async def _follow(self) -> None:
        last = -1
        async for push in self.client.pushes():
            if isinstance(push, Place):
                self.place = push
            if not isinstance(push, BoothState | ConsultantState):
                continue
            assert push.cause == "snapshot" or push.seq > last, f"{push} came after {last}"
            last = push.seq
            if push.consultation is not None:
                self.tickets[push.consultation.id] = push.consultation.ticket


async def hear_each_other(one: Page, other: Page, *, within: float = 5) -> None:
    """Wait until what each page says over the link reaches the other.

    What is said at the moment of a fault is lost, and said again by a page that waits for it.
    """
    async with asyncio.timeout(within):
        for sender, receiver in ((one, other), (other, one)):
            await until(partial(_is_heard, sender, receiver), seconds=within)


async def _is_heard(sender: Page, receiver: Page) -> bool:
    heard = receiver.client.pushes()
    said = LinkReady(link=sender.link, instance=new_ulid())
    try:
        await sender.ask(said)
        await heard.wait_for(LinkReady, said.__eq__, within=0.5)
    except (OknoError, TimeoutError):
        return False
    return True
