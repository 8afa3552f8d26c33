"""Offers that are not taken, and windows that take over from each other."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.node import Node
from tests.browser.people import Consultant, Supervisor, Visitor, page_of
from tests.browser.proxy import Proxy

pytestmark = pytest.mark.browser


async def test_a_declined_visitor_keeps_the_place_and_the_consultant_is_paused(
    visitor: Visitor, consultant: Consultant
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("offer")
    await consultant.press("decline")
    await consultant.sees("break")
    await visitor.is_in("waiting")
    assert await visitor.ticket() == ticket
    await consultant.press("available")
    await consultant.accept()
    await visitor.sees_person(consultant)


@pytest.mark.settings(offer_seconds=2)
async def test_a_missed_offer_pauses_the_consultant_and_one_touch_ends_the_pause(
    visitor: Visitor, consultant: Consultant, supervisor: Supervisor
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("offer")
    await consultant.sees("break")
    await visitor.is_in("waiting")
    await consultant.press("available")
    await consultant.accept()
    await visitor.sees_person(consultant)
    await visitor.is_in("active")
    await consultant.hang_up()
    await consultant.wrap_up()
    record = await supervisor.record(ticket)
    assert [offer["result"] for offer in record["offers"]] == ["offer_timed_out", "accept"]


async def test_a_second_window_takes_over_from_the_first(
    node: Node, visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)

    context = consultant.page.context
    second = Consultant(await page_of(context), node.base, consultant.appearance)
    await second.open("/workspace")
    await second.sees("talk")
    await consultant.sees("evicted")
    await second.sees_person(visitor)
    await visitor.sees_person(second)
    assert (await consultant.traffic())["connected"] == 0

    await consultant.press("use-here")
    await consultant.sees("talk")
    await second.sees("evicted")
    await consultant.sees_person(visitor)
    await visitor.sees_more(await visitor.frames())


async def test_a_window_that_was_cut_off_does_not_take_back_what_another_took_over(
    node: Node, entrance: Proxy, consultant: Consultant
) -> None:
    """It would have the one that is in use close itself."""
    await consultant.become_available()
    entrance.cut()
    second = Consultant(await page_of(consultant.page.context), node.base)
    await second.open("/workspace")
    await second.sees("idle")
    entrance.heal()
    await consultant.sees("evicted")
    assert await second.page.locator("main").get_attribute("data-screen") == "idle"


async def test_a_reloaded_page_is_back_in_its_conversation(
    visitor: Visitor, consultant: Consultant
) -> None:
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    for reloaded, other in ((visitor, consultant), (consultant, visitor)):
        await other.sees_person(reloaded)
        await reloaded.page.reload()
        await reloaded.sees_person(other)
        await other.sees_more(await other.frames())
    await expect(consultant.page.locator('[data-card="ticket"]')).to_have_text(ticket)
