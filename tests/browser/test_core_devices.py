"""Devices are given back for good, and those that were chosen are taken again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright

from tests.browser.chromium import launch
from tests.browser.media import VISITOR
from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_BEGIN = """async () => {
    const { Devices } = await import('/web/static/js/core/devices.js');
    window.devices = new Devices();
    const media = navigator.mediaDevices;
    const ask = media.getUserMedia.bind(media);
    window.given = [];
    media.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        given.push(...stream.getTracks());
        return stream;
    };
    window.running = () => given.filter((track) => track.readyState === 'live').length;
    await devices.open();
    window.other = async () => {
        const used = devices.audio.getSettings().deviceId;
        return (await devices.list()).microphone.find(({ id }) => id !== used);
    };
}"""


@pytest.fixture
async def page(
    server: ScriptedServer, playwright: Playwright, tmp_path: Path
) -> AsyncIterator[Page]:
    browser = await launch(playwright, tmp_path, VISITOR)
    page = await browser.new_page()
    await page.goto(server.base)
    await page.evaluate(_BEGIN)
    yield page
    await browser.close()


async def test_a_device_that_comes_after_the_closing_is_given_back(page: Page) -> None:
    await page.evaluate(
        """async () => {
            const choosing = devices.choose('microphone', await other());
            devices.close();
            await choosing;
        }"""
    )
    assert await page.evaluate("[given.length, running()]") == [3, 0]


async def test_a_device_plugged_in_just_before_the_closing_is_given_back(page: Page) -> None:
    await page.evaluate(
        """() => {
            devices.audio.dispatchEvent(new Event('ended'));
            navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
            devices.close();
        }"""
    )
    await page.wait_for_function("given.length === 3 && running() === 0", timeout=5000)
    assert await page.evaluate("devices.stream.getTracks().length") == 0


async def test_choosing_on_a_break_captures_nothing_until_the_next_opening(page: Page) -> None:
    result = await page.evaluate(
        """async () => {
            window.chosen = await other();
            devices.close();
            return devices.choose('microphone', chosen);
        }"""
    )
    assert result == {"on": False, "reason": "unwanted"}
    assert await page.evaluate("given.length") == 2
    await page.evaluate("devices.open()")
    assert await page.evaluate("devices.audio.getSettings().deviceId === chosen.id")


async def test_the_chosen_device_is_taken_again_after_a_break(page: Page) -> None:
    await page.evaluate(
        """async () => {
            window.chosen = await other();
            await devices.choose('microphone', chosen);
            await devices.open();
        }"""
    )
    assert await page.evaluate("devices.audio.getSettings().deviceId === chosen.id")
    assert await page.evaluate("running()") == 2


async def test_another_device_is_taken_when_the_chosen_one_is_gone(page: Page) -> None:
    result = await page.evaluate(
        """async () => {
            devices.close();
            await devices.choose('microphone', { id: 'unplugged', label: 'Gone' });
            return devices.open();
        }"""
    )
    assert [result["microphone"]["on"], result["camera"]["on"]] == [True, True]
