"""The line as a visitor meets it: priority, tickets from elsewhere, pauses, its end."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect
from redis.asyncio import Redis

from server.embedded_redis import socket_path
from tests.browser.node import Node
from tests.browser.people import Visitor
from tests.browser.program import Program
from tests.browser.waiting import PATIENCE

pytestmark = pytest.mark.browser

CENTRE = ZoneInfo("Europe/Samara")
CYRILLIC_K = "\u041a"


async def closed_record(machine: Program, ticket: str) -> dict[str, Any]:
    """The newest record of that ticket, once it is closed."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [each for each in await machine.records() if each["ticket"] == ticket]
            if found and found[0]["outcome"] is not None:
                return found[0]
            await asyncio.sleep(0.1)


async def agreed_time_comes(node: Node, ticket: str) -> None:
    """Nobody waits half an hour in a test: the agreed time is set to now."""
    async with Redis(unix_socket_path=str(socket_path(node.data)), decode_responses=True) as redis:
        [claim] = [name async for name in redis.scan_iter(f"okno:*:claim:*:{ticket}")]
        seconds, _ = await redis.time()
        await redis.hset(claim, "return_at", str(seconds * 1000))


async def type_number(visitor: Visitor, *keys: str) -> None:
    await visitor.press("bring-ticket")
    await visitor.sees("ticket")
    for key in keys:
        await visitor.press("key", key=key)
    await visitor.press("claim")


async def test_priority_that_a_visitor_declares_is_written_down(
    visitor: Visitor, machine: Program
) -> None:
    await visitor.choose_language()
    await visitor.choose_topic(priority="veteran")
    await visitor.press("back")
    await visitor.sees("priority")
    await visitor.press("back")
    await visitor.sees("topic")
    await visitor.choose_topic(priority="veteran")
    await visitor.press("take-ticket")
    await visitor.sees("waiting")
    ticket = await visitor.ticket()
    await expect(visitor.page.locator("[data-priority-words]")).to_be_visible()
    await visitor.press("leave")
    await visitor.press("leave-yes")
    await visitor.sees("attract")
    record = await closed_record(machine, ticket)
    assert record["priority"] == "veteran"
    assert record["declared_by"] == "visitor"


async def test_visitor_agrees_to_come_back_and_returns_with_the_number(
    visitor: Visitor, node: Node, machine: Program
) -> None:
    ticket = await visitor.take_ticket()
    await visitor.press("later")
    await visitor.sees("later")
    await visitor.press("later-back")
    await visitor.sees("waiting")
    await visitor.press("later")
    tile = visitor.button("later-time").first
    time = await tile.locator("[data-clock]").inner_text()
    await tile.click()
    await visitor.press("agree-yes")
    await visitor.sees("agreed")
    await expect(visitor.page.locator("[data-agreed-ticket]").first).to_have_text(ticket)
    await expect(visitor.page.locator("[data-agreed-time]")).to_contain_text(time)
    await visitor.go()
    assert (await closed_record(machine, ticket))["outcome"] == "callback"

    await visitor.choose_language()
    await type_number(visitor, *ticket.partition("-")[2])
    fault = visitor.page.locator("[data-ticket-fault]")
    await expect(fault).to_contain_text("Такого талона здесь нет")
    for _ in ticket.partition("-")[2]:
        await visitor.press("erase")
    await expect(fault).to_be_empty()
    await visitor.page.keyboard.type(ticket.lower())
    await visitor.press("claim")
    await expect(fault).to_contain_text(re.compile(r"ещё рано.*\d\d?:\d\d", re.DOTALL))

    await agreed_time_comes(node, ticket)
    await visitor.press("claim")
    await visitor.sees("ready")
    await visitor.press("checked")
    await visitor.sees("waiting")
    assert await visitor.ticket() == ticket


