"""The page's side of the wire, against a server that follows a script."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.scripted import PATIENCE, ScriptedServer, Socket

pytestmark = pytest.mark.browser

_OPEN = """async () => {
  const { Wire } = await import('/web/static/js/core/wire.js');
  globalThis.wire = new Wire({ url: '/ws?surface=booth', language: 'ru' });
  globalThis.heard = [];
  const names = ['up', 'down', 'evicted', 'refused', 'error', 'booth.state', 'place'];
  for (const name of names) wire.on(name, (detail) => heard.push([name, detail]));
  wire.open();
}"""
_ASK = """(type) => {
  globalThis.answer = wire.request(type).then(
    (reply) => ['ok', reply.type],
    (error) => ['refused', error.code, error.text, error.field, error.retryAfter],
  );
}"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.goto(server.base)
    await page.evaluate(_OPEN)
    yield page
    await page.close()


async def heard(page: Page, name: str, times: int = 1) -> list[Any]:
    """Details of the events of that name, once there are so many."""
    await page.wait_for_function(
        "([name, times]) => heard.filter(([each]) => each === name).length >= times",
        arg=[name, times],
        timeout=PATIENCE * 1000,
    )
    everything = await page.evaluate("heard")
    return [detail for each, detail in everything if each == name]


async def state(socket: Socket, seq: int) -> None:
    await socket.send(type="booth.state", seq=seq, cause="snapshot", at=1, consultation=None)


async def test_says_hello_first_and_keeps_the_servers_time(
    server: ScriptedServer, page: Page
) -> None:
    socket = await server.socket()
    hello = await socket.welcome(at=5_000_000)
    known = {"language": "ru", "resume": None, "seq": 0, "since": None}
    assert hello == {"type": "hello", "id": hello["id"]} | known
    assert await heard(page, "up") == [{"resumed": False}]
    assert 5_000_000 <= await page.evaluate("wire.serverNow()") < 5_010_000


async def test_resumes_from_the_last_state_it_saw(server: ScriptedServer, page: Page) -> None:
    first = await server.socket()
    await first.welcome(token="token-1", since=999)
    await state(first, 7)
    await heard(page, "booth.state")
    await first.close(1012)
    await heard(page, "down")

    second = await server.socket()
    hello = await second.welcome(resumed=True)
    assert (hello["resume"], hello["seq"], hello["since"]) == ("token-1", 7, 999)
    await state(second, 7)
    await state(second, 6)
    await state(second, 8)
    states = await heard(page, "booth.state", 2)
    assert [each["seq"] for each in states] == [7, 8], "what was seen before is dropped"


async def test_what_the_server_leaves_out_is_null(server: ScriptedServer, page: Page) -> None:
    socket = await server.socket()
    await socket.welcome()
    await socket.send(type="booth.state", seq=1, cause="snapshot", at=1)
    await socket.send(type="booth.state", seq=2, cause="join", at=1, consultation={"id": "C"})
    empty, waiting = await heard(page, "booth.state", 2)
    assert empty["consultation"] is None
    assert waiting["consultation"]["link"] is None


async def test_a_snapshot_counts_anew(server: ScriptedServer, page: Page) -> None:
    first = await server.socket()
    await first.welcome()
    await state(first, 7)
    await heard(page, "booth.state")
    await first.close(1012)
    second = await server.socket()
    await second.welcome(resumed=False)
    await state(second, 0)
    assert [each["seq"] for each in await heard(page, "booth.state", 2)] == [7, 0]


async def test_a_request_made_while_away_waits_for_the_next_socket(
    server: ScriptedServer, page: Page
) -> None:
    first = await server.socket()
    await first.welcome()
    await first.close(1012)
    await heard(page, "down")
    await page.evaluate(_ASK, "status.set")
    second = await server.socket()
    await second.welcome()
    request = await second.hear("status.set")
    await second.send(type="ok", id=request["id"])
    assert await page.evaluate("answer") == ["ok", "ok"]


async def test_a_request_whose_reply_was_lost_is_not_done_twice(
    server: ScriptedServer, page: Page
) -> None:
    first = await server.socket()
    await first.welcome()
    await page.evaluate(_ASK, "offer.accept")
    await first.hear("offer.accept")
    await first.close(1012)
    second = await server.socket()
    await second.welcome()
    again = await second.hear("offer.accept")
    await second.send(type="error", id=again["id"], code="wrong_state", text="Moved on.")
    assert await page.evaluate("answer") == ["ok", "ok"], "the first one was heard"


