"""A walk through every screen and state of Okno, with a stop at each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, SUPERVISOR_EMAIL
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.program import Program
from tests.browser.waiting import until

OWN = "section [data-own-picture]"
"""Of the ready check, or of the consultant's own box."""

SIGNED = {"ru": "Льготы и субсидии", "en": "Benefits and subsidies"}
"""The topic for which the demo's consultant signs, in each language."""

Look = Callable[[str, Page], Awaitable[None]]
"""Called at each stop with its name, such as ``booth-waiting``, and the page that shows it."""


class Tour:
    """One visit from enrolment to the log, in one language."""

    def __init__(
        self,
        visitor: Visitor,
        consultant: Consultant,
        supervisor: Supervisor,
        machine: Program,
        *,
        language: str,
        look: Look,
    ) -> None:
        self.visitor = visitor
        self.consultant = consultant
        self.supervisor = supervisor
        self.machine = machine
        self.language = language
        self._look = look

    async def look(self, name: str, page: Page) -> None:
        await page.wait_for_load_state("networkidle")
        await self._look(name, page)

    async def walk(self, code: str) -> None:
        """Go everywhere; `code` enrols the booth."""
        for person in (self.visitor, self.consultant, self.supervisor):
            await person.page.context.add_cookies(
                [{"name": "okno_language", "value": self.language, "url": person.base}]
            )
        await self._site()
        await self._enrol(code)
        await self._other_ends()
        await self._into_line()
        await self._offer()
        await self._talk()
        await self._end()
        await self._desk()
        await self._windows()

    async def _site(self) -> None:
        page = self.supervisor.page
        for name, path in (("home", "/"), ("sign-in", "/sign-in"), ("not-found", "/nowhere")):
            await self.supervisor.open(path)
            await self.look(f"site-{name}", page)
        await self.supervisor.open("/sign-in")
        await page.locator('[name="email"]').fill(SUPERVISOR_EMAIL)
        await page.locator('[name="password"]').fill("wrong")
        await self.supervisor.press("sign-in")
        await self.look("site-sign-in-fault", page)

    async def _enrol(self, code: str) -> None:
        visitor = self.visitor
        await visitor.open("/booth")
        await self.look("booth-enrol", visitor.page)
        await visitor.page.locator("#code").fill("WRONG")
        await visitor.press("enrol")
        await self.look("booth-enrol-fault", visitor.page)
        await visitor.enrol(code)
        await self.look("booth-attract", visitor.page)

    async def _other_ends(self) -> None:
        """Visits that end without a talk, while nobody is at work."""
        visitor = self.visitor
        await visitor.take_ticket(self.language)
        await visitor.press("later")
        await visitor.press("later-time")
        await visitor.press("agree-yes")
        await visitor.sees("agreed")
        await self.look("booth-agreed", visitor.page)
        await visitor.go()
        await visitor.take_ticket(self.language)
        await self.machine.set_gate("ended")
        await visitor.sees("ended")
        await self.look("booth-line-closed", visitor.page)
        await visitor.press("home")
        await visitor.sees("attract")
        await visitor.choose_language(self.language)
        await self.look("booth-topic-closed", visitor.page)
        await visitor.press("topic")
        await visitor.sees("shut")
        await self.look("booth-shut", visitor.page)
        await visitor.press("home")
        await visitor.sees("attract")
        await self.machine.set_gate("open")

    async def _into_line(self) -> None:
        visitor, consultant = self.visitor, self.consultant
        await consultant.open("/workspace")
        await consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
        await self.look("workspace-break", consultant.page)
        await visitor.choose_language(self.language)
        await self.look("booth-topic", visitor.page)
        await visitor.press("comfort")
        await self.look("booth-comfort", visitor.page)
        await visitor.press("comfort-done")
        await self._bring_ticket()
        await self._ask_for_sign_language()
        await visitor.press("topic")
        await visitor.sees("priority")
        await self.look("booth-priority", visitor.page)
        await visitor.press("priority", priority="veteran")
        await visitor.sees("ready")
        await until(visitor.page, "probe.frames", OWN)
        await self.look("booth-ready", visitor.page)
        await visitor.press("take-ticket")
        await visitor.sees("waiting")
        await visitor.ticket()
        await self.look("booth-waiting", visitor.page)
        await visitor.press("call-host")
        await expect(visitor.page.locator("[data-host]")).to_be_visible()
        await self.look("booth-called", visitor.page)
        await visitor.press("release-host")
        await visitor.press("leave")
        await self.look("booth-leave", visitor.page)
        await visitor.press("leave-no")
        await self._meanwhile()
        await expect(consultant.page.locator("[data-line-list] > li")).to_have_count(1)
        await self.look("workspace-break-waiting", consultant.page)

    async def _bring_ticket(self) -> None:
        """A ticket that does not count."""
        visitor = self.visitor
        await visitor.press("bring-ticket")
        await visitor.sees("ticket")
        await self.look("booth-ticket", visitor.page)
        for key in "117":
            await visitor.press("key", key=key)
        await visitor.press("claim")
        await expect(visitor.page.locator("[data-ticket-fault]")).not_to_be_empty()
        await self.look("booth-ticket-fault", visitor.page)
        await visitor.show_keys("cyrillic")
        await self.look("booth-ticket-letters", visitor.page)
        await visitor.press("topics")
        await visitor.sees("topic")

    async def _ask_for_sign_language(self) -> None:
        """Into the line of a consultant who signs, and out of it again."""
        visitor = self.visitor
        await visitor.choose_tile(SIGNED[self.language])
        await visitor.sees("way")
        await self.look("booth-way", visitor.page)
        await visitor.press("sign")
        await visitor.press("back")
        await visitor.sees("way")
        await self.look("booth-way-again", visitor.page)
        await visitor.press("sign")
        await visitor.press("priority", priority="")
        await visitor.sees("ready")
        await until(visitor.page, "probe.frames", OWN)
        await self.look("booth-ready-sign", visitor.page)
        await visitor.press("take-ticket")
        await visitor.sees("waiting")
        await visitor.place()
        await self.look("booth-waiting-sign", visitor.page)
        await visitor.press("leave")
        await visitor.press("leave-yes")
        await visitor.sees("attract")
        await visitor.choose_language(self.language)

    async def _meanwhile(self) -> None:
        """What may come up while a visitor waits."""
        visitor = self.visitor
        await self.machine.set_gate("paused")
        await expect(visitor.page.locator("[data-line]")).not_to_be_empty()
        await self.look("booth-paused", visitor.page)
        await self.machine.set_gate("open")
        await visitor.press("later")
        await visitor.sees("later")
        await self.look("booth-later", visitor.page)
        await visitor.press("later-time")
        await self.look("booth-agree-time", visitor.page)
        await visitor.press("agree-no")
        await visitor.press("later-back")
        await visitor.sees("waiting")

    async def _offer(self) -> None:
        consultant = self.consultant
        await consultant.press("shortcuts")
        await self.look("workspace-shortcuts", consultant.page)
        await consultant.press("shortcuts-done")
        await consultant.become_available()
        await consultant.sees("offer")
        await until(consultant.page, "probe.frames", OWN)
        await self.look("workspace-offer", consultant.page)
        await consultant.press("decline")
        await consultant.sees("break")
        await self.look("workspace-declined", consultant.page)
        await self.visitor.sees("waiting")
        await self.look("booth-returned", self.visitor.page)
        await consultant.become_available()
        await consultant.accept()

    async def _talk(self) -> None:
        visitor, consultant = self.visitor, self.consultant
        for person in (visitor, consultant):
            await person.sees_more(0)
            await person.is_in("active")
        await self.look("booth-conversation", visitor.page)
        await self.look("workspace-talk", consultant.page)
        for person, surface in ((visitor, "booth"), (consultant, "workspace")):
            await person.press("devices")
            await self.look(f"{surface}-devices", person.page)
            await person.press("devices-done")
        await self._write()
        await self._record()
        await consultant.press("camera")
        await consultant.press("microphone")
        await self.look("booth-conversation-no-picture", visitor.page)
        await self.look("workspace-talk-off", consultant.page)
        await consultant.press("camera")
        await consultant.press("microphone")
        await visitor.press("finish")
        await self.look("booth-finish", visitor.page)
        await visitor.press("finish-no")
        await consultant.press("hang-up")
        await self.look("workspace-hang-up", consultant.page)
        await consultant.press("hang-up-yes")

    async def _write(self) -> None:
        """The visitor writes, and the consultant answers."""
        visitor, consultant = self.visitor, self.consultant
        russian = self.language == "ru"
        await visitor.press("write")
        await self.look("booth-write", visitor.page)
        field = "[data-writing-input]"
        asked = "Нужна ли справка о рождении?" if russian else "Do I need the birth certificate?"
        answer = "Да, и паспорт одного из" if russian else "Yes, and the passport of one of"
        await visitor.page.locator(field).fill(f"{asked}\n")
        await consultant.page.locator(field).fill(answer)
        await expect(visitor.page.locator("[data-writing-open]")).to_contain_text(answer)
        await self.look("booth-writing", visitor.page)
        await self.look("workspace-writing", consultant.page)
        await visitor.touch_act("away")
        await self.look("booth-written", visitor.page)
        for person in (visitor, consultant):
            await person.press("write")

    async def _record(self) -> None:
        """The consultant asks, the visitor agrees, and stops it."""
        visitor, consultant = self.visitor, self.consultant
        await consultant.press("ask-recording")
        await expect(visitor.page.locator("#record-talk")).to_be_visible()
        await self.look("booth-record-asked", visitor.page)
        await self.look("workspace-record-asked", consultant.page)
        await visitor.press("record-yes")
        for person, surface in ((visitor, "booth"), (consultant, "workspace")):
            await expect(person.page.locator('[data-recording="running"]')).to_be_visible(
                timeout=20_000
            )
            await self.look(f"{surface}-recorded", person.page)
        await visitor.press("stop-recording")
        await expect(consultant.page.locator('[data-recording="stopped"]')).to_be_visible()
        await self.look("booth-record-stopped", visitor.page)

    async def _end(self) -> None:
        visitor, consultant = self.visitor, self.consultant
        await visitor.sees("rating")
        await self.look("booth-rating", visitor.page)
        await visitor.rate(5)
        await self.look("booth-done", visitor.page)
        await consultant.sees("wrap-up")
        await self.look("workspace-wrap-up", consultant.page)
        await consultant.wrap_up()
        await consultant.sees("idle")
        await self.look("workspace-idle", consultant.page)
        await consultant.press("status", value="break")
        await expect(consultant.page.locator("[data-break-menu]")).to_be_visible()
        await self.look("workspace-reasons", consultant.page)
        await consultant.page.keyboard.press("Escape")
        await visitor.go()

    async def _desk(self) -> None:
        supervisor = self.supervisor
        page = supervisor.page
        await supervisor.sign_in(SUPERVISOR_EMAIL, PASSWORD)
        await self._answer()
        await self.look("desk-now", page)
        await page.locator('[data-figure="service_level"] button').click()
        await self.look("desk-formula", page)
        await page.keyboard.press("Escape")
        await page.locator("[data-line] a").first.click()
        await self.look("desk-line", page)
        await page.locator('[name="gate"][value="ended"]').check()
        await supervisor.press("gate")
        await self.look("desk-line-fault", page)
        await supervisor.open("/desk/log")
        await self.look("desk-log", page)
        await page.locator("[data-row] a").first.click()
        await expect(page.locator(".timeline li").first).to_be_visible()
        await self.look("desk-record", page)
        await page.locator('a[href$="/recording"]').click()
        for side in ("visitor", "consultant"):
            film = f'[data-film][src*="{side}"]'
            await until(page, "probe.code", film, accept=lambda shown: shown is not None)
        await self.look("desk-recording", page)
        await supervisor.press("remove-recording")
        await page.locator('#remove-recording [value="request"]').check()
        await self.look("desk-recording-remove", page)
        await supervisor.press("remove-recording-yes")
        await expect(page.locator("main .notice")).to_be_visible()
        await self.look("desk-recording-gone", page)
        await supervisor.open("/desk/log?day_to=2020-01-01")
        await self.look("desk-log-empty", page)

    async def _answer(self) -> None:
        """Somebody at the first screen of a booth calls a person, who goes."""
        page = self.supervisor.page
        await self.visitor.press("call-host")
        await expect(page.locator("[data-call]")).to_be_visible()
        await self.look("desk-called", page)
        await self.supervisor.press("call-coming")
        await expect(self.visitor.page.locator("[data-host]")).to_be_visible()
        await expect(page.locator("[data-call].waiting")).to_have_count(0)
        await self.look("desk-call-answered", page)
        await self.look("booth-attract-called", self.visitor.page)
        await self.supervisor.press("call-done")
        await expect(page.locator("[data-call]")).to_have_count(0)

    async def _windows(self) -> None:
        """A second window of the same person takes over."""
        for person, path in ((self.visitor, f"/booth/{self.language}"), (self.consultant, "")):
            surface = "booth" if person is self.visitor else "workspace"
            if path:
                await person.open(path)
                await person.sees("topic")
            second = await person.page.context.new_page()
            await second.goto(person.page.url)
            await person.sees("evicted")
            await self.look(f"{surface}-evicted", person.page)
            await second.close()


async def dress(page: Page, theme: str) -> None:
    """Show the page in these colours, without waiting for any to fade."""
    await page.evaluate(
        """async (theme) => {
          document.documentElement.dataset.theme = theme;
          await Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})));
        }""",
        theme,
    )