async def test_ticket_of_a_machine_counts_at_the_booth_until_staff_remove_it(
    visitor: Visitor, machine: Program
) -> None:
    taken = await machine.take_ticket(external=f"{CYRILLIC_K}-117")
    await visitor.choose_language()
    await visitor.press("bring-ticket")
    await visitor.sees("ticket")
    # By an attached keyboard, without looking for the field, and in the other alphabet.
    await visitor.page.keyboard.type("k-117")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("ready")
    await visitor.is_in("waiting")
    await expect(visitor.button("back")).to_have_count(0)
    await visitor.press("checked")
    await visitor.sees("waiting")
    assert await visitor.ticket() == taken["ticket"]
    await machine.remove(taken["id"])
    await visitor.sees("ended")
    await expect(visitor.page.locator("#ended-title")).to_contain_text("Сотрудники сняли")

    await visitor.press("again")
    await visitor.press("bring-ticket")
    await visitor.sees("ticket")
    await visitor.show_keys("cyrillic")
    await visitor.press("key", key=CYRILLIC_K)
    await visitor.show_keys("digits")
    for key in "-117":
        await visitor.press("key", key=key)
    await visitor.press("claim")
    await expect(visitor.page.locator("[data-ticket-fault]")).not_to_be_empty()


async def test_visitor_is_told_that_the_line_pauses_and_goes_on(
    visitor: Visitor, machine: Program
) -> None:
    await visitor.take_ticket()
    notice = visitor.page.locator("[data-line]")
    await expect(notice).to_be_empty()
    await machine.set_gate("paused")
    await expect(notice).to_contain_text("Вызов ненадолго приостановлен")
    spoken = visitor.page.locator("[data-live]")
    await expect(spoken).to_contain_text("Вызов ненадолго приостановлен")
    await machine.set_gate("open")
    await expect(notice).to_be_empty()
    await expect(spoken).not_to_contain_text("приостановлен")


async def test_visitor_is_told_that_the_line_closes_soon(visitor: Visitor, node: Node) -> None:
    closes = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=20)
    # It is noon there, so that the day does not end before the line closes.
    ahead = dt.timedelta(hours=12 - closes.hour)
    zone = f"Etc/GMT{closes.hour - 12:+d}"
    await node.okno("organisation", "edit", "demo", "--timezone", zone)
    hours = f"mon-sun 06:00-{closes + ahead:%H:%M}"
    await node.okno("topic", "edit", "passport", "--hours", hours)
    await visitor.take_ticket()
    told = f"{closes.astimezone(CENTRE):%H:%M}".removeprefix("0")
    notice = visitor.page.locator("[data-line]")
    await expect(notice).to_contain_text("Очередь закрывается в")
    await expect(notice).to_contain_text(told)


async def test_visitor_whose_line_is_closed_is_told_and_may_choose_another_topic(
    visitor: Visitor, machine: Program
) -> None:
    await visitor.take_ticket()
    await machine.set_gate("ended")
    await visitor.sees("ended")
    await expect(visitor.page.locator("#ended-title")).to_have_text("Очередь закрылась")
    await visitor.press("again")
    await visitor.sees("topic")
    # The page was made while the line was open: it is the server that says no.
    await visitor.choose_topic()
    await visitor.press("take-ticket")
    await visitor.sees("shut")
    await visitor.press("topics")
    await visitor.sees("topic")

    await visitor.open("/booth/ru")
    await visitor.sees("topic")
    tile = visitor.button("topic").first
    await expect(tile).to_contain_text("Сейчас закрыто")
    await tile.click()
    await visitor.sees("shut")


async def test_who_waits_for_a_person_is_not_asked_whether_they_are_still_there(
    visitor: Visitor,
) -> None:
    page, strip = visitor.page, visitor.page.locator("[data-host]")
    dialog = page.locator("#still-there")
    await page.clock.install()
    await visitor.choose_language()
    await visitor.press("call-host")
    await expect(strip).to_be_visible()
    await page.clock.fast_forward(100_000)
    await visitor.sees("topic")
    await expect(dialog).to_be_hidden()
    await visitor.press("release-host")
    await expect(strip).to_be_hidden()
    await page.clock.fast_forward(100_000)
    await expect(dialog).to_be_visible()
    await visitor.press("still-there")
    await visitor.press("call-host")
    await expect(strip).to_be_visible()
    await visitor.press("languages")
    await visitor.sees("attract")
    await expect(strip).to_be_visible()
