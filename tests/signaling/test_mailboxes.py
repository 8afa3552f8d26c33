"""What is kept of what people were told, and for how long."""

from __future__ import annotations

from signaling import keys
from signaling.examine import examine, read_holdings
from signaling.fold import live_state
from signaling.ids import consultant_person
from signaling.model import State
from signaling.ports import RedisClient
from tests.signaling.room import Room


async def test_person_forgotten_before_their_mail_is_told_anew(redis: RedisClient) -> None:
    """A killed node sends no heartbeats, which keep the person; what they are told keeps the mail.

    A script that fails on the way leaves the visitor of a lost consultant in no state at all.
    """
    room = Room(redis)
    anna = await room.available("anna")
    consultation = await room.join("1")
    person = consultant_person(anna)
    assert await room.presence.mail_after(room.organisation, person, 0)
    await redis.delete(keys.person(room.organisation, person))
    await room.run_out(f"lease:{person}")
    assert await room.state(consultation) == State.WAITING
    told = await room.presence.mail_after(room.organisation, person, 0)
    assert [each.seq for each in told] == [1]
    now = await read_holdings(redis, room.organisation)
    assert examine(now, live_state(await room.events())) == []
