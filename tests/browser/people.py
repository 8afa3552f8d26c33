"""The people in front of the browsers, and what they can do with the pages."""

from __future__ import annotations

import re
from typing import Any, Literal, TypedDict

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.chromium import PROBE
from tests.browser.media import Appearance
from tests.browser.waiting import PATIENCE, until

OTHER = "[data-other-picture]"
"""Of whom one talks to; see `tests.browser.trio` for a talk of three."""
_TONE_TOLERANCE = 25
"""Hertz; four lines of the probe's spectrum."""

Outcome = Literal["served", "partly_served", "needs_visit", "no_show"]


class Traffic(TypedDict):
    """What a page's connections have sent and received; see probe.js."""

    made: int
    connected: int
    bytesSent: int
    framesSent: int
    dataBytesSent: int
    bytesReceived: int
    samplesPlayed: int
    """Of sound."""
    samplesMadeUp: int
    """Those of them that did not come in time."""


class Person:
    """Someone at a page."""

    def __init__(self, page: Page, base: str, appearance: Appearance | None = None) -> None:
        self.page = page
        self.base = base
        self.appearance = appearance
        self.faults: list[str] = []
        """Errors in the page's scripts and what its policy refused; a test ends with none."""
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._listen(message.type, message.text))
        # A page may ask whether a conversation is really to be left; these people mean it.
        page.on("dialog", lambda dialog: dialog.accept())

    def _listen(self, kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            self.faults.append(text)

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)

    async def sees(self, screen: str) -> None:
        """Wait for that screen."""
        main = self.page.locator("main")
        await expect(main).to_have_attribute("data-screen", screen, timeout=PATIENCE * 1000)

    async def is_in(self, state: str) -> None:
        """Wait until the page knows the consultation to be in that state."""
        main = self.page.locator("main")
        await expect(main).to_have_attribute("data-state", state, timeout=PATIENCE * 1000)

    def button(self, action: str, **facts: str) -> Locator:
        """The button of that action that can be seen, such as ``topic`` with ``topic=…``."""
        wanted = "".join(f'[data-{name}="{value}"]' for name, value in facts.items())
        return self.page.locator(f'[data-action="{action}"]{wanted}').locator("visible=true")

    async def press(self, action: str, **facts: str) -> None:
        await self.button(action, **facts).first.click()

    async def sees_person(self, other: Person, *, where: str = OTHER) -> None:
        """Wait until the picture of the other is what this page shows there."""
        assert other.appearance is not None
        code = other.appearance.code
        await until(self.page, "probe.code", where, accept=lambda shown: shown == code)

    async def hears_person(self, other: Person, *, where: str = OTHER) -> None:
        """Wait until the tone of the other is what this page plays there."""
        assert other.appearance is not None
        tone = other.appearance.frequency
        await until(
            self.page,
            "probe.frequency",
            where,
            accept=lambda heard: heard is not None and abs(heard - tone) < _TONE_TOLERANCE,
        )

    async def frames(self, *, where: str = OTHER) -> int:
        """Pictures of the other shown so far."""
        shown: int = await self.page.evaluate("(selector) => probe.frames(selector)", where)
        return shown

    async def sees_more(self, than: int, frames: int = 10, *, where: str = OTHER) -> None:
        """Wait until so many more pictures of the other were shown."""
        await until(self.page, "probe.frames", where, accept=lambda shown: shown >= than + frames)

    async def has_link(self, *, links: int = 1) -> None:
        """Wait until the connections to the others stand, whether or not they carry anything."""
        await until(self.page, "probe.traffic", accept=lambda seen: seen["connected"] == links)

    async def traffic(self) -> Traffic:
        measured: Traffic = await self.page.evaluate("probe.traffic()")
        return measured


