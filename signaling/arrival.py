"""A page's arrival: it takes over its person's place and is told what it must know."""

from __future__ import annotations

import contextlib
import secrets

from signaling import keys
from signaling.connection import CloseCode
from signaling.errors import OknoError
from signaling.ids import PersonId
from signaling.journal import now_ms
from signaling.messages import Hello, Welcome
from signaling.model import Duty
from signaling.presence import Attached
from signaling.session import Session


async def arrive(session: Session, hello: Hello) -> None:
    """Attach the page and send `welcome`, what it missed or a snapshot, and its views.

    The connection is among the node's peers afterwards; its owner removes it.

    Raises:
        WrongStateError: the page came back, and one that came later is in its place.
    """
    node, connection = session.node, session.connection
    await node.redis.sadd(keys.ORGANISATIONS, connection.organisation)
    if connection.person is None:
        node.peers.add(connection)
        connection.start(0, "", "")
        now = await now_ms(node.redis)
        attached = Attached(
            resumed=False,
            token=secrets.token_urlsafe(24),
            seq=0,
            since=now,
            at=now,
            link="",
            other="",
        )
        early = []
    else:
        duty = await _duty(session)
        async with node.peers.door(connection.organisation, connection.person):
            with node.peers.replacing(connection) as older:
                attached = await _attach(session, connection.person, hello, duty)
            if older is not None:
                older.close(CloseCode.REPLACED, "replaced")
        early = connection.start(attached.seq, attached.link, attached.other)
    connection.send(
        Welcome(
            id=hello.id,
            token=attached.token,
            resumed=attached.resumed,
            seq=attached.seq,
            since=attached.since,
            at=attached.at,
            heartbeat=node.timings.heartbeat,
            resume_within=node.timings.resume,
        )
    )
    for each in [attached.snapshot] if attached.snapshot else attached.missed:
        connection.send_raw(each.body.encode())
    for each in early:
        connection.deliver(each)
    await node.watch.refresh_one(connection)


async def _attach(session: Session, person: PersonId, hello: Hello, duty: Duty | None) -> Attached:
    node, connection = session.node, session.connection
    return await node.presence.attach(
        connection.organisation,
        person,
        node=node.id,
        connection=connection.name,
        token=secrets.token_urlsafe(24),
        resume=hello.resume,
        seq=hello.seq,
        since=hello.since,
        duty=duty,
    )


async def _duty(session: Session) -> Duty | None:
    """The lines of a consultant; None for a booth, and while the directory is away.

    A consultant who is at work already needs no answer: their lines stand in Redis.
    """
    if session.connection.surface != "workspace":
        return None
    who = session.consultant
    duty = None
    with contextlib.suppress(OknoError):
        duty = await session.directory.duty(who.organisation, who.user)
    session.connection.lines = duty.lines if duty else ()
    return duty
