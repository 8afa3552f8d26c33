"""What either side asks about the talk, and what the two pages say to each other."""

from __future__ import annotations

import msgspec

from signaling.errors import Code, OknoError, WrongStateError
from signaling.ice import ice_servers
from signaling.ids import BoothId, ConsultationId, LinkId, OrganisationId, PersonId, UserId
from signaling.journal import now_ms
from signaling.messages import (
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
)
from signaling.model import BoothPrincipal, Side
from signaling.session import Session

RELAYED = (LinkDescription, LinkCandidate, LinkMedia, LinkReady)
"""What `relay` takes: the members of `Relayed`."""


def _side(session: Session) -> tuple[OrganisationId, Side, BoothId | UserId]:
    if isinstance(session.principal, BoothPrincipal):
        return session.principal.organisation, Side.VISITOR, session.principal.booth
    who = session.consultant
    return who.organisation, Side.CONSULTANT, who.user


async def hang_up(session: Session, message: HangUp) -> Ok:
    """Finish the talk."""
    organisation, side, who = _side(session)
    await session.node.waiting_room.hang_up(
        organisation, side, who, ConsultationId(message.consultation)
    )
    return Ok(id=message.id)


async def media_arrived(session: Session, message: MediaArrived) -> Ok:
    """The other is seen or heard for the first time."""
    organisation, side, who = _side(session)
    await session.node.waiting_room.media_arrived(organisation, side, who, LinkId(message.link))
    return Ok(id=message.id)


async def media_failed(session: Session, message: MediaFailed) -> Ok:
    """The link cannot be made or mended."""
    organisation, side, who = _side(session)
    await session.node.waiting_room.media_failed(organisation, side, who, LinkId(message.link))
    return Ok(id=message.id)


async def get_ice(session: Session, message: GetIce) -> Ice:
    """Servers that help through firewalls, with fresh credentials."""
    _, _, who = _side(session)
    now = await now_ms(session.node.redis)
    return ice_servers(session.ice, request=message.id, now=now, who=who)


def pass_on(session: Session, message: Relayed, body: bytes) -> bool:
    """Give a message to the other end of the link, if that is here and no reply is asked for.

    `message` was decoded from `body`, so there is nothing in it that the protocol does not know,
    and it goes on as it came. False: nothing was done; `relay` does it or says why not.
    """
    connection = session.connection
    if message.id is not None or not connection.link or connection.link != message.link:
        return False
    here = session.node.peers.find(connection.organisation, PersonId(connection.other))
    if here is None or here.link != connection.link:
        return False
    here.pass_on(body)
    return True


async def relay(session: Session, message: Relayed, body: bytes) -> Ok:
    """Pass a message to the other end of the link: socket to socket here, else by Redis."""
    connection = session.connection
    if connection.person is None:
        raise OknoError(Code.WRONG_ROLE)
    if not connection.link or connection.link != message.link:
        raise WrongStateError
    if message.id is not None:
        body = msgspec.json.encode(msgspec.structs.replace(message, id=None))
    here = session.node.peers.find(connection.organisation, PersonId(connection.other))
    if here is not None and here.link == connection.link:
        here.pass_on(body)
    else:
        await session.node.presence.relay(
            connection.organisation, PersonId(connection.other), connection.link, body.decode()
        )
    return Ok(id=message.id)