class Visitor(Person):
    """Someone who sits down at a booth."""

    async def enrol(self, code: str) -> None:
        """Make this browser a booth, as an administrator would."""
        await self.open("/booth")
        await self.page.locator("#code").fill(code)
        await self.press("enrol")
        await self.sees("attract")

    async def choose_language(self, language: str = "ru") -> None:
        await self.page.locator(f'[data-action="language"][lang="{language}"]').click()
        await self.sees("topic")

    async def take_ticket(self, language: str = "ru", *, interpreter: str | None = None) -> str:
        """From the start page into the line, for the first topic; the ticket."""
        await self.choose_language(language)
        await self.choose_topic(interpreter=interpreter)
        await self.press("take-ticket")
        await self.sees("waiting")
        return await self.ticket()

    async def choose_topic(self, *, priority: str = "", interpreter: str | None = None) -> None:
        """From the topics to the ready check, for the first topic and this priority class.

        Args:
            priority: Code of the class; empty for none.
            interpreter: The answer to the question for one; None where it is not asked.
        """
        await self.press("topic")
        if interpreter is not None:
            await self.sees("interpreter")
            await self.press("interpreter", interpreter=interpreter)
        await self.sees("priority")
        await self.press("priority", priority=priority)
        await self.sees("ready")

    async def choose_tile(self, name: str) -> None:
        """Choose the topic of that name."""
        await self.button("topic").filter(has_text=name).click()

    async def show_keys(self, which: str) -> None:
        """Of the keypad for tickets: digits, or the letters of an alphabet."""
        await self.page.locator(f'.segment:has([name="keys"][value="{which}"])').click()

    async def ticket(self) -> str:
        slip = self.page.locator("[data-ticket]").first
        await expect(slip).to_have_text(re.compile(r"\S-\d"))
        return await slip.inner_text()

    async def place(self) -> str:
        """What the screen says of the place in the line, once the server has counted."""
        await expect(self.page.locator("[data-range]")).not_to_be_empty(timeout=PATIENCE * 1000)
        return await self.page.locator("[data-place]").inner_text()

    async def touch_keys(self, text: str) -> None:
        """Write on the keyboard of the screen, whose letters are in sight."""
        for letter in text:
            if letter.isupper():
                await self._touch_key("-act", "shift")
            await self._touch_key("", letter.lower())

    async def touch_act(self, what: str) -> None:
        """Touch a key of the screen that writes nothing, such as ``away``."""
        await self._touch_key("-act", what)

    async def _touch_key(self, kind: str, key: str) -> None:
        keys = self.page.locator(f'[data-keyboard] [data-key{kind}="{key}"]')
        await keys.locator("visible=true").click()

    async def finish_talk(self) -> None:
        await self.press("finish")
        await self.press("finish-yes")

    async def rate(self, score: int) -> None:
        await self.sees("rating")
        await self.press("rate", score=str(score))
        await self.sees("done")

    async def go(self) -> None:
        """Leave the booth to the next visitor."""
        await self.press("home")
        await self.sees("attract")


class Consultant(Person):
    """Someone who answers in the workspace."""

    async def sign_in(self, email: str, password: str) -> None:
        await sign_in(self, "/workspace", email, password)
        await self.sees("break")

    async def become_available(self) -> None:
        await self.press("available")

    async def accept(self) -> None:
        await self.sees("offer")
        await self.press("accept")
        await self.sees("talk")

    async def hang_up(self) -> None:
        await self.press("hang-up")
        await self.press("hang-up-yes")

    async def wrap_up(self, outcome: Outcome = "served") -> None:
        await self.sees("wrap-up")
        await self.page.locator(f'[name="outcome"][value="{outcome}"]').check(force=True)
        await self.press("finish")
        await expect(self.page.locator('main[data-screen="wrap-up"]')).to_have_count(0)


class Supervisor(Person):
    """Someone who reads the log at the desk."""

    async def sign_in(self, email: str, password: str) -> None:
        await sign_in(self, "/desk", email, password)
        await expect(self.page.locator("[data-figure]").first).to_be_visible(
            timeout=PATIENCE * 1000
        )

    async def record(self, ticket: str) -> dict[str, Any]:
        """The record of a ticket as the JSON export holds it, once it is closed and archived."""
        for _ in range(int(PATIENCE * 5)):
            answer = await self.page.request.get(f"{self.base}/desk/log.json")
            assert answer.ok, answer.status
            found = [each for each in await answer.json() if each["ticket"] == ticket]
            if found and found[0]["outcome"] is not None:
                record: dict[str, Any] = found[0]["record"]
                return record
            await self.page.wait_for_timeout(200)
        raise AssertionError(f"No closed record of {ticket} in the log.")


async def sign_in(person: Person, path: str, email: str, password: str) -> None:
    """Open a page of the staff and come in by its form."""
    await person.open(path)
    await person.page.locator('[name="email"]').fill(email)
    await person.page.locator('[name="password"]').fill(password)
    await person.press("sign-in")


async def page_of(context: BrowserContext) -> Page:
    """A page that tests can ask; see probe.js."""
    await context.add_init_script(path=PROBE)
    return await context.new_page()
