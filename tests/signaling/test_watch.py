"""What pages are shown of the line, and what that costs."""

from __future__ import annotations

import time

import msgspec
import pytest

from signaling import keys, views
from signaling.connection import Connection
from signaling.errors import Code, OknoError
from signaling.ids import (
    LineId,
    OrganisationId,
    PersonId,
    UserId,
    booth_person,
    consultant_person,
)
from signaling.journal import now_ms
from signaling.messages import AnyPush, LineView, Place, Wall
from signaling.model import Gate, Mode, Policy, PriorityClass, State
from signaling.peers import Peers
from signaling.ports import RedisClient
from signaling.watch import Watch
from tests.signaling.cast import staged
from tests.signaling.room import PASSPORT, PENSION, Room, serves
from tests.signaling.steps import AVAILABLE, JOIN, in_state, talking

_push: msgspec.json.Decoder[AnyPush] = msgspec.json.Decoder(AnyPush)


class Pages:
    """Open pages of a room, without their sockets."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.peers = Peers()
        self.asked: list[OrganisationId] = []
        self.away = False
        self.watch = Watch(room.redis, self.peers, self.policy, time.monotonic)

    async def policy(self, organisation: OrganisationId) -> Policy:
        self.asked.append(organisation)
        if self.away:
            raise OknoError(Code.UNAVAILABLE)
        return Policy(timezone="Asia/Vladivostok")

    def open(self, surface: str, person: PersonId | None, *lines: LineId) -> Connection:
        page = Connection(
            name=f"page of {person}",
            organisation=self.room.organisation,
            person=person,
            surface=surface,
        )
        page.lines = lines
        page.start(0, "", "")
        self.peers.add(page)
        return page

    def booth(self, name: str) -> Connection:
        return self.open("booth", booth_person(self.room.booth(name).booth))

    async def refresh(self) -> None:
        await self.watch.refresh(self.room.organisation)


@pytest.fixture
def room(redis: RedisClient) -> Room:
    return Room(redis)


@pytest.fixture
def pages(room: Room) -> Pages:
    return Pages(room)


def taken(page: Connection) -> list[AnyPush]:
    """What the page was shown since it was asked last."""
    shown = []
    while (body := page.take()) is not None:
        shown.append(_push.decode(body))
    return shown


def place(page: Connection) -> tuple[int, int] | None:
    """Place and length of the line as the page was last shown them."""
    found = [each for each in taken(page) if isinstance(each, Place)]
    return (found[-1].place, found[-1].waiting) if found else None


async def test_each_booth_where_somebody_waits_is_shown_their_place(
    room: Room, pages: Pages
) -> None:
    for name in ("1", "2", "3"):
        await room.join(name)
    first, third, empty = (pages.booth(name) for name in ("1", "3", "4"))
    await pages.refresh()
    assert (place(first), place(third), place(empty)) == ((1, 3), (3, 3), None)


async def test_what_has_not_changed_is_not_sent_again(room: Room, pages: Pages) -> None:
    await room.join("1")
    page = pages.booth("1")
    await pages.refresh()
    assert place(page) == (1, 1)
    await pages.refresh()
    assert place(page) is None
    await room.join("2")
    await pages.refresh()
    assert place(page) == (1, 2)


async def test_a_page_is_shown_its_place_again_after_each_state(room: Room, pages: Pages) -> None:
    await room.join("1")
    page = pages.booth("1")
    await pages.refresh()
    assert place(page) == (1, 1)
    page.seq = 1
    await pages.refresh()
    assert place(page) == (1, 1)


async def test_a_ticket_taken_elsewhere_has_a_place_once_it_is_at_a_booth(
    room: Room, pages: Pages
) -> None:
    ticket = await room.elsewhere()
    page = pages.booth("1")
    await pages.refresh()
    assert place(page) is None
    await room.open("1")
    await room.line.claim(room.booth("1"), ticket.ticket)
    await pages.refresh()
    assert place(page) == (1, 1)


async def test_a_place_says_what_staff_let_the_line_do(room: Room, pages: Pages) -> None:
    await room.join("1")
    await room.line.gate(room.organisation, PASSPORT.id, Gate.PAUSED)
    page = pages.booth("1")
    await pages.refresh()
    [shown] = taken(page)
    assert isinstance(shown, Place)
    assert shown.gate is Gate.PAUSED


async def test_booths_where_nobody_waits_cost_nothing(room: Room, pages: Pages) -> None:
    async def commands_of_a_refresh() -> int:
        before = (await room.redis.info("stats"))["total_commands_processed"]
        await pages.refresh()
        return int((await room.redis.info("stats"))["total_commands_processed"]) - int(before)

    await room.join("1")
    pages.booth("1")
    await pages.refresh()
    alone = await commands_of_a_refresh()
    for number in range(500):
        pages.booth(f"empty-{number}")
    assert await commands_of_a_refresh() == alone


async def test_workspaces_of_the_same_lines_are_shown_one_view(room: Room, pages: Pages) -> None:
    await room.join("1")
    veteran = PriorityClass(code="veteran", names={}, head_start_seconds=600)
    await room.join("2", PASSPORT, priority=veteran, mode=Mode.TEXT)
    await room.join("3", PENSION)
    await room.elsewhere()
    passport, text = serves(PASSPORT).lines[0], LineId("passport:ru:text")
    anna, olga, ivan = (
        pages.open("workspace", consultant_person(UserId(name)), *lines)
        for name, lines in (
            ("anna", (passport, text)),
            ("olga", (passport, text)),
            ("ivan", (LineId("nothing:ru:speech"),)),
        )
    )
    await pages.refresh()
    [shown] = taken(anna)
    assert isinstance(shown, LineView)
    assert shown.total == 3
    assert [(each.priority, each.mode, each.here) for each in shown.visitors] == [
        ("veteran", Mode.TEXT, True),
        (None, Mode.SPEECH, True),
        (None, Mode.SPEECH, False),
    ]
    assert taken(olga) == [shown]
    [nothing] = taken(ivan)
    assert isinstance(nothing, LineView)
    assert (nothing.total, nothing.visitors) == (0, [])


async def test_the_wall_shows_each_line_the_longest_wait_first(room: Room, pages: Pages) -> None:
    await room.available("anna", serves(PENSION))
    consultation = await room.join("1")
    await age(room, consultation, 300)
    veteran = PriorityClass(code="veteran", names={}, head_start_seconds=3600)
    await room.join("2", priority=veteran)  # is first, and has waited less
    desk = pages.open("desk", None)
    await pages.refresh()
    [wall] = taken(desk)
    assert isinstance(wall, Wall)
    assert [(each.topic, each.waiting, each.on_duty, each.available) for each in wall.lines] == [
        (PASSPORT.id, 2, 0, 0),
        (PENSION.id, 0, 1, 1),
    ]
    assert 300 <= wall.lines[0].longest_wait_seconds < 310
    assert 300 <= wall.longest_wait_seconds < 310
    assert (wall.waiting, wall.available) == (2, 1)


async def test_the_wall_shows_the_day_of_the_organisation(room: Room, pages: Pages) -> None:
    day = views.day_of(await now_ms(room.redis), "Asia/Vladivostok")
    await room.redis.hset(keys.today(room.organisation, day), "answered", "7")
    desk = pages.open("desk", None)
    await pages.refresh()
    pages.away = True  # the time zone does not change while nobody can be asked for it
    await pages.refresh()
    shown = taken(desk)
    assert [each.today.answered for each in shown if isinstance(each, Wall)] == [7]


async def test_a_ticket_is_shown_with_its_promise_and_a_better_one_follows(redis_url: str) -> None:
    async with staged(redis_url) as stage:
        anna = await stage.client("anna", "workspace")
        first, second = await stage.client("1", "booth"), await stage.client("2", "booth")
        await talking(first, anna)
        await second.request(JOIN)
        told = await second.wait_for(Place, lambda each: each.estimate is not None)
        assert (told.place, told.estimate and told.estimate.method) == (1, "configured")
        third = await stage.client("3", "booth")
        await third.request(JOIN)
        behind = await third.wait_for(Place, lambda each: each.estimate is not None)
        assert behind.estimate is not None
        high = behind.estimate.high_minutes
        helper = await stage.client("olga", "workspace")
        await helper.request(AVAILABLE)
        await in_state(second, State.OFFERED)
        await third.wait_for(
            Place, lambda each: each.estimate is not None and each.estimate.high_minutes < high
        )


async def age(room: Room, consultation: str, seconds: int) -> None:
    """They have waited for longer than they have."""
    line = keys.line(room.organisation, serves(PASSPORT).lines[0])
    name = f"{keys.prefix(room.organisation)}consultation:{consultation}"
    joined = int(str(await room.redis.hget(name, "joined_at"))) - seconds * 1000
    await room.redis.hset(name, "joined_at", str(joined))
    await room.redis.zadd(line, {consultation: joined * 1000})
