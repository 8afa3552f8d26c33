"""In which codec pictures are sent, by what the browsers say of their machines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.scripted import ScriptedServer
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

_HAS_H264 = """
const answer = async ({ type, video: { contentType } }) => {
  const isOurs = type === 'webrtc' && contentType.startsWith('video/H264');
  return { supported: true, smooth: true, powerEfficient: isOurs };
};
Object.assign(MediaCapabilities.prototype, { decodingInfo: answer, encodingInfo: answer });
"""
_SENT = """() => Promise.all([visitor, consultant].map(async ({ call }) => {
  const [{ report }] = await call.count();
  const sent = [...report.values()].find(({ type, framesSent }) => {
    return type === 'outbound-rtp' && framesSent > 0;
  });
  return report.get(sent?.codecId)?.mimeType;
}))"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    """Whose browser says that the machine does H.264 in hardware, and nothing else."""
    page = await plain_browser.new_page()
    await page.add_init_script(_HAS_H264)
    await page.goto(server.base)
    await page.mouse.click(1, 1)
    await page.evaluate("import('/tests/browser/pair.js')")
    for end in ("visitor", "consultant"):
        await until(page, f"{end}.hardware.codecs", accept=lambda codecs: codecs == ["H264"])
    yield page
    await page.close()


async def both_send(page: Page, codec: str) -> None:
    await until(page, _SENT, accept=lambda sent: sent == [codec, codec])


async def test_what_both_do_in_hardware_is_sent_and_stays_when_the_link_is_made_anew(
    page: Page,
) -> None:
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_send(page, "video/H264")
    await page.evaluate("visitor.load(true)")
    await both_send(page, "video/H264")


@pytest.mark.parametrize("without", ["visitor", "consultant"])
async def test_what_only_one_does_in_hardware_is_not_preferred(page: Page, without: str) -> None:
    await page.evaluate(f"{without}.hardware.codecs = []")
    await page.evaluate("visitor.load(true), consultant.load(true)")
    await both_send(page, "video/VP8")
