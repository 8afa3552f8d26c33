"""A booth that nobody is at checks itself by a real call to the probe.

Chromium's microphone plays a file and hears nothing, so the room between loudspeaker and microphone
is made here: what the page plays comes back into its microphone, softer. That shows the tone from
the probe through the network, the page's player, its microphone and both ears; not that a
loudspeaker of wood and paper works, which only a booth can show.
"""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Browser, BrowserContext, Playwright, expect

from tests.browser.checked_booth import CheckedBooth
from tests.browser.chromium import start
from tests.browser.conftest import Prepared
from tests.browser.media import VISITOR, write_tone
from tests.browser.node import Node
from tests.browser.people import Consultant, page_of
from tests.browser.waiting import PATIENCE, until
from tests.server.nodes import descendants
from tests.waiting import until as until_here

pytestmark = [pytest.mark.browser, pytest.mark.settings(check_minutes=0.05)]

ROOM = """(() => {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const play = HTMLMediaElement.prototype.play;
  window.room = { microphone: true, camera: true };
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if ((wanted.audio && !room.microphone) || (wanted.video && !room.camera))
      throw new DOMException('none', 'NotFoundError');
    const stream = await real(wanted);
    if (!wanted.audio) return stream;
    const context = new AudioContext();
    const ear = context.createMediaStreamDestination();
    const [own] = stream.getAudioTracks();
    const quiet = new GainNode(context, { gain: 0.02 });
    context.createMediaStreamSource(new MediaStream([own])).connect(quiet).connect(ear);
    room.hear = (heard) => {
      const soft = new GainNode(context, { gain: 0.2 });
      context.createMediaStreamSource(heard).connect(soft).connect(ear);
    };
    return new MediaStream([...ear.stream.getAudioTracks(), ...stream.getVideoTracks()]);
  };
  HTMLMediaElement.prototype.play = function () {
    if (this instanceof HTMLAudioElement) room.hear?.(this.srcObject);
    return play.call(this);
  };
})()"""
"""A room with a loudspeaker and a microphone in it, put into the page before its own scripts."""


