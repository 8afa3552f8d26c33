"""Which devices are used, how loud, and by the handset: chosen in a talk, set for a booth."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.node import Node
from tests.browser.people import Consultant, Visitor
from tests.browser.waiting import PATIENCE, until

pytestmark = pytest.mark.browser

HANDSET = "1"
"""Of all that Chromium pretends to have, one microphone and one loudspeaker are called so."""
PLAYER = '[data-other-picture="main"]'
SPEAKER = f"document.querySelector('{PLAYER}').sinkId"
VOLUME = f"Math.round(document.querySelector('{PLAYER}').volume * 100)"


async def test_a_loudspeaker_chosen_in_a_talk_is_used_at_once_and_by_the_next_visitor(
    visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    assert await visitor.page.evaluate(SPEAKER) == ""
    await visitor.press("devices")
    choices = visitor.page.locator('[data-device="speaker"]')
    await choices.select_option(label="Fake Audio Output 2")
    await until(visitor.page, SPEAKER)
    await visitor.page.locator('[data-device="microphone"]').select_option(
        label="Fake Audio Input 2"
    )
    words = visitor.page.locator("[data-device-words]")
    await expect(words).not_to_be_empty()
    await visitor.press("speaker-tone")
    await expect(words).to_contain_text("три ноты", timeout=PATIENCE * 1000)
    await visitor.press("devices-done")
    await consultant.hears_person(visitor)
    assert (await visitor.traffic())["made"] == 1

    await visitor.finish_talk()
    await visitor.rate(5)
    await visitor.press("home")
    await visitor.sees("attract")
    await visitor.choose_language()
    await visitor.choose_topic()
    await until(visitor.page, SPEAKER)
    stored = await visitor.page.evaluate("JSON.parse(localStorage.getItem('okno.devices'))")
    # After an update the browser may call the same thing by another id.
    stored["microphone"]["id"] = "forgotten"
    await visitor.page.evaluate(
        "stored => localStorage.setItem('okno.devices', JSON.stringify(stored))", stored
    )
    await visitor.page.reload()
    await visitor.choose_topic()
    await until(visitor.page, SPEAKER)
    await visitor.press("take-ticket")
    await visitor.sees("waiting")
    used = await visitor.page.evaluate(
        "document.querySelector('[data-own-picture]').srcObject.getAudioTracks()[0].label"
    )
    assert used == "Fake Audio Input 2"


async def test_a_booth_sounds_as_it_was_set_up_and_the_visitor_changes_it_for_the_visit(
    node: Node, visitor: Visitor, consultant: Consultant
) -> None:
    sound = ("--loudness", "40", "--handset", HANDSET, "--no-noise-suppression")
    await node.okno("booth", "edit", "leninsky/1", *sound)
    await visitor.take_ticket()
    await consultant.become_available()
    await consultant.accept()
    await visitor.sees_person(consultant)
    track = "document.querySelector('[data-own-picture]').srcObject.getAudioTracks()[0]"
    await until(visitor.page, f"{track}.label", accept=lambda label: label == "Fake Audio Input 1")
    settings = await visitor.page.evaluate(f"{track}.getSettings()")
    assert (settings["noiseSuppression"], settings["echoCancellation"]) == (False, True)
    private = await until(visitor.page, SPEAKER)

    assert await visitor.page.evaluate(VOLUME) == 40
    await visitor.press("louder")
    assert await visitor.page.evaluate(VOLUME) == 50
    await expect(visitor.page.locator("[data-loudness]")).to_have_text("5 из 10")
    for _ in range(3):
        await visitor.press("quieter")
    assert await visitor.page.evaluate(VOLUME) == 20

    await visitor.press("handset")
    await until(visitor.page, SPEAKER, accept=lambda used: used != private)
    await until(visitor.page, f"{track}.label", accept=lambda label: label != "Fake Audio Input 1")
    await expect(visitor.page.locator("[data-toasts]")).to_contain_text("люди рядом")
    await consultant.hears_person(visitor)
    assert (await visitor.traffic())["made"] == 1

    await visitor.finish_talk()
    await visitor.rate(5)
    await visitor.press("home")
    await visitor.sees("attract")
    await visitor.choose_language()
    await visitor.choose_topic()
    assert await visitor.page.evaluate(VOLUME) == 40, "as it was set up"
    await until(visitor.page, SPEAKER, accept=lambda used: used == private)
