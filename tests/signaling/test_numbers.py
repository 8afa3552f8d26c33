"""A number that somebody was shown is nobody else's on that day, wherever it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from signaling import keys
from signaling.errors import Code
from signaling.ids import CentreId, ConsultationId
from signaling.journal import now_ms
from signaling.model import Source
from signaling.store import open_redis
from signaling.tickets import Wish
from tests.signaling.room import PASSPORT, Room, refused

CENTRE = CentreId("centre")
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def midnight(room: Room) -> None:
    """A new day begins: numbers are counted from one again."""
    seconds = await now_ms(room.redis) / 1000
    today = dt.datetime.fromtimestamp(seconds, ZoneInfo("Europe/Moscow")).date()
    await room.redis.delete(keys.number(room.organisation, CENTRE, today.isoformat()))


async def a_day_passes(room: Room) -> None:
    """All that has happened was yesterday."""
    await midnight(room)
    shown = keys.shown(room.organisation, CENTRE)
    found = cast("list[tuple[str, float]]", await room.redis.zrange(shown, 0, -1, withscores=True))
    for number, till in found:
        await room.redis.zadd(shown, {number: till - DAY})


async def number_of(room: Room, consultation: ConsultationId) -> str:
    return await room.fact(consultation, "ticket")


async def comes_back(room: Room, name: str, in_ms: int) -> str:
    """Somebody takes a ticket and agrees to come back; its number."""
    visitor = await room.join(name)
    at = await now_ms(room.redis) + in_ms
    await room.line.call_back(room.organisation, room.booth(name).booth, visitor, at)
    return await number_of(room, visitor)


async def test_a_new_day_begins_with_the_first_number(room: Room) -> None:
    for name in ("1", "2"):
        visitor = await room.join(name)
        await room.line.leave(room.organisation, room.booth(name).booth, visitor)
    await a_day_passes(room)
    assert await number_of(room, await room.join("3")) == "B-001"


async def test_who_waits_over_midnight_keeps_the_number(room: Room) -> None:
    await room.join("1")
    await a_day_passes(room)
    assert await number_of(room, await room.join("2")) == "B-002"


async def test_a_number_that_was_redeemed_is_not_given_again(room: Room) -> None:
    number = await comes_back(room, "1", 0)
    await midnight(room)
    wish = Wish(topic=PASSPORT, language="ru", source=Source.CALLBACK)
    back = await room.line.join(room.booth("1"), wish, redeem=number)
    assert (number, back.ticket) == ("B-001", "B-001")
    assert await number_of(room, await room.join("2")) == "B-002"
    await room.line.leave(room.organisation, room.booth("1").booth, back.id)
    await midnight(room)
    assert await number_of(room, await room.join("3")) == "B-003"


async def test_who_comes_too_late_finds_nobody_with_their_number(room: Room) -> None:
    number = await comes_back(room, "1", 0)
    await midnight(room)
    assert await room.redis.delete(keys.claim(room.organisation, CENTRE, number))
    assert await refused(room.line.agreed(room.booth("1"), number)) == Code.NOT_FOUND
    assert (await room.elsewhere()).ticket == "B-002"


async def test_a_number_to_come_back_with_waits_for_its_day(room: Room) -> None:
    number = await comes_back(room, "1", 3 * DAY)
    await a_day_passes(room)
    await a_day_passes(room)
    assert number == "B-001"
    assert await number_of(room, await room.join("2")) == "B-002"


async def test_a_ticket_brought_to_a_booth_keeps_its_number(room: Room) -> None:
    ticket = await room.elsewhere()
    await midnight(room)
    await room.open("1")
    await room.line.claim(room.booth("1"), ticket.ticket)
    assert (await room.elsewhere()).ticket == "B-002"
    await room.line.leave(room.organisation, room.booth("1").booth, ticket.id)
    await midnight(room)
    assert [(await room.elsewhere()).ticket for _ in range(2)] == ["B-003", "B-004"]


async def test_a_ticket_nobody_came_with_keeps_its_number(room: Room) -> None:
    ticket = await room.elsewhere()
    await midnight(room)
    assert await room.run_out(f"claim:{ticket.id}")
    assert (await room.elsewhere()).ticket == "B-002"


async def test_a_number_from_outside_is_given_once_a_day(room: Room) -> None:
    first = await room.elsewhere(external="П-105")
    await room.open("1")
    await room.line.claim(room.booth("1"), "п-105")
    assert await refused(room.elsewhere(external="п-105")) == Code.TICKET_TAKEN
    await room.line.leave(room.organisation, room.booth("1").booth, first.id)
    assert await refused(room.elsewhere(external="П-105")) == Code.TICKET_TAKEN
    await a_day_passes(room)
    assert (await room.elsewhere(external="П-105")).id != first.id


async def test_a_number_from_outside_that_nobody_came_with_is_not_given_again(room: Room) -> None:
    ticket = await room.elsewhere(external="П-105")
    assert await room.run_out(f"claim:{ticket.id}")
    assert await refused(room.elsewhere(external="П-105")) == Code.TICKET_TAKEN


async def test_a_number_from_outside_that_was_taken_back_may_be_given_again(room: Room) -> None:
    ticket = await room.elsewhere(external="П-105")
    await room.line.remove(room.organisation, ticket.id)
    again = await room.elsewhere(external="П-105")
    await room.open("1")
    assert await room.line.claim(room.booth("1"), "П-105") == again.id
    await room.line.remove(room.organisation, again.id)
    assert await refused(room.elsewhere(external="П-105")) == Code.TICKET_TAKEN


async def test_numbers_of_long_ago_are_forgotten(room: Room) -> None:
    gone = await room.elsewhere(external="П-105")
    assert await room.run_out(f"claim:{gone.id}")
    for _ in range(3):
        await a_day_passes(room)
    visitor = await room.join("1")
    known = await room.redis.zrange(keys.shown(room.organisation, CENTRE), 0, -1)
    assert known == [await number_of(room, visitor)]
