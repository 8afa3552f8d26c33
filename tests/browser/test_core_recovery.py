"""What is tried when a link breaks, and when; the clock is the test's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.scripted import ScriptedServer

pytestmark = pytest.mark.browser

_MAKE = """async () => {
  const { Recovery } = await import('/web/static/js/core/recovery.js');
  globalThis.tried = [];
  globalThis.canGiveUp = true;
  globalThis.recovery = new Recovery({
    restart: () => tried.push('restart'),
    renew: () => tried.push('renew'),
    giveUp: () => (tried.push('give up'), canGiveUp),
    report: (condition) => tried.push(condition),
  });
}"""


@pytest.fixture
async def page(server: ScriptedServer, plain_browser: Browser) -> AsyncIterator[Page]:
    page = await plain_browser.new_page()
    await page.clock.install()
    await page.goto(server.base)
    await page.evaluate(_MAKE)
    yield page
    await page.close()


async def after(page: Page, seconds: float) -> list[Any]:
    """What was tried and reported since the last time, once so much time has passed."""
    await page.clock.run_for(round(seconds * 1000))
    tried: list[Any] = await page.evaluate("tried.splice(0)")
    return tried


async def stand(page: Page, *, carrying: bool = True) -> None:
    await page.evaluate("(carrying) => recovery.carry(carrying)", carrying)
    await page.evaluate("recovery.begin(), recovery.watch('connected')")
    assert await after(page, 60) == ["good"]


async def test_a_short_loss_mends_itself(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.watch('disconnected')")
    assert await after(page, 1.9) == ["interrupted"]
    await page.evaluate("recovery.watch('connected')")
    assert await after(page, 60) == ["good"]


async def test_a_longer_one_is_restarted_then_renewed_then_given_up(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.watch('disconnected')")
    assert await after(page, 2) == ["interrupted", "restart"]
    assert await after(page, 5) == ["renew"]
    assert await after(page, 12.9) == ["renew", "renew"]
    assert await after(page, 0.2) == ["give up", "failed"]


async def test_a_failed_connection_is_restarted_at_once(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.watch('failed')")
    assert await after(page, 0.1) == ["interrupted", "restart"]
    await page.evaluate("recovery.watch('failed')")
    assert await after(page, 4.8) == [], "an attempt has its time"


async def test_tries_at_once_when_the_other_page_is_there_again(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.watch('disconnected')")
    await page.evaluate("recovery.retry()")
    assert await after(page, 0) == ["interrupted", "restart"]


async def test_nobody_waits_for_a_link_that_carries_nothing(page: Page) -> None:
    await stand(page, carrying=False)
    await page.evaluate("recovery.watch('failed')")
    assert "give up" not in await after(page, 60)
    await page.evaluate("recovery.carry(true)")
    assert "give up" not in await after(page, 19.9)
    assert "give up" in await after(page, 0.2)


async def test_does_not_give_up_while_the_server_is_away(page: Page) -> None:
    await stand(page)
    await page.evaluate("canGiveUp = false, recovery.watch('failed')")
    tried = await after(page, 30)
    assert "give up" in tried
    assert "failed" not in tried
    await page.evaluate("canGiveUp = true, recovery.wait()")
    assert "failed" not in await after(page, 19.9)
    assert "failed" in await after(page, 0.2)


async def test_silence_is_restarted_at_once_and_ends_with_the_first_packet(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.silent()")
    assert await after(page, 0.1) == ["interrupted", "restart"]
    await page.evaluate("recovery.heard()")
    assert await after(page, 60) == ["good"]


async def test_silence_of_somebody_who_sends_nothing_is_no_fault(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.silent()")
    tried = await after(page, 60)
    assert tried[:2] == ["interrupted", "restart"]
    assert tried[-1] == "good", "the browser itself still says that it stands"
    assert "give up" not in tried


_FLOW = """async ([counts, answers]) => {
  const { Pulse } = await import('/web/static/js/core/pulse.js');
  const heard = [];
  let [packetsReceived, responsesReceived] = [0, 0];
  const pulse = new Pulse(async () => {
    packetsReceived += counts.shift() ?? 0;
    responsesReceived += answers.shift() ?? 0;
    const path = { type: 'candidate-pair', responsesReceived };
    const flow = { type: 'inbound-rtp', packetsReceived };
    return { report: new Map([['0', flow], ['1', path]]) };
  }, {
    doubtful: () => heard.push('doubtful'),
    silent: () => heard.push('silent'),
    heard: () => heard.push('heard'),
    slept: () => heard.push('slept'),
  });
  pulse.start();
  globalThis.pulse = { heard, pulse };
}"""


@pytest.mark.parametrize(
    ("packets", "answers", "noticed"),
    [
        ([9] * 20, [], []),
        ([9, 0, 0, 0, 0] * 4, [], []),
        ([9] * 8 + [0] * 12, [], ["doubtful", "silent"]),
        ([9] * 8 + [0] * 4 + [9] * 8, [], ["doubtful"]),
        ([9] * 8 + [0] * 8 + [9] * 4, [], ["doubtful", "silent", "heard"]),
        ([9] * 8 + [0] * 12, [1] * 17, ["doubtful", "silent", "heard"]),
    ],
    ids=[
        "a flow",
        "now and then",
        "a flow that stops",
        "a gap",
        "back",
        "back, but nothing to send",
    ],
)
async def test_notices_when_a_flow_stops(
    page: Page, packets: list[int], answers: list[int], noticed: list[str]
) -> None:
    await page.evaluate(_FLOW, [packets, answers])
    for _ in packets:
        await page.clock.run_for(250)
    assert await page.evaluate("globalThis.pulse.heard") == noticed
    await page.evaluate("globalThis.pulse.pulse.stop()")


async def test_stops_for_good(page: Page) -> None:
    await stand(page)
    await page.evaluate("recovery.watch('failed'), recovery.stop()")
    assert await after(page, 60) == ["interrupted"]


_OWNER = """async () => {
  const { Link } = await import('/web/static/js/core/link.js');
  const { Hardware } = await import('/web/static/js/core/hardware.js');
  let [tell, told, known, other] = [null, [], '', null];
  const wire = { isUp: true, check() {}, request: async () => ({}), tell(type, fields) {
    if (type === 'link.description') (told.push(fields), tell?.());
    return true;
  } };
  const link = new Link({
    info: { id: 'L', owner: true, to: 'visitor' }, instance: 'A', wire, hardware: new Hardware(),
    ice: { configuration: async () => ({ iceServers: [] }) },
    listener: { remote() {}, condition() {}, other() {}, greeted() {} },
  });
  link.carry(null);
  const ready = () =>
    link.receive({ type: 'link.ready', link: 'L', instance: 'B', restart: true, hardware: [] });
  // What was offered; the answer leads to nothing, as the candidates that both need are lost.
  const answer = async () => {
    while (told.length === 0) await new Promise((resolve) => (tell = resolve));
    const { number, description } = told.shift();
    const connection = /a=fingerprint:(.*)/.exec(description.sdp)[1];
    if (connection !== known) other = new RTCPeerConnection();
    known = connection;
    await other.setRemoteDescription(description);
    await other.setLocalDescription();
    const { type, sdp } = other.localDescription;
    link.receive({ type: 'link.description', link: 'L', number, description: { type, sdp } });
    return { number, connection };
  };
  globalThis.owner = { ready, answer };
}"""


async def test_what_was_answered_has_its_time_before_it_is_thrown_away(page: Page) -> None:
    await page.evaluate(_OWNER)
    await page.evaluate("owner.ready()")
    first = await page.evaluate("owner.answer()")
    await page.clock.run_for(6000)
    restarted = await page.evaluate("owner.answer()")
    assert restarted == {"number": 1, "connection": first["connection"]}

    await page.clock.run_for(2500)
    await page.evaluate("owner.ready()")
    assert await page.evaluate("owner.answer()") == restarted | {"number": 2}

    await page.clock.run_for(5000)
    renewed = await page.evaluate("owner.answer()")
    assert renewed["connection"] != first["connection"]


async def test_asks_for_ice_servers_again_when_a_third_of_their_time_is_over(page: Page) -> None:
    asked = await page.evaluate(
        """async () => {
          const { IceServers } = await import('/web/static/js/core/ice.js');
          const wire = {
            isUp: true,
            time: 0,
            asked: 0,
            serverNow() { return this.time; },
            async request() {
              this.asked += 1;
              const servers = [{ urls: ['stun:' + this.asked] }];
              return { type: 'ice', servers, relay_only: true, expires_at: this.time + 600_000 };
            },
          };
          const ice = new IceServers(wire);
          const seen = [];
          const look = async (time, isUp) => {
            Object.assign(wire, { time, isUp });
            const { iceServers, iceTransportPolicy } = await ice.configuration();
            seen.push([iceServers[0]?.urls[0] ?? null, iceTransportPolicy]);
          };
          await look(0, false);
          await Promise.all([look(0, true), look(0, true)]);
          await look(199_000, true);
          await look(201_000, false);
          await look(201_000, true);
          return { seen, asked: wire.asked };
        }"""
    )
    first, second = ["stun:1", "relay"], ["stun:2", "relay"]
    assert asked == {"seen": [[None, "all"], first, first, first, first, second], "asked": 2}
