"""Browsers and the people who sit in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Playwright, async_playwright

from tests.browser.chromium import launch
from tests.browser.scripted import ScriptedServer


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
async def plain_browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser without camera and microphone."""
    browser = await launch(playwright, tmp_path)
    yield browser
    await browser.close()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with TestServer(scripted.app()) as running:
        scripted.base = str(running.make_url("/"))
        yield scripted
