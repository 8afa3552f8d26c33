"""A talk of three: who takes part, and the way into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.browser.node import CONSULTANT_EMAIL, PASSWORD, Node
from tests.browser.people import Consultant, Person, Visitor
from tests.browser.showing import EXHIBIT
from tests.browser.tour import SIGNED

THIRD = '[data-other-picture="third"]'
INTERPRETED = "rsl"
INTERPRETER_EMAIL = "interpreter@demo.example"

Look = Callable[[str, Page], Awaitable[None]]
"""As in `tests.browser.tour`."""


async def add_interpreter(node: Node) -> None:
    """Let visitors ask for sign language, and somebody interpret it who serves no line."""
    await node.okno(
        *("interpreter", "add", INTERPRETED),
        *("--name", "ru=русский жестовый язык", "--name", "en=Russian sign language"),
    )
    await node.okno(
        *("user", "add", INTERPRETER_EMAIL, "--name", "Вера Тихонова", "--role", "consultant"),
        *("--interprets", INTERPRETED, "--skill", "pension:en:text", "--password-stdin"),
        typed=PASSWORD,
    )


@dataclass(frozen=True)
class Trio:
    """The three in front of their browsers, all where they start."""

    visitor: Visitor
    consultant: Consultant
    interpreter: Consultant

    @property
    def everyone(self) -> tuple[Person, ...]:
        return (self.visitor, self.consultant, self.interpreter)

    async def go_to_work(self) -> None:
        """Sign in, but take a break first."""
        await self.consultant.sign_in(CONSULTANT_EMAIL, PASSWORD)
        await self.interpreter.sign_in(INTERPRETER_EMAIL, PASSWORD)

    async def ring(self) -> None:
        """Both are offered the visitor who waits."""
        for person in (self.consultant, self.interpreter):
            await person.become_available()
        for person in (self.consultant, self.interpreter):
            await person.sees("offer")

    async def interpreter_agrees(self) -> None:
        await self.interpreter.press("accept")
        await expect(self.interpreter.page.locator("[data-offer-agreed]")).not_to_be_empty()

    async def all_meet(self) -> None:
        """Wait until everybody sees everybody else."""
        visitor, consultant, interpreter = self.visitor, self.consultant, self.interpreter
        for person, main, third in (
            (visitor, consultant, interpreter),
            (consultant, visitor, interpreter),
            (interpreter, visitor, consultant),
        ):
            await person.sees_person(main)
            await person.sees_person(third, where=THIRD)

    async def all_are_in_talk(self) -> None:
        """Wait until pictures of everybody have come to everybody."""
        for person in self.everyone:
            await person.sees_more(0)
            await person.sees_more(0, where=THIRD)
            await person.is_in("active")

    async def walk(self, look: Look, *, language: str) -> None:
        """One talk of three from the question to its end, with a stop at each screen.

        The visitor's pages have `tests.browser.exhibits.PAPER`.
        """
        visitor, consultant, interpreter = self.visitor, self.consultant, self.interpreter
        await visitor.choose_language(language)
        await visitor.choose_tile(SIGNED[language])
        await visitor.sees("way")
        await look("booth-way-interpreter", visitor.page)
        await visitor.press("back")
        await visitor.press("topic")
        await visitor.sees("interpreter")
        await look("booth-interpreter", visitor.page)
        await visitor.press("interpreter", interpreter=INTERPRETED)
        await visitor.press("priority", priority="")
        await visitor.press("take-ticket")
        await visitor.sees("waiting")
        await self.ring()
        await look("booth-called-two", visitor.page)
        await look("workspace-offer-for-two", consultant.page)
        await look("workspace-offer-to-interpret", interpreter.page)
        await self.interpreter_agrees()
        await look("workspace-agreed", interpreter.page)
        await consultant.accept()
        await self.all_are_in_talk()
        await look("booth-three", visitor.page)
        await look("workspace-three", consultant.page)
        await look("workspace-interpreting", interpreter.page)
        await consultant.press("microphone")
        await interpreter.press("camera")
        await expect(visitor.page.locator('[data-person-off="camera"]:visible')).to_have_count(1)
        await look("booth-three-off", visitor.page)
        await look("workspace-three-off", consultant.page)
        await visitor.press("hide-own")
        await look("booth-three-alone", visitor.page)
        await visitor.press("show-own")
        await interpreter.press("camera")
        await visitor.press("show-document")
        for person in (consultant, interpreter):
            await person.sees_more(0, where=EXHIBIT)
        await look("booth-three-document", visitor.page)
        await look("workspace-three-document", consultant.page)
        await look("workspace-interpreting-document", interpreter.page)
        await consultant.hang_up()
        await interpreter.sees("idle")
