"""What either side asks about the talk, and what the two pages say to each other."""

from __future__ import annotations

import msgspec

from signaling.connection import Connection
from signaling.errors import Code, OknoError, WrongStateError
from signaling.ice import ice_servers
from signaling.ids import ConsultationId, LinkId
from signaling.journal import now_ms
from signaling.messages import (
    AnswerRecording,
    AskRecording,
    GetIce,
    HangUp,
    Ice,
    LinkCandidate,
    LinkDescription,
    LinkMedia,
    LinkReady,
    MediaArrived,
    MediaFailed,
    Ok,
    Relayed,
    StopRecording,
)
from signaling.session import Session

RELAYED = (LinkDescription, LinkCandidate, LinkMedia, LinkReady)
"""What `relay` takes: the members of `Relayed`."""


async def hang_up(session: Session, message: HangUp) -> Ok:
    """Finish the talk."""
    organisation, side, who = session.side
    await session.node.waiting_room.hang_up(
        organisation, side, who, ConsultationId(message.consultation)
    )
    return Ok(id=message.id)


async def media_arrived(session: Session, message: MediaArrived) -> Ok:
    """The other is seen or heard for the first time."""
    organisation, side, who = session.side
    await session.node.waiting_room.media_arrived(organisation, side, who, LinkId(message.link))
    return Ok(id=message.id)


async def media_failed(session: Session, message: MediaFailed) -> Ok:
    """The link cannot be made or mended."""
    organisation, side, who = session.side
    await session.node.waiting_room.media_failed(organisation, side, who, LinkId(message.link))
    return Ok(id=message.id)


async def ask_recording(session: Session, message: AskRecording) -> Ok:
    """Ask the visitor whether the conversation may be recorded."""
    who = session.consultant
    await session.node.recordings.ask(
        who.organisation, who.user, ConsultationId(message.consultation)
    )
    return Ok(id=message.id)


async def answer_recording(session: Session, message: AnswerRecording) -> Ok:
    """Agree to a recording, or do not."""
    booth = session.booth
    await session.node.recordings.answer(
        booth.organisation,
        booth.booth,
        ConsultationId(message.consultation),
        agree=message.agree,
    )
    return Ok(id=message.id)


async def stop_recording(session: Session, message: StopRecording) -> Ok:
    """End the recording at once."""
    organisation, side, who = session.side
    await session.node.recordings.stop(
        organisation, side, who, ConsultationId(message.consultation)
    )
    return Ok(id=message.id)


async def get_ice(session: Session, message: GetIce) -> Ice:
    """Servers that help through firewalls, with fresh credentials."""
    _, _, who = session.side
    now = await now_ms(session.node.redis)
    return ice_servers(session.ice, request=message.id, now=now, who=who)


def other_end(session: Session, link: str) -> Connection | None:
    """The page at the other end of the link, if this node holds it."""
    connection = session.connection
    other = connection.links.get(link)
    here = session.node.peers.find(connection.organisation, other) if other else None
    return here if here is not None and link in here.links else None


def all_are_here(session: Session) -> bool:
    """Whether the page has links, and this node holds the other ends of all of them."""
    links = session.connection.links
    return bool(links) and all(other_end(session, link) is not None for link in links)


def forwarded(message: Relayed, body: bytes) -> bytes:
    """What goes on of a message: its bytes as they came.

    It was decoded from them, so there is nothing in them that the protocol does not know. Only a
    number for the reply is nobody else's.
    """
    if message.id is None:
        return body
    return msgspec.json.encode(msgspec.structs.replace(message, id=None))


async def relay(session: Session, message: Relayed, body: bytes) -> Ok:
    """Pass a message to the other end of the link: socket to socket here, else by Redis."""
    connection = session.connection
    if connection.person is None:
        raise OknoError(Code.WRONG_ROLE)
    other = connection.links.get(message.link)
    if other is None:
        raise WrongStateError
    body = forwarded(message, body)
    here = other_end(session, message.link)
    if here is not None:
        here.pass_on(body)
    else:
        await session.node.presence.relay(
            connection.organisation, other, message.link, body.decode()
        )
    return Ok(id=message.id)
