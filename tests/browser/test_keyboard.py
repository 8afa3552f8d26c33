"""A whole consultation without a pointer: Tab, Enter, Space and the workspace's shortcuts."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Prepared
from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, SUPERVISOR_EMAIL
from tests.browser.people import Consultant, Person, Supervisor, Visitor

pytestmark = pytest.mark.browser

_MOST_TABS = 60
_SEEN_FOCUS = """(selector) => {
  const element = document.activeElement;
  if (!element?.matches(selector)) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const isMarked = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  return element.matches(':focus-visible') && isMarked;
}"""


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until that element has the focus, and see that it does."""
    for _ in range(_MOST_TABS):
        await page.keyboard.press("Tab")
        is_seen = await page.evaluate(_SEEN_FOCUS, selector)
        if is_seen is not None:
            assert is_seen, f"The focus on {selector} cannot be seen."
            return
    reached = await page.evaluate("document.activeElement?.outerHTML.slice(0, 200)")
    raise AssertionError(f"Tab does not reach {selector}; it ended on {reached}")


async def push(person: Person, action: str, key: str = "Enter") -> None:
    """Reach the button of that action by Tab and press it."""
    await tab_to(person.page, f'[data-action="{action}"]')
    await person.page.keyboard.press(key)


async def type_into(person: Person, selector: str, text: str) -> None:
    await tab_to(person.page, selector)
    await person.page.keyboard.type(text)


async def come_in(person: Person, path: str, email: str) -> None:
    """Sign in; the form may have put the focus into its first field already."""
    page = person.page
    await person.open(path)
    focused = await page.evaluate("document.activeElement?.getAttribute('name')")
    if focused == "email":
        await page.keyboard.type(email)
    else:
        await type_into(person, '[name="email"]', email)
    await type_into(person, '[name="password"]', PASSWORD)
    await page.keyboard.press("Enter")


async def write_by_switch(visitor: Visitor, consultant: Consultant) -> None:
    """On the keys of the screen, with Tab and Enter only; then somebody types on real ones."""
    field, keys = "[data-writing-input]", visitor.page.locator("[data-keyboard]")
    await push(visitor, "write")
    await expect(visitor.page.locator(field)).to_be_focused()
    await expect(keys).to_be_hidden()
    await push(visitor, "keyboard")
    await tab_to(visitor.page, '[data-key="о"]')
    await visitor.page.keyboard.press("Enter")
    await visitor.page.keyboard.press("Enter")
    await expect(keys).to_be_visible()
    await visitor.page.keyboard.type("z!")
    await expect(keys).to_be_hidden()
    await expect(visitor.page.locator(field)).to_be_focused()
    await expect(consultant.page.locator("[data-writing-open]")).to_contain_text("ооz!")


async def test_visitor_consultant_and_supervisor_need_no_pointer(
    prepared: Prepared, newcomer: Visitor, colleague: Consultant, stranger: Supervisor
) -> None:
    visitor, consultant, supervisor = newcomer, colleague, stranger
    await visitor.open("/booth")
    await type_into(visitor, "#code", prepared.codes[0])
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("attract")
    await push(visitor, "language")
    await visitor.sees("topic")
    await push(visitor, "topic")
    await visitor.sees("priority")
    await push(visitor, "priority")
    await visitor.sees("ready")
    await push(visitor, "take-ticket")
    await visitor.sees("waiting")
    ticket = await visitor.ticket()

    await come_in(consultant, "/workspace", CONSULTANT_EMAIL)
    await consultant.sees("break")
    await consultant.page.keyboard.press("s")
    await consultant.sees("offer")
    await consultant.page.keyboard.press("a")
    await consultant.sees("talk")
    await visitor.sees_person(consultant)
    await visitor.is_in("active")

    await push(visitor, "microphone", "Space")
    await expect(visitor.button("microphone").first).to_have_attribute("aria-checked", "false")
    await push(visitor, "comfort")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.page.locator("dialog[open]")).to_have_count(0)
    await write_by_switch(visitor, consultant)
    await push(visitor, "finish")
    await push(visitor, "finish-yes")
    await visitor.sees("rating")
    await push(visitor, "rate")
    await visitor.sees("done")
    await push(visitor, "home")
    await visitor.sees("attract")

    await consultant.sees("wrap-up")
    await consultant.page.keyboard.press("1")
    await consultant.page.keyboard.press("f")
    await consultant.sees("idle")

    await come_in(supervisor, "/desk", SUPERVISOR_EMAIL)
    await expect(supervisor.page.locator("[data-figure]").first).to_be_visible()
    await supervisor.record(ticket)
    await supervisor.open("/desk/log")
    await tab_to(supervisor.page, "[data-row] a")
    await supervisor.page.keyboard.press("Enter")
    await expect(supervisor.page.locator("h1")).to_contain_text(ticket)


async def test_the_workspace_can_be_worked_by_tab_alone(
    visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await push(consultant, "available")
    await consultant.sees("offer")
    await push(consultant, "accept")
    await visitor.sees_person(consultant)
    await visitor.is_in("active")
    await push(consultant, "hang-up")
    await push(consultant, "hang-up-yes")
    await consultant.sees("wrap-up")
    await tab_to(consultant.page, '[name="outcome"]')
    await consultant.page.keyboard.press("Space")
    await push(consultant, "finish")
    await consultant.sees("idle")