def write_moving(path: Path, *, black: bool = False) -> Path:
    """A Y4M file whose picture is alive, or black: what a covered lens gives."""
    dice = np.random.default_rng(1)
    width, height = 640, 480
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(10):
            luma = np.zeros((height, width), np.uint8)
            if not black:
                luma = dice.integers(100, 110, (height, width)).astype(np.uint8)
            chroma = np.full(width * height // 2, 128, np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + chroma.tobytes())
    return path


async def booth_in(
    browser: Browser, node: Node, *, room: str = ""
) -> tuple[CheckedBooth, BrowserContext]:
    context = await browser.new_context()
    await context.grant_permissions(["camera", "microphone"], origin=node.base)
    await context.add_init_script(ROOM + ";" + room)
    return CheckedBooth(await page_of(context), node.base, VISITOR), context


@pytest.fixture
async def browser(playwright: Playwright, tmp_path: Path) -> AsyncIterator[Browser]:
    picture = write_moving(tmp_path / "alive.y4m")
    browser = await start(playwright, picture, write_tone(tmp_path / "hum.wav", 300), asks=True)
    yield browser
    await browser.close()


async def test_a_sound_booth_is_found_good_and_says_what_it_heard(
    browser: Browser, node: Node, prepared: Prepared
) -> None:
    booth, _ = await booth_in(browser, node)
    await booth.enrol(prepared.codes[0])
    await booth.checks(1)
    facts = booth.found[0]
    assert facts["network"]["outcome"] == "connected", facts
    assert facts["network"]["picture"] is True, facts
    assert min(facts["speaker"]["heard"], facts["speaker"]["returned"]) >= 0.75, facts
    assert facts["camera"]["changed"] >= facts["camera"]["pictures"] // 2, facts
    assert min(facts["network"]["up"], facts["network"]["down"]) > 100, facts
    assert "good" in await node.okno("booth", "list")
    assert booth.faults == []


async def test_what_is_missing_is_marked_after_two_checks_and_returns_by_itself(
    browser: Browser, node: Node, prepared: Prepared
) -> None:
    booth, _ = await booth_in(
        browser,
        node,
        room="room.microphone = sessionStorage.microphone; room.camera = sessionStorage.camera",
    )
    await booth.enrol(prepared.codes[0])
    await booth.checks(1)
    await booth.sees("attract")
    await booth.checks(2)
    await booth.sees("unfit")
    assert "cannot speech, sign" in await node.okno("booth", "list")
    # The camera is back: signing is possible again, speaking is not.
    await booth.page.evaluate("room.camera = sessionStorage.camera = true")
    await booth.checks(len(booth.found) + 2)
    await booth.sees("attract")
    assert "cannot speech; microphone missing" in await node.okno("booth", "list")
    await booth.choose_language("en")
    await booth.press("topic")
    await booth.sees("unfit")
    await booth.press("home")
    await booth.sees("attract")
    await booth.page.evaluate("room.microphone = sessionStorage.microphone = true")
    await booth.checks(len(booth.found) + 2)
    assert "cannot" not in await node.okno("booth", "list")
    await booth.take_ticket("en")


async def test_a_touch_ends_the_check_at_once_and_the_visitor_has_the_devices(
    browser: Browser, node: Node, prepared: Prepared
) -> None:
    booth, _ = await booth_in(browser, node)
    await booth.enrol(prepared.codes[0])
    await until(booth.page, "document.body.hasAttribute('data-checking')", seconds=60)
    await booth.choose_language("en")
    await booth.choose_topic()
    await until(
        booth.page, "document.querySelector('[data-own-picture]').srcObject?.active === true"
    )
    assert booth.found == []


async def test_a_probe_that_dies_is_not_held_against_the_booth(
    browser: Browser, node: Node, prepared: Prepared
) -> None:
    booth, _ = await booth_in(browser, node)
    await booth.enrol(prepared.codes[0])
    await booth.checks(1)
    assert node._process is not None

    def probes() -> list[int]:
        family = descendants(node._process.pid)  # type: ignore[union-attr]
        return [pid for pid, command in family.items() if " probe " in command]

    for _ in range(2):
        before = len(booth.found)
        await until(booth.page, "document.body.hasAttribute('data-checking')", seconds=60)
        for pid in probes():
            os.kill(pid, signal.SIGKILL)
        await booth.checks(before + 1)
    assert "cannot" not in await node.okno("booth", "list")
    await until_here(lambda: bool(probes()), seconds=20)


async def test_a_black_camera_stops_sign_language_and_not_speech(
    playwright: Playwright, node: Node, prepared: Prepared, tmp_path: Path
) -> None:
    picture = write_moving(tmp_path / "black.y4m", black=True)
    browser = await start(playwright, picture, write_tone(tmp_path / "hum.wav", 300), asks=True)
    booth, _ = await booth_in(browser, node)
    await booth.enrol(prepared.codes[0])
    await booth.checks(2)
    listed = await node.okno("booth", "list")
    assert "cannot sign; camera black" in listed, (listed, booth.found)
    await booth.take_ticket("en")
    await booth.sees("waiting")
    await browser.close()


@pytest.mark.settings(check_minutes=0)
async def test_a_consultant_tests_the_own_connection_and_is_told_in_words(
    prepared: Prepared,  # noqa: ARG001 - before the node, which needs it
    consultant: Consultant,
) -> None:
    await consultant.press("devices")
    await consultant.press("check-connection")
    network = consultant.page.locator('[data-part="network"]')
    await expect(network).to_have_text("Network: works", timeout=PATIENCE * 1000)
    await expect(consultant.page.locator('[data-part="speaker"]')).to_have_count(0)
