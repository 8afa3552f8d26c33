"""Where pictures of screens are taken: people in front of walls, and what looks at their pages."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Page, Playwright, ViewportSize

from tests.browser.chromium import start
from tests.browser.media import Appearance, write_portrait, write_tone
from tests.browser.people import Person, page_of
from tests.browser.tour import dress

P = TypeVar("P", bound=Person)

_DESK = {"1366x768": ViewportSize(width=1366, height=768)}
_BOOTH = {
    "1080x1920": ViewportSize(width=1080, height=1920),
    "1920x1080": ViewportSize(width=1920, height=1080),
    "1280x800": ViewportSize(width=1280, height=800),
}
_LOWEST = "1280x800"
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
    "booth-called",
    "booth-later",
    "booth-agreed",
    "booth-conversation",
    "booth-writing",
    "booth-written",
    "booth-fault-all",
    "booth-fault-camera",
    "booth-fault-writing",
    "booth-record-asked",
    "booth-recorded",
    "booth-interpreter",
    "booth-three",
    "booth-document",
    "booth-document-held-up",
    "booth-document-lost",
    "booth-photo",
    "booth-window",
    "booth-three-document",
    "booth-picture-held",
    "booth-weak",
    "booth-interrupted",
    "booth-unfit",
    "booth-unfit-camera",
    "booth-unfit-microphone",
    "booth-rating",
    "workspace-break",
    "workspace-offer",
    "workspace-fault-camera",
    "workspace-talk",
    "workspace-writing",
    "workspace-recorded",
    "workspace-document",
    "workspace-document-swapped",
    "workspace-photo",
    "workspace-window",
    "workspace-three-document",
    "workspace-picture-held",
    "workspace-weak",
    "workspace-three",
    "workspace-interpreting",
    "desk-now",
    "desk-called",
    "desk-log",
    "desk-record",
    "desk-recording",
    "desk-recording-remove",
    "desk-record-quality",
    "desk-weak",
    "desk-booth-unfit",
    "site-sign-in",
}
"""Screens that are also shown in other colours and with the largest text."""
_LOW = {"booth-writing", "booth-written"}
"""Screens that are also shown with the largest text where there is least room for it."""
_REACHED = {"booth-document", "booth-window", "booth-conversation", "booth-writing"}
"""Screens that are also shown as somebody who sits or is small sees them."""
_LOW = {"booth-fault-all", "booth-fault-camera", "booth-fault-writing", "booth-conversation"}
"""Screens whose largest text is also shown where there is little height."""
_SET = "([name, value]) => void (document.documentElement.dataset[name] = value)"

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
            if name in _LOW and size == _LOWEST:
                await self._set(page, "scale", "200", f"{name}--{size}--largest")
        if name in _MAIN:
            await self._vary(page, f"{name}--{next(iter(sizes))}")

    async def _vary(self, page: Page, name: str) -> None:
        before = await page.evaluate("({ ...document.documentElement.dataset })")
        for theme in ("dark", "contrast"):
            await dress(page, theme)
            await self._take(page, f"{name}--{theme}")
        await dress(page, before["theme"])
        await self._set(page, "scale", "200", f"{name}--largest")
        screen = name.split("--", maxsplit=1)[0]
        if screen in _REACHED:
            await self._set(page, "reach", "low", f"{name}--reach")
        if screen in _LOW:
            *_, (size, low) = _BOOTH.items()
            await page.set_viewport_size(low)
            await self._set(page, "scale", "200", f"{screen}--{size}--largest")

    async def _set(self, page: Page, what: str, value: str, name: str) -> None:
        """A picture with this preference, which is as before afterwards."""
        before = await page.evaluate(f"document.documentElement.dataset.{what} ?? ''")
        await page.evaluate(_SET, [what, value])
        await self._take(page, name)
        await page.evaluate(_SET, [what, before])

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
    async def seat(
        self, kind: type[P], seen: Appearance, wall: str, *scripts: Path
    ) -> AsyncIterator[P]:
        """Someone in front of a wall of that colour, with these scripts in their pages."""
        picture = write_portrait(self.files / f"{seen.code}-portrait.y4m", wall)
        tone = write_tone(self.files / f"{seen.frequency}.wav", seen.frequency)
        browser = await start(self.playwright, picture, tone)
        context = await browser.new_context(locale=self.language, reduced_motion="reduce")
        for script in scripts:
            await context.add_init_script(path=script)
        yield kind(await page_of(context), self.base)
        await browser.close()
