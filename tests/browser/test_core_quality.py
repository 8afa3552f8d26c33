"""What the pages measure of a call, with real connections."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_MEASURE = """async (whose) => {
  const { Sampler } = await import('/web/static/js/core/sampler.js');
  const sampler = new Sampler(globalThis[whose].call);
  const samples = [];
  sampler.on('sample', (each) => samples.push(each));
  globalThis[whose].call.emit('carrying', true);
  // The first five seconds may end before either side has told its clock to the other.
  const report = await new Promise((resolve) => {
    sampler.on('report', (each) => each.sample.offset !== null && resolve(each));
  });
  globalThis[whose].call.emit('carrying', false);
  return { samples, report };
}"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.goto(server.base)
    await page.mouse.click(1, 1)
    await page.evaluate("import('/tests/browser/pair.js')")
    await page.evaluate("visitor.load(true), consultant.load(true)")
    # Loud enough for a statistic: the browser counts what is played, so a muted picture is silent.
    await page.evaluate("document.querySelectorAll('video').forEach((each) => each.muted = false)")
    await page.wait_for_function("visitor.frames > 10 && consultant.frames > 10")
    yield page
    await page.close()


async def test_a_second_and_five_seconds_of_a_real_call_are_measured(page: Page) -> None:
    measured: dict[str, Any] = await page.evaluate(_MEASURE, "visitor")
    report, sample = measured["report"], measured["report"]["sample"]
    assert len(measured["samples"]) >= 3, measured
    assert report["link"] == await page.evaluate("visitor.links[0].id")
    assert (report["connections"], report["restarts"]) == (1, 0)
    assert 4_800 <= sample["span"] <= 7_000
    assert sample["path"] == {"local": "host", "remote": "host", "protocol": "udp"}
    assert sample["rtt"] is not None
    assert sample["offset"] is not None
    for way in ("received", "sent"):
        sound, picture = sample[way]["audio"], sample[way]["video"]
        assert sound["codec"] == "opus"
        assert sound["level"] < 60, "a tone is played"
        assert sound["loss"] in (0, None)
        assert sound["kbps"] > 5
        assert picture["codec"] in ("VP8", "H264")
        assert picture["fps"] > 5, picture
        assert picture["width"] > 0 < picture["height"]


async def test_silence_shows_in_the_level_alone(page: Page) -> None:
    await page.evaluate("consultant.devices.audio.enabled = false")
    measured = await page.evaluate(_MEASURE, "visitor")
    heard = measured["samples"][-1]["sample"]["received"]["audio"]
    assert (heard["level"], heard["loss"]) == (127, 0), heard
