"""Real-time text between two pages: soon, erasable, bounded, mended, and nothing before accept."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.chromium import PROBE
from tests.browser.scripted import ScriptedServer
from tests.browser.waiting import until

MISSING = "\ufffd"

pytestmark = pytest.mark.browser

_BEGIN = """async () => {
    await import('/tests/browser/pair.js');
    const { TextLine } = await import('/web/static/js/core/text_line.js');
    const follow = (end, line) => {
      end.load(true);
      end.call.on('remote', ({ text }) => {
        line.use(text);
        globalThis.raw = text;
      });
      end.call.on('condition', ({ condition }) => line.interrupt(condition === 'interrupted'));
    };
    const [mine, theirs] = [new TextLine(), new TextLine()];
    follow(visitor, mine);
    follow(consultant, theirs);
    const delays = [];
    mine.on('sent', (delay) => delays.push(delay));
    Object.assign(globalThis, {
      mine, theirs, delays,
      type: (line) => mine.write(line, performance.now()),
      enter: () => mine.end(performance.now()),
      seen: () => [...theirs.theirs.finished.map(({ text }) => text), theirs.theirs.open],
      reload: () => {
        globalThis.theirs.close();
        globalThis.theirs = new TextLine();
        globalThis.theirs.carry(true);
        follow(consultant, globalThis.theirs);
      },
      traffic: async () => (await probe.traffic()).dataBytesSent,
    });
}"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.add_init_script(path=PROBE)
    await page.goto(server.base)
    await page.mouse.click(1, 1)
    await page.evaluate(_BEGIN)
    await until(page, "globalThis.raw?.readyState === 'open'")
    yield page
    await page.close()


async def _arrives(page: Page, *lines: str) -> None:
    await until(
        page,
        "theirs.theirs.finished.map(({ text }) => text).concat(theirs.theirs.open)",
        accept=lambda seen: seen == list(lines),
    )


async def test_nothing_is_sent_before_accept_and_all_of_it_after(page: Page) -> None:
    await page.evaluate("type('рано'), enter(), type('ещё')")
    # A letter would leave within 300 ms.
    await page.wait_for_timeout(600)
    assert await page.evaluate("traffic()") == 0
    await page.evaluate("mine.carry(true)")
    await _arrives(page, "рано", "ещё")


async def test_letters_leave_within_300_ms_erasing_arrives_and_who_is_idle_sends_nothing(
    page: Page,
) -> None:
    await page.evaluate("mine.carry(true), theirs.carry(true)")
    await page.evaluate(
        """async () => {
          const text = 'Здравствуйте, я пишу';
          for (let end = 1; end <= text.length; end += 1) {
            type(text.slice(0, end));
            await new Promise((done) => setTimeout(done, 40));
          }
        }"""
    )
    await _arrives(page, "Здравствуйте, я пишу")
    await page.evaluate("type('Здравствуйте')")
    await _arrives(page, "Здравствуйте")
    delays = await page.evaluate("delays")
    assert 2 < len(delays) < 10, "letters that come soon one after the other leave together"
    assert max(delays) <= 320, delays
    sent = await page.evaluate("traffic()")
    await page.wait_for_timeout(700)
    assert await page.evaluate("traffic()") == sent


async def test_a_new_connection_goes_on_with_the_line_and_says_what_may_be_missing(
    page: Page,
) -> None:
    await page.evaluate("mine.carry(true), theirs.carry(true)")
    await page.evaluate("type('начат')")
    await _arrives(page, "начат")
    await page.evaluate("reload(), type('начатая строка')")
    await _arrives(page, "начатая строка")
    await page.evaluate("enter(), type('следующая')")
    await _arrives(page, "начатая строка", "следующая")
    await page.evaluate("reload(), type('следующая!')")
    await _arrives(page, MISSING, "следующая!")


async def test_whatever_comes_does_no_harm(page: Page) -> None:
    await page.evaluate(
        """() => {
          mine.carry(true); theirs.carry(true);
          const text = visitor.text.get(visitor.links[0].id);
          for (const each of [new ArrayBuffer(9), '', '\\b\\b\\b', '\\u0000\\u202e'])
            text.send(each);
          for (let each = 0; each < 50; each += 1) text.send('y'.repeat(100));
        }"""
    )
    shown = await until(page, "seen().join('')", accept=lambda shown: MISSING in shown)
    assert len(shown) < 2_100, "what comes too fast is not taken, and marked"
    await until(page, "(enter(), type('дальше'), seen().includes('дальше'))")
