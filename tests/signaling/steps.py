"""What pages do together on a node, step by step."""

from __future__ import annotations

import pytest

from signaling.client import Client
from signaling.errors import OknoError
from signaling.frames import Request
from signaling.ids import LinkId
from signaling.messages import (
    AcceptOffer,
    BoothState,
    ConsultantState,
    MediaArrived,
    SetStatus,
    TakeTicket,
)
from signaling.model import State

JOIN = TakeTicket(topic="passport", language="ru")
AVAILABLE = SetStatus(status="available")


async def in_state(client: Client, state: State | None) -> BoothState | ConsultantState:
    """Wait until the page's consultation is in that state (None: there is none)."""
    kind = BoothState if isinstance(client.state, BoothState) else ConsultantState

    def matches(push: BoothState | ConsultantState) -> bool:
        return (push.consultation.state if push.consultation else None) == state

    if client.state is not None and matches(client.state):
        return client.state
    return await client.wait_for(kind, matches)


async def offered(booth: Client, consultant: Client) -> LinkId:
    """Bring the two together up to the offer."""
    await consultant.request(AVAILABLE)
    await booth.request(JOIN)
    await in_state(booth, State.OFFERED)
    state = await in_state(consultant, State.OFFERED)
    assert state.consultation is not None
    assert state.consultation.link is not None
    return state.consultation.link.id


async def accept(consultant: Client) -> None:
    state = await in_state(consultant, State.OFFERED)
    assert state.consultation is not None
    assert state.consultation.link is not None
    await consultant.request(AcceptOffer(link=state.consultation.link.id))


async def talking(booth: Client, consultant: Client) -> LinkId:
    link = await offered(booth, consultant)
    await consultant.request(AcceptOffer(link=link))
    await in_state(booth, State.CONNECTING)
    await booth.request(MediaArrived(link=link))
    await consultant.request(MediaArrived(link=link))
    await in_state(booth, State.ACTIVE)
    await in_state(consultant, State.ACTIVE)
    return link


async def refusal(client: Client, message: Request) -> OknoError:
    with pytest.raises(OknoError) as caught:
        await client.request(message)
    return caught.value
