"""Nobody reaches what is not theirs: in the line, an id of another is an id of nobody."""

from __future__ import annotations

import pytest

from signaling.errors import Code
from signaling.ids import ConsultationId, LinkId
from signaling.model import Outcome, Side, State
from signaling.ports import RedisClient
from tests.signaling.room import Room, refused


@pytest.fixture
async def room(redis: RedisClient) -> Room:
    return Room(redis)


async def test_another_organisations_ids_do_not_exist(room: Room) -> None:
    other = Room(room.redis)
    anna = await room.available("anna")
    consultation = await room.join("1")
    booth = room.booth().booth
    link = await room.link(consultation)
    for step, code in (
        (other.line.leave(other.organisation, booth, consultation), Code.NOT_FOUND),
        (other.line.accept(other.organisation, anna, link), Code.WRONG_STATE),
        (
            other.line.hang_up(other.organisation, Side.VISITOR, booth, consultation),
            Code.NOT_FOUND,
        ),
        (
            other.line.finish(other.organisation, anna, consultation, Outcome.SERVED),
            Code.NOT_FOUND,
        ),
        (other.line.rate(other.organisation, booth, consultation, 1), Code.NOT_FOUND),
    ):
        assert await refused(step) == code
    assert await room.state(consultation) == State.OFFERED


async def test_another_booths_ticket_cannot_be_left_or_hung_up(room: Room) -> None:
    consultation = await room.join("1")
    other = room.booth("2").booth
    assert await refused(room.line.leave(room.organisation, other, consultation)) == Code.NOT_FOUND
    link = LinkId(f"{consultation}-1")
    assert (
        await refused(room.line.media_arrived(room.organisation, Side.VISITOR, other, link))
        == Code.WRONG_STATE
    )


async def test_unknown_consultation_is_not_found(room: Room) -> None:
    nobody = ConsultationId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    booth = room.booth().booth
    assert await refused(room.line.leave(room.organisation, booth, nobody)) == Code.NOT_FOUND
