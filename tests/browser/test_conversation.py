"""A visitor and a consultant, each in a browser of their own, talk; and it is on record."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import pytest
from playwright.async_api import expect

from tests.browser.people import Consultant, Supervisor, Visitor

pytestmark = pytest.mark.browser


async def test_each_sees_and_hears_the_other_and_nobody_before_accept(
    visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("offer")
    for person in (visitor, consultant):
        await person.has_link()
    # The link stands and the cameras run: whatever leaks would be sent now.
    await asyncio.sleep(1)
    for person in (visitor, consultant):
        traffic = await person.traffic()
        assert (traffic["bytesSent"], traffic["dataBytesSent"]) == (0, 0), person

    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
    await visitor.hears_person(consultant)
    await consultant.hears_person(visitor)
    for person in (visitor, consultant):
        await person.is_in("active")
        assert (await person.traffic())["made"] == 1, "what was prepared is what carries"


@pytest.mark.parametrize("by", ["visitor", "consultant"])
async def test_either_side_ends_it_and_the_record_tells_how(
    visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
    by: Literal["visitor", "consultant"],
) -> None:
    began = time.time() * 1000
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
    await visitor.is_in("active")
    if by == "visitor":
        await visitor.finish_talk()
    else:
        await consultant.hang_up()
    await visitor.rate(5)
    await consultant.wrap_up("partly_served")
    await consultant.sees("idle")
    ended = time.time() * 1000

    record = await supervisor.record(ticket)
    _every_leg_is_there(record, by)
    _times_are_in_order(record, began, ended)

    await supervisor.open("/desk/log")
    await supervisor.page.locator("[data-row] a", has_text=ticket).click()
    await expect(supervisor.page.locator("h1")).to_contain_text(ticket)
    timeline = supervisor.page.locator(".record-timeline li")
    assert await timeline.count() >= record["events"] - _samples(record) - 1


def _samples(record: dict[str, Any]) -> int:
    """Events of the record that no timeline shows one by one."""
    sides: dict[str, int] = {}
    for row in record["contact_legs"][0]["quality"]:
        sides[row["side"]] = max(sides.get(row["side"], 0), row["samples"])
    return sum(sides.values())


def _every_leg_is_there(record: dict[str, Any], by: str) -> None:
    [queue_leg], [offer], [contact] = (
        record["queue_legs"],
        record["offers"],
        record["contact_legs"],
    )
    assert (record["state"], record["outcome"]) == ("closed", "partly_served")
    assert record["language"] == "ru"
    assert (queue_leg["place"], queue_leg["waiting"]) == (1, 1)
    assert queue_leg["reason_out"] == "accept"
    assert (offer["result"], offer["rivals"]) == ("accept", 0)
    assert contact["consultant"] == offer["consultant"]
    assert contact["link"] == offer["link"]
    assert (contact["ended_by"], contact["reason"]) == (by, "hang_up")
    assert record["wrap_up"]["reason"] == "finish"
    assert record["rating"]["score"] == 5


def _times_are_in_order(record: dict[str, Any], began: float, ended: float) -> None:
    [queue_leg], [offer], [contact] = (
        record["queue_legs"],
        record["offers"],
        record["contact_legs"],
    )
    both_sides = (contact["media_at_visitor"], contact["media_at_consultant"])
    assert contact["connected_at"] == max(both_sides), "connected when the later side sees"
    moments = [
        began - 1000,  # the two clocks are one, but its milliseconds are cut off
        record["joined_at"],
        offer["at"],
        offer["answered_at"],
        contact["accepted_at"],
        min(both_sides),
        contact["connected_at"],
        contact["ended_at"],
        record["closed_at"],
        ended + 1000,
    ]
    assert moments == sorted(moments)
    assert queue_leg["entered_at"] == record["joined_at"]
    assert queue_leg["left_at"] == contact["accepted_at"] == offer["answered_at"]
    assert record["wrap_up"]["started_at"] == contact["ended_at"]
    assert record["wrap_up"]["ended_at"] == record["closed_at"]
    assert contact["ended_at"] <= record["rating"]["at"] <= ended + 1000
