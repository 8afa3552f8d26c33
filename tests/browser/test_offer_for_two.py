"""An offer that a consultant and an interpreter must both accept, as each of them sees it.

The socket is scripted: what matters here is what the page makes of the states.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.axe import violations
from tests.browser.people import Consultant

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("prepared")]

AT = 1_795_431_900_000
OFFER = {
    "id": "01C0NSVTAT10N000000000000A",
    "ticket": "A-001",
    "topic": "",
    "language": "ru",
    "mode": "sign",
    "state": "offered",
    "interprets": True,
    "agreed": False,
    "priority": "veteran",
    "interpreter": "tatar",
    "centre": "Centre",
    "booth": "Booth 1",
    "joined_at": AT - 60_000,
    "offered_at": AT,
    "deadline": AT + 60_000,
    "link": {"id": "01C0NSVTAT10N000000000000A-1-vi", "owner": True, "to": "visitor"},
    "more": [],
}


class Script:
    """The server's end of a workspace's socket."""

    def __init__(self) -> None:
        self._route: WebSocketRoute | None = None
        self._seq = 0

    def meet(self, route: WebSocketRoute) -> None:
        self._route = route
        route.on_message(self._answer)

    def show(self, **facts: object) -> None:
        """Send a state with that offer."""
        self._seq += 1
        state = {
            "type": "consultant.state",
            "seq": self._seq,
            "cause": "offer",
            "at": AT,
            "status": "available",
            "reason": "chosen",
            "since": AT,
            "consultation": {**OFFER, **facts},
        }
        self._send(state)

    def withdraw(self, cause: str) -> None:
        """Send a state without it."""
        self._seq += 1
        free = {"status": "available", "reason": "chosen", "since": AT, "consultation": None}
        self._send({"type": "consultant.state", "seq": self._seq, "cause": cause, "at": AT, **free})

    def _answer(self, message: str | bytes) -> None:
        asked: dict[str, Any] = json.loads(message)
        if asked["type"] == "hello":
            welcome = {"type": "welcome", "id": asked["id"], "token": "t", "resumed": False}
            times = {"seq": 0, "since": AT, "at": AT, "heartbeat": 10, "resume_within": 120}
            self._send({**welcome, **times})
            self.show()
        elif asked["type"] == "ping":
            self._send({"type": "pong", "id": asked["id"], "at": AT})
        elif asked.get("id") is not None:
            self._send({"type": "ok", "id": asked["id"]})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._route is not None
        self._route.send(json.dumps(message))


async def test_each_of_two_is_told_their_part_and_whom_the_offer_waits_for(
    consultant: Consultant,
) -> None:
    page, script = consultant.page, Script()
    await page.context.add_cookies(
        [{"name": "okno_language", "value": "en", "url": consultant.base}]
    )
    await page.route_web_socket("**/ws?*", script.meet)
    await page.reload()
    await consultant.sees("offer")
    title, agreed = page.locator("[data-offer-title]"), page.locator("[data-offer-agreed]")
    await expect(title).to_have_text("You are asked to interpret: tatar")
    await expect(page.locator("[data-offer-marks] > *")).to_have_count(3)
    await expect(consultant.button("accept")).to_be_visible()
    assert await violations(page) == []

    script.show(agreed=True)
    await expect(agreed).to_have_text("You have accepted. Waiting for the consultant to accept.")
    await expect(consultant.button("accept")).to_have_count(0)
    assert await violations(page) == []

    script.show(interprets=False)
    await expect(title).to_have_text("A visitor for you")
    await expect(consultant.button("accept")).to_be_visible()
    script.show(interprets=False, agreed=True)
    await expect(agreed).to_have_text("You have accepted. Waiting for the interpreter to accept.")

    toast = page.locator("[data-toasts]")
    script.withdraw("interpreter_declined")
    await expect(toast).to_have_text(
        "The interpreter could not answer. The visitor keeps their place in the line."
    )
    # axe measures with styles of its own, which the page's policy refuses.
    consultant.faults = [each for each in consultant.faults if "inline style" not in each]
