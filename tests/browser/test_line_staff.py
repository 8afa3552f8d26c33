"""The line as staff meet it: breaks with reasons, who waits, gates, and why somebody was third."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("prepared")]

MENU = "[data-break-menu]"
CHOSEN = '[data-action="status"][aria-pressed="true"]'


async def test_a_break_is_given_its_reason_by_keys(consultant: Consultant) -> None:
    page = consultant.page
    await page.keyboard.press("s")
    await consultant.sees("idle")
    await page.keyboard.press("s")
    items = page.locator(f"{MENU} button")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(MENU)).to_be_hidden()
    await consultant.sees("idle")
    await page.keyboard.press("s")
    await page.keyboard.press("1")
    await consultant.sees("break")
    reason = await items.first.locator("span").inner_text()
    await expect(page.locator("[data-break-title]")).to_contain_text(reason)
    await expect(page.locator(f"{CHOSEN} [data-status-time]")).to_contain_text(reason)
    await page.keyboard.press("s")
    await consultant.sees("idle")


async def test_a_break_is_given_its_reason_by_pointer_and_it_can_be_changed(
    consultant: Consultant,
) -> None:
    page = consultant.page
    await consultant.become_available()
    await consultant.sees("idle")
    items = page.locator(f"{MENU} button")
    for number in (2, 0):
        await consultant.press("status", value="break")
        reason = await items.nth(number).locator("span").inner_text()
        await items.nth(number).click()
        await consultant.sees("break")
        await expect(page.locator("[data-break-title]")).to_contain_text(reason)
        await expect(items.nth(number)).to_have_attribute("aria-checked", "true")
    await consultant.press("status", value="break")
    await expect(page.locator(MENU)).to_be_visible()
    await consultant.press("status", value="break")
    await expect(page.locator(MENU)).to_be_hidden()


async def test_the_line_says_who_is_let_ahead_and_who_cannot_be_called_now(
    visitor: Visitor, consultant: Consultant, machine: Program
) -> None:
    await machine.take_ticket(priority="veteran")
    await visitor.choose_language()
    await visitor.choose_topic()
    await visitor.press("take-ticket")
    await visitor.sees("waiting")
    rows = consultant.page.locator("[data-line-list] > li")
    await expect(rows).to_have_count(2)
    # The one with the head start comes first, though nobody has come to a booth with the ticket.
    await expect(rows.first).to_have_attribute("data-here", "false")
    await expect(rows.first.locator("[data-marks] > *")).to_have_count(2)
    await expect(rows.nth(1)).to_have_attribute("data-here", "true")
    await expect(rows.nth(1)).to_have_attribute("data-age", "calm")
    await expect(rows.nth(1).locator("[data-marks]")).to_be_hidden()


async def test_staff_hold_a_line_at_the_desk_and_let_it_go(
    visitor: Visitor, consultant: Consultant, supervisor: Supervisor
) -> None:
    page = supervisor.page
    line = page.locator("[data-line]")
    await line.first.locator("a").click()
    await page.locator('[name="gate"][value="paused"]').check()
    await page.locator("#note").fill("fire drill")
    await supervisor.press("gate")
    paused = page.locator("[data-line] .badge.warning")
    await expect(paused).to_have_count(1)
    ticket = await visitor.take_ticket()
    await consultant.become_available()
    await consultant.sees("idle")
    waiting = page.locator('[data-figure="waiting"] [data-value]')
    await expect(waiting).to_have_text("1")
    await visitor.is_in("waiting")
    await page.locator("[data-line]:has(.badge.warning) a").first.click()
    await page.locator('[name="gate"][value="open"]').check()
    await supervisor.press("gate")
    await consultant.accept()
    await visitor.sees_person(consultant)
    await visitor.is_in("active")
    await consultant.hang_up()
    await consultant.wrap_up()
    record = await supervisor.record(ticket)
    await supervisor.open(f"/desk/log/{record['id']}")
    await expect(page.locator(".record-order")).to_contain_text("fire drill")


async def test_sending_people_home_is_asked_twice(visitor: Visitor, supervisor: Supervisor) -> None:
    page = supervisor.page
    await visitor.take_ticket()
    await page.locator("[data-line] a").first.click()
    sure = page.locator("#sure")
    await expect(sure).to_be_hidden()
    await page.locator('[name="gate"][value="ended"]').check()
    await expect(sure).to_be_visible()
    await supervisor.press("gate")
    await expect(page.get_by_role("alert")).to_be_visible()
    await visitor.is_in("waiting")
    await sure.check()
    await supervisor.press("gate")
    await visitor.is_in("closed")
