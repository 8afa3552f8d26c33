"""The way through a talk over a network that becomes worse and goes away, with pictures."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import expect

from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, SUPERVISOR_EMAIL
from tests.browser.people import OTHER, Consultant, Person, Supervisor, Visitor
from tests.browser.proxy import Proxy
from tests.browser.tour import Look

WEATHER = Path(__file__).with_name("weather.js")
BAD: dict[str, float | None] = {"room": 40_000, "delay": 0.6, "loss": 0.4}
"""So little that the picture is paused, and so much lost that the sound is weak as well."""
FINE: dict[str, float | None] = {"room": None, "delay": 0, "loss": 0}
_INTERRUPTED = re.compile("interrupted|прервалась")
_PATIENCE_MS = 40_000
"""Reports come every five seconds, and an alarm once something has lasted."""


async def turns(person: Person, weather: dict[str, float | None]) -> None:
    """The network is like that for this person's page from now on."""
    await person.page.evaluate("(now) => void Object.assign(weather, now)", weather)


async def walk(
    visitor: Visitor,
    consultant: Consultant,
    supervisor: Supervisor,
    entrance: Proxy,
    look: Look,
    *,
    language: str,
) -> None:
    """Through a talk, and to what the supervisor sees of it.

    Args:
        visitor: at a booth; `WEATHER` is in the pages of visitor and consultant.
        consultant: who has not signed in.
        supervisor: neither.
        entrance: through which visitor and consultant reach the node.
        look: called with the name of each screen and its page.
        language: of the visitor.
    """
    booth, workspace, desk = visitor.page, consultant.page, supervisor.page
    both: tuple[Person, ...] = (visitor, consultant)
    await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
    await supervisor.sign_in(SUPERVISOR_EMAIL, PASSWORD)
    await visitor.take_ticket(language)
    await consultant.become_available()
    await consultant.accept()
    for person in both:
        await person.is_in("active")
        await person.sees_more(0)
    await expect(workspace.locator('[data-way="sent"] [data-word]')).not_to_be_empty(
        timeout=_PATIENCE_MS
    )
    await look("workspace-quality", workspace)
    for person in both:
        await turns(person, BAD)
    for page in (booth, workspace):
        await expect(page.locator("[data-stage-words]").first).to_be_visible(timeout=_PATIENCE_MS)
    await look("booth-picture-held", booth)
    await look("workspace-picture-held", workspace)
    weak = desk.locator('[data-live-part="weak"] tbody tr')
    await expect(weak).to_have_count(1, timeout=_PATIENCE_MS)
    await look("desk-weak", desk)
    await look("booth-weak", booth)
    await look("workspace-weak", workspace)
    for person in both:
        await turns(person, FINE)
    entrance.cut()
    await booth.evaluate(f"probe.cut(document.querySelector('{OTHER}'))")
    for page in (booth, workspace):
        line = page.locator("[data-talk-line]")
        await expect(line).to_contain_text(_INTERRUPTED, timeout=_PATIENCE_MS)
    await look("booth-interrupted", booth)
    await look("workspace-interrupted", workspace)
    entrance.heal()
    for page in (booth, workspace):
        await expect(page.locator("[data-connection]")).to_be_empty(timeout=_PATIENCE_MS)
    ticket = await visitor.ticket()
    await visitor.finish_talk()
    await consultant.wrap_up()
    record = await supervisor.record(ticket)
    await supervisor.open(f"/desk/log/{record['id']}")
    chart = desk.locator(".record-quality")
    await chart.scroll_into_view_if_needed()
    await chart.evaluate("(chart) => chart.scrollIntoView()")
    await look("desk-record-quality", desk)
    await chart.locator("summary").first.click()
    await look("desk-record-quality-table", desk)
