"""Faults of the line that need two rare things at once; each test is named after its fault."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import msgspec
import pytest

from signaling import keys
from signaling.errors import Code
from signaling.events import Offered
from signaling.ids import BoothId, LinkId, UserId, booth_person, consultant_person
from signaling.journal import now_ms
from signaling.model import Duty, Gate, Opening, Side, State, Status
from signaling.store import open_redis
from signaling.tickets import Wish
from tests.signaling.room import PASSPORT, PENSION, Room, refused, serves


@pytest.fixture
async def room(any_redis_url: str) -> AsyncIterator[Room]:
    client = open_redis(any_redis_url)
    yield Room(client)
    await client.aclose()


async def test_workspace_opens_while_the_directory_is_away(room: Room) -> None:
    person = consultant_person(UserId("anna"))
    await room.attach(person, duty=None)
    anna = await room.available("anna")
    await room.join()
    assert (await room.consultant(anna)).consultation is not None


async def test_break_chosen_while_asked_outlives_an_offer_somebody_else_missed(room: Room) -> None:
    oleg = Duty(lines=(), interprets=("rsl",))
    interpreter = await room.available("oleg", oleg)
    anna = await room.available("anna")
    visitor = await room.join(interpreter="rsl")
    await room.line.accept(room.organisation, interpreter, await room.link(visitor))
    await room.line.set_status(room.organisation, interpreter, Status.BREAK, oleg)
    assert await room.run_out(f"offer:{visitor}")
    shown = await room.consultant(interpreter)
    assert shown.consultation is None
    assert (shown.status, shown.reason) == (Status.BREAK, "chosen")
    assert (await room.consultant(anna)).reason == "offer_missed"


async def test_line_that_opens_calls_who_came_first_in_any_of_its_languages(room: Room) -> None:
    topic = msgspec.structs.replace(PASSPORT, names={"ru": "-", "en": "-", "de": "-", "fr": "-"})
    languages = ("ru", "en", "de", "fr")
    await room.line.gate(room.organisation, topic.id, Gate.PAUSED)
    joined = [
        await room.join(str(at), topic, language)
        for at, language in enumerate(("de", "ru", "fr", "en"))
    ]
    for name in ("anna", "boris"):
        await room.available(name, serves(topic, languages=languages))
    await room.line.gate(room.organisation, topic.id, Gate.OPEN)
    offered = [each.consultation for each in await room.events() if isinstance(each, Offered)]
    assert offered == joined[:2]


async def test_link_that_was_never_made_connects_nobody(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    link = await room.link(visitor)
    await room.line.accept(room.organisation, anna, link)
    booth = BoothId(await room.fact(visitor, "booth"))
    for made_up in (f"{link}-x", f"{link}-vi"):
        step = room.line.media_arrived(room.organisation, Side.VISITOR, booth, LinkId(made_up))
        assert await refused(step) == Code.WRONG_STATE
    assert await room.state(visitor) == State.CONNECTING


async def test_number_agreed_for_another_day_is_not_given_again(room: Room) -> None:
    first = await room.join()
    number = await room.fact(first, "ticket")
    at = await now_ms(room.redis) + 60_000
    await room.line.call_back(room.organisation, room.booth().booth, first, at)
    # The next day, when numbers begin anew.
    async for name in room.redis.scan_iter(f"{keys.prefix(room.organisation)}number:*"):
        await room.redis.delete(name)
    other = await room.elsewhere()
    assert other.ticket != number
    assert (await room.line.agreed(room.booth(), number)).consultation == first


async def test_visitor_who_is_moved_goes_by_the_hours_of_the_new_line(room: Room) -> None:
    always = Opening(days=(0, 1, 2, 3, 4, 5, 6), opens=0, closes=1440)
    half = msgspec.structs.replace(always, opens=0, closes=1439)
    consultation = await room.join()
    topic = msgspec.structs.replace(PENSION, hours=(half,))
    await room.move(consultation, topic)
    due = await room.redis.zscore(keys.deadlines(room.organisation), f"hours:{topic.id}")
    assert due is not None
    place = await room.place()
    assert place is not None
    assert place.closes_at == due
    await room.move(consultation, PASSPORT)
    place = await room.place()
    assert place is not None
    assert place.closes_at is None


async def test_nobody_waits_on_in_a_line_that_was_ended_while_they_were_asked(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.ENDED)
    await room.line.decline(room.organisation, anna, await room.link(visitor))
    await room.line.expire(room.organisation, f"hours:{PASSPORT.id}")
    assert await room.state(visitor) == State.CLOSED


@pytest.mark.parametrize("longer", [False, True])
async def test_nobody_waits_on_after_the_hours_unless_they_were_made_longer(
    room: Room, *, longer: bool
) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    await room.redis.hset(
        keys.closing(room.organisation), PASSPORT.id, str(await now_ms(room.redis))
    )
    hours = f"hours:{PASSPORT.id}"
    if longer:
        later = await now_ms(room.redis) + 60_000
        await room.redis.zadd(keys.deadlines(room.organisation), {hours: later})
    await room.line.decline(room.organisation, anna, await room.link(visitor))
    await room.line.expire(room.organisation, hours)
    assert await room.state(visitor) == (State.WAITING if longer else State.CLOSED)


async def test_nobody_is_moved_to_a_line_that_is_out_of_hours(room: Room) -> None:
    visitor = await room.join()
    seconds, _ = await room.redis.time()
    in_three_days = (dt.datetime.fromtimestamp(seconds, dt.UTC).weekday() + 3) % 7
    closed = Opening(days=(in_three_days,), opens=480, closes=720)
    topic = msgspec.structs.replace(PENSION, hours=(closed,))
    assert await refused(room.move(visitor, topic)) == Code.LINE_CLOSED
    assert await room.in_line() == [visitor]


async def test_status_that_comes_after_signing_out_changes_nothing(room: Room) -> None:
    anna = await room.available("anna")
    await room.line.sign_out(room.organisation, anna)
    step = room.line.set_status(room.organisation, anna, Status.AVAILABLE, serves(PASSPORT))
    assert await refused(step) == Code.WRONG_STATE
    assert (await room.consultant(anna)).status == Status.OFFLINE


async def test_ticket_taken_by_a_page_that_was_given_up_would_wait_for_ever(room: Room) -> None:
    outside = await room.elsewhere()
    await room.open()
    booth = room.booth()
    assert await room.run_out(f"lease:{booth_person(booth.booth)}")
    wish = Wish(topic=PASSPORT, language="ru")
    assert await refused(room.line.join(booth, wish)) == Code.UNAVAILABLE
    assert await refused(room.line.claim(booth, outside.ticket)) == Code.UNAVAILABLE
    await room.open()
    assert await room.line.claim(booth, outside.ticket) == outside.id


async def test_who_was_answered_and_then_leaves_is_not_counted_as_abandoned(room: Room) -> None:
    visitor = await room.join()
    anna = await room.available("anna")
    await room.talk(anna)
    link = await room.link(visitor)
    await room.line.set_status(room.organisation, anna, Status.BREAK, serves(PASSPORT))
    await room.line.media_failed(room.organisation, Side.CONSULTANT, anna, link)
    await room.line.leave(room.organisation, room.booth().booth, visitor)
    totals = await room.redis.hgetall(f"{keys.prefix(room.organisation)}totals")
    assert totals.get("answered") == "1"
    assert "abandoned" not in totals