async def test_a_refusal_has_its_code_and_text(server: ScriptedServer, page: Page) -> None:
    socket = await server.socket()
    await socket.welcome()
    await page.evaluate(_ASK, "ticket.take")
    request = await socket.hear("ticket.take")
    refusal = {"code": "too_fast", "text": "Slower, please.", "field": "topic", "retry_after": 2}
    await socket.send(type="error", id=request["id"], **refusal)
    assert await page.evaluate("answer") == ["refused", "too_fast", "Slower, please.", "topic", 2]


@pytest.mark.parametrize(("code", "event"), [(4001, "evicted"), (4003, "refused")])
async def test_stays_away_when_told_to(
    server: ScriptedServer, page: Page, code: int, event: str
) -> None:
    socket = await server.socket()
    await socket.welcome()
    await heard(page, "up")
    await page.evaluate(_ASK, "status.set")
    await socket.close(code)
    await heard(page, event)
    answer = await page.evaluate("answer")
    assert answer[:2] == ["refused", "unavailable"]
    # A page that came back would do so within its shortest pause, well before a reply from here.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 600))")
    assert not server.has_new_socket


async def test_comes_back_only_after_the_time_it_was_asked_to_stay_away(
    server: ScriptedServer, page: Page
) -> None:
    socket = await server.socket()
    await socket.welcome()
    await heard(page, "up")
    await socket.send(type="going_away", retry_after=1)
    await socket.close(1012)
    began = asyncio.get_running_loop().time()
    await server.socket()
    assert asyncio.get_running_loop().time() - began >= 0.9


async def test_a_server_that_does_not_answer_pings_is_given_up(
    server: ScriptedServer, page: Page
) -> None:
    first = await server.socket()
    await first.welcome(heartbeat=0.2)
    ping = await first.hear("ping")
    await first.send(type="pong", id=ping["id"], at=1)
    await first.hear("ping")
    await heard(page, "down")
    second = await server.socket()
    await second.welcome()
    assert len(await heard(page, "up", 2)) == 2


@pytest.mark.parametrize(("is_talking", "patience"), [(True, 5), (False, 8)])
async def test_an_attempt_that_finds_nobody_is_followed_by_the_next_at_once(
    server: ScriptedServer, plain_browser: Browser, is_talking: bool, patience: int
) -> None:
    page = await plain_browser.new_page()
    await page.clock.install()
    await page.goto(server.base)
    await page.evaluate(
        """() => {
          globalThis.made = [];
          globalThis.WebSocket = class extends WebSocket {
            constructor(...all) {
              super(...all);
              made.push(performance.now() / 1000);
            }
          };
        }"""
    )
    await page.evaluate(_OPEN)
    await page.evaluate("(is_talking) => wire.hurry(is_talking)", is_talking)
    await (await server.socket()).welcome()
    await heard(page, "up")

    await page.evaluate("wire.check()")
    await page.clock.run_for((5 + 3 * patience) * 1000)

    made = (await page.evaluate("made"))[1:]
    assert len(made) >= 3, made
    for earlier, later in itertools.pairwise(made):
        assert patience <= later - earlier < patience + 0.2, made
    await page.close()


async def test_looks_at_once_when_the_network_is_back(server: ScriptedServer, page: Page) -> None:
    socket = await server.socket()
    await socket.welcome(heartbeat=60)
    await heard(page, "up")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await socket.hear("ping")


async def test_says_a_text_in_the_pages_language(page: Page) -> None:
    said = await page.evaluate(
        """async () => {
          const { t, tn } = await import('/web/static/js/core/texts.js');
          return [
            t('Welcome, {name}', { name: 'Анна' }),
            t('Not translated {here}', { here: 1 }),
            ...[1, 3, 5, 21].map((n) => tn('{n} person', '{n} people', n)),
            ...[1, 2].map((n) => tn('{n} chair', '{n} chairs', n)),
          ];
        }"""
    )
    assert said == [
        "Добро пожаловать, Анна",
        "Not translated 1",
        "1 человек",
        "3 человека",
        "5 человек",
        "21 человек",
        "1 chair",
        "2 chairs",
    ]
