"""``python -m tests.browser.screens``: a picture of every screen and state, from a live node.

They land in ``build/screens/<language>/<screen>--<size>[--<variant>].png``. Nothing is compared:
people look at them.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from playwright.async_api import Page, Playwright, ViewportSize, async_playwright

from signaling.vault import new_key
from tests.browser import breakdown
from tests.browser.chromium import start
from tests.browser.media import (
    CONSULTANT,
    INTERPRETER,
    VISITOR,
    Appearance,
    write_portrait,
    write_tone,
)
from tests.browser.node import PASSWORD, Node
from tests.browser.people import Consultant, Person, Supervisor, Visitor, page_of
from tests.browser.program import Program
from tests.browser.tour import Tour, dress
from tests.browser.trio import Trio, add_interpreter

P = TypeVar("P", bound=Person)

KEPT = Path("build/screens")

_DESK = {"1366x768": ViewportSize(width=1366, height=768)}
_BOOTH = {
    "1080x1920": ViewportSize(width=1080, height=1920),
    "1920x1080": ViewportSize(width=1920, height=1080),
    "1280x800": ViewportSize(width=1280, height=800),
}
_MAIN = {
    "booth-attract",
    "booth-topic",
    "booth-ticket",
    "booth-priority",
    "booth-way",
    "booth-way-interpreter",
    "booth-ready-sign",
    "booth-waiting-sign",
    "booth-ready",
    "booth-waiting",
    "booth-later",
    "booth-agreed",
    "booth-conversation",
    "booth-fault-all",
    "booth-fault-camera",
    "booth-record-asked",
    "booth-recorded",
    "booth-interpreter",
    "booth-three",
    "booth-rating",
    "workspace-break",
    "workspace-offer",
    "workspace-fault-camera",
    "workspace-talk",
    "workspace-recorded",
    "workspace-three",
    "workspace-interpreting",
    "desk-now",
    "desk-log",
    "desk-record",
    "desk-recording",
    "site-sign-in",
}
"""Screens that are also shown in other colours and with the largest text."""
_SCALE = "(scale) => void (document.documentElement.dataset.scale = scale)"


_PAINTED = """() => Promise.all([...document.querySelectorAll('video')]
  .filter((video) => video.checkVisibility() && video.srcObject?.active && video.videoWidth)
  .map((video) => new Promise((done) => {
    video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(done));
    setTimeout(done, 1000);
  })))"""
"""After a change of size a moving picture is black until its next frames are there."""


@dataclass(frozen=True)
class Camera:
    """Takes the pictures of one language."""

    kept: Path

    async def look(self, name: str, page: Page) -> None:
        """One picture for each size, and the variants of the main screens in the first size."""
        surface = await page.evaluate("document.documentElement.dataset.surface")
        sizes = _BOOTH if surface == "booth" else _DESK
        for size in reversed(sizes):
            await page.set_viewport_size(sizes[size])
            await self._take(page, f"{name}--{size}")
        if name in _MAIN:
            await self._vary(page, f"{name}--{next(iter(sizes))}")

    async def _vary(self, page: Page, name: str) -> None:
        before = await page.evaluate("({ ...document.documentElement.dataset })")
        for theme in ("dark", "contrast"):
            await dress(page, theme)
            await self._take(page, f"{name}--{theme}")
        await dress(page, before["theme"])
        for scale in ("200", before["scale"]):
            await page.evaluate(
                "(scale) => (document.documentElement.dataset.scale = scale)", scale
            )
            if scale == "200":
                await self._take(page, f"{name}--largest")

    async def _take(self, page: Page, name: str) -> None:
        await page.evaluate("document.fonts.ready")
        await page.evaluate(_PAINTED)
        await page.screenshot(path=self.kept / f"{name}.png", animations="disabled")


@dataclass(frozen=True)
class Studio:
    """Where the people of one language sit."""

    playwright: Playwright
    files: Path
    base: str
    language: str

    @contextlib.asynccontextmanager
    async def seat(self, kind: type[P], seen: Appearance, wall: str) -> AsyncIterator[P]:
        """Someone in front of a wall of that colour."""
        picture = write_portrait(self.files / f"{seen.code}-portrait.y4m", wall)
        tone = write_tone(self.files / f"{seen.frequency}.wav", seen.frequency)
        browser = await start(self.playwright, picture, tone)
        context = await browser.new_context(locale=self.language, reduced_motion="reduce")
        yield kind(await page_of(context), self.base)
        await browser.close()


async def take(files: Path, language: str) -> None:
    """Walk through everything in one language."""
    kept = KEPT / language
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    settings = {"offer_seconds": 300, "grace_seconds": 600, "recording_key": new_key("screens")}
    node = Node(files / f"data-{language}", settings=settings)
    async with node.running(), async_playwright() as playwright:
        await node.fill()
        await node.okno("topic", "edit", "passport", "--recording", "ask")
        await _fill_log(node)
        studio = Studio(playwright, files, node.base, language)
        async with (
            studio.seat(Visitor, VISITOR, "#c9d6cf") as visitor,
            studio.seat(Consultant, CONSULTANT, "#d8d2c4") as consultant,
            studio.seat(Supervisor, CONSULTANT, "#d8d2c4") as supervisor,
            Program(node.base, await node.token()) as machine,
        ):
            look = Camera(kept).look
            tour = Tour(visitor, consultant, supervisor, machine, language=language, look=look)
            await tour.walk(await node.booth_code(1))


async def take_three(files: Path, language: str) -> None:
    """Go through a talk of three in one language."""
    node = Node(files / f"three-{language}", settings={"offer_seconds": 300})
    async with node.running(), async_playwright() as playwright:
        await node.fill()
        await add_interpreter(node)
        studio = Studio(playwright, files, node.base, language)
        async with (
            studio.seat(Visitor, VISITOR, "#c9d6cf") as visitor,
            studio.seat(Consultant, CONSULTANT, "#d8d2c4") as consultant,
            studio.seat(Consultant, INTERPRETER, "#c4d0d8") as interpreter,
        ):
            trio = Trio(visitor, consultant, interpreter)
            await visitor.enrol(await node.booth_code(1))
            await trio.go_to_work()
            await trio.walk(Camera(KEPT / language).look, language=language)


async def take_breakdown(files: Path, language: str) -> None:
    """Go through a talk whose devices fail, in one language."""
    node = Node(files / f"breakdown-{language}", settings={"offer_seconds": 300})
    async with node.running(), async_playwright() as playwright:
        await node.fill()
        await node.okno("booth", "edit", "leninsky/1", "--handset", "1")
        studio = Studio(playwright, files, node.base, language)
        async with (
            studio.seat(Visitor, VISITOR, "#c9d6cf") as visitor,
            studio.seat(Consultant, CONSULTANT, "#d8d2c4") as consultant,
        ):
            await visitor.enrol(await node.booth_code(1))
            look = Camera(KEPT / language).look
            await breakdown.walk(visitor, consultant, look, language=language)


async def _fill_log(node: Node) -> None:
    """Hold two consultations, so that there is something to read."""
    for number, language in ((3, "ru"), (4, "en")):
        await node.okno(
            *("simulate", "call", "--url", node.base, "--talk", "2", "--language", language),
            *("--password", PASSWORD, "--booth-code", await node.booth_code(number)),
        )


@click.command()
@click.option("--language", multiple=True, default=("ru", "en"), help="May be given several times.")
def main(language: tuple[str, ...]) -> None:
    """Take a picture of every screen and state."""
    with tempfile.TemporaryDirectory(prefix="okno-screens-") as files:
        for each in language:
            asyncio.run(take(Path(files), each))
            asyncio.run(take_three(Path(files), each))
            asyncio.run(take_breakdown(Path(files), each))
            count = len(list((KEPT / each).glob("*.png")))
            click.echo(f"{count} pictures in {KEPT / each}")


if __name__ == "__main__":
    main()
