"""Photos between two pages: whole, bounded, told when taken, and nothing of them before accept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.chromium import PROBE
from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_BEGIN = """async () => {
    await import('/tests/browser/pair.js');
    const { PhotoLine } = await import('/web/static/js/core/photo_line.js');
    visitor.load(true); consultant.load(true);
    const main = visitor.links[0].id;
    const isOpen = (end) => end.photos.get(main)?.readyState === 'open';
    while (![visitor, consultant].every(isOpen)) await new Promise((done) => setTimeout(done, 50));
    const [gives, takes] = [visitor, consultant].map((end) => end.photos.get(main));
    Object.assign(globalThis, {
      from: new PhotoLine(gives, false), to: new PhotoLine(takes, true), raw: gives,
      seen: [], shares: [],
    });
    to.on('photo', (photo) => seen.push(photo));
    to.on('share', (share) => shares.push(share));
    from.on('wanted', () => seen.push('wanted'));
    globalThis.painted = async (width, height, noise) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      for (let y = 0; noise && y < height; y += 64) {
        const strip = context.createImageData(width, 64);
        for (let at = 0; at < strip.data.length; at += 65536)
          crypto.getRandomValues(strip.data.subarray(at, at + 65536));
        for (let at = 3; at < strip.data.length; at += 4) strip.data[at] = 255;
        context.putImageData(strip, 0, y);
      }
      return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    };
}"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.add_init_script(path=PROBE)
    await page.goto(server.base)
    await page.mouse.click(1, 1)
    await page.evaluate(_BEGIN)
    yield page
    await page.close()


async def test_a_large_photo_arrives_whole_and_the_sender_is_told(page: Page) -> None:
    sent: dict[str, Any] = await page.evaluate(
        """async () => {
            from.carry(true); to.carry(true);
            const blob = await painted(2560, 1920, true);
            const told = [];
            const isTaken = await from.send('one', blob, (share) => told.push(share));
            const [{ width, height, bytes }] = seen;
            return { isTaken, size: blob.size, width, height, bytes, told: told.length, shares };
        }"""
    )
    assert sent["isTaken"]
    assert (sent["width"], sent["height"], sent["bytes"]) == (2560, 1920, sent["size"])
    assert sent["size"] > 2_000_000
    assert sent["told"] > 100
    assert sent["shares"][0] == 0
    assert sent["shares"][-1] is None
    await page.evaluate("to.ask()")
    await page.wait_for_function("seen.includes('wanted')")


async def test_nothing_is_sent_or_taken_before_accept_and_after_the_end(page: Page) -> None:
    tried = """async () => {
        const blob = await painted(64, 64, false);
        return [await from.send('one', blob, () => {}), seen.length, shares.length];
    }"""
    assert await page.evaluate(tried) == [False, 0, 0]
    assert (await page.evaluate("probe.traffic()"))["dataBytesSent"] == 0
    await page.evaluate("from.carry(true), to.carry(true)")
    assert (await page.evaluate(tried))[0]
    await page.evaluate("from.carry(false)")
    assert (await page.evaluate(tried))[0] is False


async def test_what_is_no_photo_or_too_large_is_refused(page: Page) -> None:
    refused = await page.evaluate(
        """async () => {
            from.carry(true); to.carry(true);
            const answers = [];
            raw.addEventListener('message', ({ data }) => answers.push(JSON.parse(data)));
            const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
            const isTaken = await from.send('svg', new Blob([svg]), () => {});
            const cut = await (await painted(64, 64, false)).slice(0, 300);
            const isCutTaken = await from.send('cut', cut, () => {});
            raw.send('no JSON');
            raw.send('null');
            raw.send(new ArrayBuffer(5));
            for (const size of [0, -1, 1.5, '9', 9e6])
              raw.send(JSON.stringify({ type: 'photo', id: 'bad', size }));
            raw.send(JSON.stringify({ type: 'photo', id: 'more', size: 3 }));
            raw.send(new ArrayBuffer(9));
            while (answers.length < 8) await new Promise((done) => setTimeout(done, 20));
            const said = new Set(answers.map(({ type }) => type));
            return [isTaken, isCutTaken, [...said], seen.length];
        }"""
    )
    assert refused == [False, False, ["refused"], 0]
    still_works = "painted(64, 64, false).then((blob) => from.send('good', blob, () => {}))"
    assert await page.evaluate(still_works)
