"""Sockets and servers go away; conversations do not."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.node import Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor
from tests.browser.proxy import Proxy

pytestmark = pytest.mark.browser

_OUTAGE_SECONDS = 10


async def goes_on(*people: Person) -> None:
    """Everyone is shown pictures that are new now."""
    before = [await person.frames() for person in people]
    for person, frames in zip(people, before, strict=True):
        await person.sees_more(frames)


async def knows_the_service_is_away(person: Person) -> None:
    await expect(person.page.locator("[data-connection]")).not_to_be_empty(timeout=20_000)


async def is_back(person: Person) -> None:
    await expect(person.page.locator("[data-connection]")).to_be_empty(timeout=20_000)


async def test_a_cut_socket_does_not_touch_the_conversation(
    entrance: Proxy,
    visitor: Visitor,
    second_visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
    await visitor.is_in("active")
    await second_visitor.take_ticket()

    loop = asyncio.get_running_loop()
    entrance.cut()
    healed_at = loop.time() + _OUTAGE_SECONDS
    for person in (visitor, consultant):
        await knows_the_service_is_away(person)
    await consultant.press("microphone")
    while loop.time() < healed_at:
        await goes_on(visitor, consultant)
    entrance.heal()

    for person in (visitor, consultant, second_visitor):
        await is_back(person)
    await goes_on(visitor, consultant)
    for person in (visitor, consultant):
        assert (await person.traffic())["made"] == 1, "the connection is the one from before"
    # What was said meanwhile has arrived, and what is said now does.
    await expect(consultant.page.locator("[data-line-list] > li")).to_have_count(1)
    await consultant.hang_up()
    await visitor.rate(4)
    await consultant.wrap_up()
    await second_visitor.is_in("offered")
    record = await supervisor.record(ticket)
    assert len(record["contact_legs"]) == 1
    assert record["contact_legs"][0]["reason"] == "hang_up"


async def test_a_press_while_the_socket_is_away_is_done_when_it_is_back(
    entrance: Proxy, visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("offer")
    entrance.cut()
    await knows_the_service_is_away(consultant)
    await consultant.press("accept")
    entrance.heal()
    await consultant.sees("talk")
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)


async def test_a_killed_server_comes_back_to_the_same_line_and_the_same_conversation(
    node: Node,
    visitor: Visitor,
    second_visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
    await visitor.is_in("active")
    waiting_ticket = await second_visitor.take_ticket()
    place = await second_visitor.place()

    await node.kill()
    for person in (visitor, consultant, second_visitor):
        await knows_the_service_is_away(person)
    await goes_on(visitor, consultant)
    await node.start()

    for person in (visitor, consultant, second_visitor):
        await is_back(person)
    await goes_on(visitor, consultant)
    for person in (visitor, consultant):
        assert (await person.traffic())["made"] == 1, "the connection is the one from before"
    await second_visitor.sees("waiting")
    assert await second_visitor.ticket() == waiting_ticket
    assert await second_visitor.place() == place

    await visitor.finish_talk()
    await visitor.rate(5)
    await consultant.wrap_up()
    await consultant.accept()
    await second_visitor.sees_person(consultant)
    record = await supervisor.record(ticket)
    [contact] = record["contact_legs"]
    assert (contact["ended_by"], contact["reason"]) == ("visitor", "hang_up")
    assert (record["outcome"], record["rating"]["score"]) == ("served", 5)
