"""A simulated consultant: takes every visitor, greets, and is there again for the next."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import NamedTuple

import msgspec

from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.frames import Request
from signaling.media.participant import Participant
from signaling.messages import AcceptOffer, ConsultantState, FinishWrapUp, HangUp, SetStatus
from signaling.model import State, Status
from signaling.pushes import Pushes

_LOG = logging.getLogger(__name__)

_AGAIN_SECONDS = 2.0
"""After this a step is taken again if the state is still the same."""
_LEAVE_SECONDS = 0.5


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """How a simulated consultant works, in seconds."""

    accept_after: float = 2
    """From the offer to accepting it."""
    talk_for: float = 300
    """The longest talk; visitors usually end it before."""
    wrap_up_for: float = 1
    return_after: float = 1
    """From a break to being available again."""


class Step(NamedTuple):
    """What to ask of the server next, and how long to wait before."""

    request: Request
    after: float


def next_step(state: ConsultantState, habits: Habits) -> Step | None:
    """What a consultant of these habits does in this state; None: wait for something to happen."""
    consultation = state.consultation
    if consultation is not None:
        match consultation.state:
            case State.OFFERED if consultation.link is not None:
                return Step(AcceptOffer(link=consultation.link.id), habits.accept_after)
            case State.CONNECTING | State.ACTIVE:
                return Step(HangUp(consultation=consultation.id), habits.talk_for)
            case State.WRAPPING_UP:
                finish = FinishWrapUp(consultation=consultation.id, outcome="served")
                return Step(finish, habits.wrap_up_for)
            case _:
                pass
    if state.status is not Status.AVAILABLE:
        return Step(SetStatus(status="available"), habits.return_after)
    return None


class SimulatedConsultant:
    """Works until cancelled, over lost sockets and restarted servers; running calls go on."""

    def __init__(self, client: Client, participant: Participant, habits: Habits) -> None:
        """Prepare.

        Args:
            client: Of the surface ``workspace``; opened here, closed by the caller.
            participant: Whose outlet is this client.
            habits: How they work.
        """
        self._client = client
        self._participant = participant
        self._habits = habits

    async def run(self) -> None:
        """Work until cancelled.

        Raises:
            ExceptionGroup: With an `OknoError` (they may not sign in) or an `EndedError` (somebody
                else works as this person now).
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._participant.run(self._client.pushes()))
            group.create_task(self._work(self._client.pushes()))
            group.create_task(self._client.stay())

    async def leave(self) -> None:
        """Take no more visitors; called after `run`, while the socket may still stand."""
        if self._client.up:
            with contextlib.suppress(OknoError):
                await self._client.request(SetStatus(status="break"), within=_LEAVE_SECONDS)

    async def _work(self, pushes: Pushes) -> None:
        now = asyncio.get_running_loop().time
        step: Step | None = None
        due: float | None = None
        while True:
            state = self._client.state
            before = step
            step = next_step(state, self._habits) if isinstance(state, ConsultantState) else None
            if step is None:
                due = None
            elif due is None or before is None or step.request != before.request:
                due = now() + step.after
            elif now() >= due:
                await self._take(step.request)
                due = now() + _AGAIN_SECONDS
            await _next_state(pushes, None if due is None else due - now())

    async def _take(self, request: Request) -> None:
        await self._client.wait_up()
        try:
            await self._client.request(request)
        except OknoError as error:
            # Things moved on meanwhile, or the server is away: the next state decides anew.
            level = logging.DEBUG if error.code is Code.WRONG_STATE else logging.WARNING
            _LOG.log(level, "%s: %s", request, error)


async def _next_state(pushes: Pushes, within: float | None) -> None:
    """Return at the next state, or when the time is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not isinstance(await pushes.next(), ConsultantState):
                pass
