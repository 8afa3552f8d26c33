"""A simulated visitor: one visit to a booth from the ticket to the rating."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import cast

from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.ids import ConsultationId
from signaling.messages import BoothState, HangUp, LeaveLine, Rate, TakeTicket
from signaling.model import State
from signaling.parts import BoothConsultation

_LOG = logging.getLogger(__name__)

_IN_LINE = (State.WAITING, State.OFFERED)
_NOT_TALKING = tuple(state for state in State if state is not State.ACTIVE)


async def visit(
    client: Client, topic: str, language: str, *, talk_for: float, score: int
) -> BoothConsultation:
    """Take a ticket, wait, talk, hang up, rate; the consultation as it was closed.

    Cancelled, it leaves no ticket behind: it leaves the line or hangs up. Media is the business of
    a `Participant` that follows the same client.

    Args:
        client: Of the surface ``booth``, opened.
        topic: Id of the topic.
        language: Of the consultation.
        talk_for: Seconds from the moment both see and hear each other.
        score: 1 to 5.

    Raises:
        OknoError: The server refused, for example `ALREADY_WAITING`.
        EndedError: The conversation with the server ended.
    """
    before = _consultation(client)
    try:
        await client.request(TakeTicket(topic=topic, language=language))
        # The answer may be here before the state: what the page shows until then is the last visit.
        await client.until(BoothState, lambda _: _consultation(client) != before, within=None)
        while True:
            now = await _reach(client, State.ACTIVE, State.CLOSED)
            if now.state is State.CLOSED:
                break
            await _talk(client, now, talk_for)
    except asyncio.CancelledError:
        await _give_up(client)
        raise
    if now.connected_at is not None:
        await client.request(Rate(consultation=now.id, score=score))
    return now


def _consultation(client: Client) -> ConsultationId | None:
    state = client.state
    found = state.consultation if isinstance(state, BoothState) else None
    return None if found is None else found.id


async def _reach(client: Client, *states: State) -> BoothConsultation:
    def is_there(state: BoothState) -> bool:
        return state.consultation is not None and state.consultation.state in states

    reached = await client.until(BoothState, is_there, within=None)
    return cast(BoothConsultation, reached.consultation)  # by `is_there`


async def _talk(client: Client, consultation: BoothConsultation, seconds: float) -> None:
    """Hang up after so many seconds, unless the talk is over before."""
    try:
        async with asyncio.timeout(seconds):
            await _reach(client, *_NOT_TALKING)
            return
    except TimeoutError:
        _LOG.debug("talked for %s s", seconds)
    try:
        await client.request(HangUp(consultation=consultation.id))
    except OknoError as error:
        if error.code is not Code.WRONG_STATE:
            raise
        _LOG.debug("the other side hung up first")
    await _reach(client, *_NOT_TALKING)


async def _give_up(client: Client) -> None:
    state = client.state
    if not isinstance(state, BoothState) or state.consultation is None:
        return
    consultation = state.consultation
    leave = LeaveLine if consultation.state in _IN_LINE else HangUp
    with contextlib.suppress(OknoError):
        await client.request(leave(consultation=consultation.id), within=1)
