"""What breaks in front of a camera: each has its words, its event in the record, and its way on.

No devices, covered lens, dead microphone and withdrawn leave are real ones of Chromium. Unplugging,
another program and the button of a headset are made at the browser's boundary; see plugs.js.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Playwright, expect

from tests.browser.breakdown import PLUGS, is_told, is_told_nothing
from tests.browser.chromium import start
from tests.browser.conftest import Prepared
from tests.browser.media import VISITOR, write_darkness, write_picture, write_silence, write_tone
from tests.browser.people import Consultant, Supervisor, Visitor, page_of
from tests.browser.proxy import Proxy
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


async def issues(visitor: Visitor, consultant: Consultant, supervisor: Supervisor) -> list[Any]:
    """End the talk; what its record says was wrong: side, issue, and whether it passed before."""
    ticket = await visitor.ticket()
    await visitor.finish_talk()
    await consultant.wrap_up("served")
    record = await supervisor.record(ticket)
    ended = record["contact_legs"][-1]["ended_at"]
    assert all(each["ended_at"] is not None for each in record["issues"])
    return [(each["side"], each["issue"], each["ended_at"] < ended) for each in record["issues"]]


Seat = Callable[[Browser], contextlib.AbstractAsyncContextManager[Visitor]]


@pytest.fixture
def seat(entrance: Proxy, prepared: Prepared) -> Seat:
    """Seats a visitor at the first booth, in front of a browser of the test's own."""

    @contextlib.asynccontextmanager
    async def at(browser: Browser) -> AsyncIterator[Visitor]:
        base = f"http://127.0.0.1:{entrance.port}"
        context = await browser.new_context()
        await context.grant_permissions(["camera", "microphone"], origin=base)
        visitor = Visitor(await page_of(context), base, VISITOR)
        await visitor.enrol(prepared.codes[0])
        yield visitor
        await browser.close()
        assert visitor.faults == []

    return at


async def test_devices_are_pulled_out_taken_muted_and_come_back_without_negotiation(
    visitor: Visitor, consultant: Consultant, supervisor: Supervisor
) -> None:
    for person in (visitor, consultant):
        await person.page.context.add_init_script(path=PLUGS)
    await consultant.page.reload()
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    await consultant.sees_person(visitor)
    negotiations = await visitor.page.evaluate("plugs.negotiations")
    stage = consultant.page.locator('[data-person="main"] [data-stage-words]')
    line = consultant.page.locator("[data-talk-line]")

    await visitor.page.evaluate("plugs.pull('camera')")
    await is_told(visitor, "Вас слышно, но не видно", "Камера отключилась")
    await expect(stage).to_be_visible()
    await consultant.hears_person(visitor)
    await visitor.page.evaluate("plugs.put('camera')")
    await is_told_nothing(visitor)
    await consultant.sees_person(visitor)
    await expect(stage).to_be_hidden()

    await visitor.page.evaluate("plugs.take('microphone')")
    await is_told(visitor, "Вас видно, но не слышно", "Микрофон использует другая программа")
    await expect(line).to_contain_text("visitor’s microphone does not work")
    await visitor.page.evaluate("plugs.put('microphone')")
    await is_told_nothing(visitor)
    await consultant.hears_person(visitor)

    await consultant.page.evaluate("plugs.mute('microphone', true)")
    await is_told(consultant, "muted by the system or by the headset")
    await consultant.page.evaluate("plugs.mute('microphone', false)")
    await is_told_nothing(consultant)

    await visitor.page.evaluate("plugs.pull('speaker')")
    await is_told(visitor, "Вы не слышите специалиста")
    await visitor.page.evaluate("plugs.put('speaker')")
    await is_told_nothing(visitor)

    assert await visitor.page.evaluate("plugs.negotiations") == negotiations
    assert (await visitor.traffic())["made"] == 1
    assert await issues(visitor, consultant, supervisor) == [
        ("visitor", "camera_lost", True),
        ("visitor", "microphone_lost", True),
        ("visitor", "microphone_busy", True),
        ("consultant", "microphone_muted", True),
        ("visitor", "speaker_missing", True),
    ]


async def test_covered_lens_and_dead_microphone_are_told_apart_from_an_empty_room(
    playwright: Playwright,
    tmp_path: Path,
    seat: Seat,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    picture, tone = tmp_path / "dark.y4m", tmp_path / "silent.wav"
    browser = await start(playwright, write_darkness(picture), write_silence(tone))
    async with seat(browser) as visitor:
        await visitor.take_ticket()
        await is_told(visitor, "Вас не видно и не слышно", "темноту", "никакого звука")
        await consultant.become_available()
        await consultant.accept()
        await visitor.sees_person(consultant)
        await is_told(visitor, "темноту", "никакого звука")
        # One who finds the switch has nothing else to press.
        await visitor.button("devices").first.click()
        await expect(visitor.page.locator("#device-choice")).to_be_visible()
        await visitor.page.keyboard.press("Escape")
        assert sorted(await issues(visitor, consultant, supervisor)) == [
            ("visitor", "camera_black", False),
            ("visitor", "microphone_silent", False),
        ]


async def test_a_camera_that_stands_still_is_told_from_one_that_lives(
    playwright: Playwright,
    tmp_path: Path,
    seat: Seat,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    picture = write_picture(tmp_path / "still.y4m", VISITOR.code, frames=1)
    tone = write_tone(tmp_path / "visitor.wav", VISITOR.frequency)
    async with seat(await start(playwright, picture, tone)) as visitor:
        await consultant.become_available()
        await visitor.choose_language()
        await visitor.choose_topic()
        await is_told(visitor, "Вас слышно, но не видно", "один и тот же кадр", "другую камеру")
        await visitor.press("take-ticket")
        await consultant.accept()
        await visitor.sees_person(consultant)
        await consultant.hears_person(visitor)
        await is_told(visitor, "Вас слышно, но не видно")
        await expect(visitor.button("devices").first).to_be_visible()
        stage = consultant.page.locator('[data-person="main"] [data-stage-words]')
        await expect(stage).to_be_visible()
        await is_told_nothing(consultant)
        assert await issues(visitor, consultant, supervisor) == [
            ("visitor", "camera_frozen", False)
        ]


async def test_leave_that_is_withdrawn_and_given_again(
    playwright: Playwright,
    tmp_path: Path,
    seat: Seat,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    picture = write_picture(tmp_path / "visitor.y4m", VISITOR.code)
    tone = write_tone(tmp_path / "visitor.wav", VISITOR.frequency)
    browser = await start(playwright, picture, tone, asks=True)
    async with seat(browser) as visitor:
        await visitor.take_ticket()
        await consultant.become_available()
        await consultant.accept()
        await consultant.sees_person(visitor)
        context = visitor.page.context
        await context.clear_permissions()
        await is_told(visitor, "Вас не видно и не слышно", "Браузеру нельзя использовать камеру")
        shown = await visitor.frames()
        await visitor.sees_more(shown)
        await context.grant_permissions(["camera", "microphone"], origin=visitor.base)
        await is_told_nothing(visitor)
        shown = await consultant.frames()
        await consultant.sees_more(shown)
        assert (await visitor.traffic())["made"] == 1
        assert sorted(await issues(visitor, consultant, supervisor)) == [
            ("visitor", "camera_denied", True),
            ("visitor", "microphone_denied", True),
        ]


async def test_at_a_booth_without_any_device_the_visitor_sees_writes_and_calls_a_person(
    playwright: Playwright,
    seat: Seat,
    consultant: Consultant,
    supervisor: Supervisor,
) -> None:
    desk, said = supervisor.page, supervisor.page.locator("[data-live]")
    call = desk.locator("[data-call]")
    async with seat(await start(playwright)) as visitor:
        strip = visitor.page.locator("[data-host]")
        await visitor.take_ticket()
        await is_told(visitor, "вы и специалист пишете друг другу")
        await visitor.press("write-instead")
        await consultant.become_available()
        await consultant.accept()
        await visitor.sees_person(consultant)
        await is_told(visitor, "Вы не слышите, и вас не слышно", "Камера не подключена")
        await until(consultant.page, "document.querySelector('main').dataset.state === 'active'")
        line = consultant.page.locator("[data-talk-line]")
        await expect(line).to_contain_text("microphone does not work. The visitor cannot hear you")
        await expect(visitor.page.locator("[data-writing-input]")).to_be_focused()
        await visitor.page.keyboard.type("я здесь")
        await expect(consultant.page.locator("[data-writing-open]")).to_contain_text("я здесь")
        await expect(line).to_contain_text("The visitor writes: their microphone does not work.")
        await visitor.touch_act("away")

        await visitor.press("call-host")
        await expect(strip).to_contain_text("Мы позвали сотрудника центра")
        await expect(strip.locator("[data-host-focus]")).to_be_focused()
        await expect(call).to_contain_text("no loudspeaker was connected")
        await expect(said).to_contain_text("A person is called: ")
        await supervisor.press("call-coming")
        await expect(call).to_contain_text("On the way:")
        await expect(supervisor.button("call-done")).to_be_focused()
        await expect(strip).to_contain_text("К вам уже идут")
        await visitor.sees_more(await visitor.frames())
        await visitor.press("release-host")
        await expect(strip).to_be_hidden()
        await expect(call).to_have_count(0)

        await visitor.press("call-host")
        await expect(call).to_have_count(1)
        ticket = await visitor.ticket()
        assert sorted(await issues(visitor, consultant, supervisor)) == [
            ("visitor", "camera_missing", False),
            ("visitor", "microphone_missing", False),
            ("visitor", "speaker_missing", False),
        ]
        await visitor.rate(5)
        await visitor.go()
        await expect(call).to_contain_text("The visitor has left.")
        await supervisor.press("call-done")
        await expect(call).to_have_count(0)
    calls = (await supervisor.record(ticket))["host_calls"]
    assert calls[0]["reason"] == "not_needed"
