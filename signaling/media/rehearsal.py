"""A whole consultation between two simulated people, to see that a node works."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from signaling.client import Client
from signaling.ids import ConsultationId
from signaling.media.consultant import Habits, SimulatedConsultant
from signaling.media.greeting import SAMPLE_RATE
from signaling.media.participant import ClientOutlet, Participant
from signaling.media.picture import FRAMES_PER_SECOND
from signaling.media.studio import Studio
from signaling.media.visitor import visit
from signaling.messages import BoothState, ConsultantState, DeclineOffer
from signaling.model import Outcome, State
from signaling.parts import BoothConsultation

_LEAST_SHARE = 0.4
"""Of the pictures and the sound of a talk, so much must have arrived."""
_OWN_SECONDS = 1.0
"""How long the visitor's own ticket may take to be known after its offer."""

_HABITS = Habits(accept_after=2 * _OWN_SECONDS, talk_for=3600)  # the visitor ends the talk

_SAID = {
    State.WAITING: "The visitor waits with ticket {ticket}.",
    State.OFFERED: "A consultant is asked to take {ticket}.",
    State.CONNECTING: "Accepted: sound and picture are put on the link.",
    State.ACTIVE: "Both see and hear each other.",
    State.WRAPPING_UP: "The visitor hung up; the consultant writes down the outcome.",
    State.CLOSED: "Closed: {outcome}.",
}

Say = Callable[[str], None]
"""Is told the progress, a line at a time."""


class RehearsalError(Exception):
    """The consultation did not come about, or not as it should; the text says why."""


class Rehearsal:
    """One consultation; both people are simulated."""

    def __init__(
        self, booth: Client, consultant: Client, *, studios: tuple[Studio, Studio], say: Say
    ) -> None:
        """Prepare.

        Args:
            booth: The visitor's client, not opened.
            consultant: The consultant's client, not opened.
            studios: The visitor's and the consultant's.
            say: Told the progress.
        """
        self._booth = booth
        self._consultant = consultant
        self._visitor_media = Participant(ClientOutlet(booth), studios[0])
        self._consultant_media = Participant(ClientOutlet(consultant), studios[1])
        self._worker = SimulatedConsultant(consultant, self._consultant_media, _HABITS)
        self._say = say

    async def hold(self, topic: str, language: str, *, talk_for: float) -> None:
        """Hold it: the visitor takes a ticket, talks so many seconds, hangs up and rates.

        Raises:
            RehearsalError: It did not go as it should.
            OknoError: The node refused something or cannot be reached.
            EndedError: Somebody else uses the booth or the account now.
        """
        try:
            await self._open()
            await self._play(topic, language, talk_for)
        finally:
            await asyncio.gather(self._visitor_media.close(), self._consultant_media.close())
            await asyncio.gather(self._booth.close(), self._consultant.close())

    async def _play(self, topic: str, language: str, talk_for: float) -> None:
        try:
            async with _alongside(
                self._worker.run(),
                self._refuse_others(),
                self._visitor_media.run(self._booth.pushes()),
                self._booth.stay(),
                self._narrate(),
            ):
                await self._consultant.until(ConsultantState, _is_free, within=None)
                self._say("The consultant is available.")
                closed = await visit(self._booth, topic, language, talk_for=talk_for, score=5)
                await self._consultant.until(ConsultantState, _is_free, within=None)
        finally:
            await self._worker.leave()  # no visitor is offered to somebody who is gone
        self._check(closed, talk_for)

    async def _open(self) -> None:
        await self._booth.open()
        booth = await self._booth.until(BoothState)
        if booth.consultation is not None and booth.consultation.state is not State.CLOSED:
            raise RehearsalError(f"The booth is taken: it has ticket {booth.consultation.ticket}.")
        await self._consultant.open()
        state = await self._consultant.until(ConsultantState)
        if state.consultation is not None:
            raise RehearsalError(f"The consultant is busy with ticket {state.consultation.ticket}.")

    async def _refuse_others(self) -> None:
        """Real visitors are not answered by a machine; they get back to their place."""
        while True:
            asked = await self._consultant.until(ConsultantState, _is_asked, within=None)
            offered = asked.consultation
            if offered is None or offered.link is None:
                continue
            if not await self._is_own(offered.id):
                await self._consultant.request(DeclineOffer(link=offered.link.id))
                raise RehearsalError(f"Somebody waits already: {offered.ticket} would be next.")
            await self._consultant.until(
                ConsultantState, lambda state: not _is_asked(state), within=None
            )

    async def _is_own(self, consultation: ConsultationId) -> bool:
        """Whether it is our visitor's; the booth may hear of its ticket a little later."""
        try:
            await self._booth.until(
                BoothState,
                lambda own: own.consultation is not None and own.consultation.id == consultation,
                within=_OWN_SECONDS,
            )
        except TimeoutError:
            return False
        return True

    async def _narrate(self) -> None:
        last: State | None = None
        async for push in self._booth.pushes():
            if isinstance(push, BoothState) and push.consultation is not None:
                now = push.consultation
                if now.state is not last:
                    last = now.state
                    self._say(_SAID[now.state].format(ticket=now.ticket, outcome=now.outcome))

    def _check(self, closed: BoothConsultation, talk_for: float) -> None:
        if closed.outcome is not Outcome.SERVED:
            raise RehearsalError(f"It ended as {closed.outcome}, not as {Outcome.SERVED}.")
        for who, media in (
            ("visitor", self._visitor_media),
            ("consultant", self._consultant_media),
        ):
            got = media.received
            seconds = got.samples / SAMPLE_RATE
            self._say(f"The {who} received {got.frames} pictures and {seconds:.1f} s of sound.")
            if got.frames < _LEAST_SHARE * FRAMES_PER_SECOND * talk_for:
                raise RehearsalError(f"The {who} received too few pictures.")
            if seconds < _LEAST_SHARE * talk_for:
                raise RehearsalError(f"The {who} received too little sound.")


def _is_asked(state: ConsultantState) -> bool:
    return state.consultation is not None and state.consultation.state is State.OFFERED


def _is_free(state: ConsultantState) -> bool:
    return state.consultation is None and state.status == "available"


@contextlib.asynccontextmanager
async def _alongside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these while the block runs; the first failure of any is raised as itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
            yield
            for task in tasks:
                task.cancel()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures
