"""Booths that have found themselves broken: what visitors and staff see, with pictures."""

from __future__ import annotations

from aiohttp import ClientSession
from playwright.async_api import BrowserContext, expect

from signaling.client import Client
from signaling.facts import CameraFacts, Facts, MicrophoneFacts, NetworkFacts, SpeakerFacts
from signaling.messages import VerdictReply
from signaling.reports import BoothChecked
from tests.browser.node import PASSWORD, SUPERVISOR_EMAIL
from tests.browser.people import Supervisor, Visitor
from tests.browser.tour import SIGNED, Look

_CAMERA = CameraFacts(pictures=20, changed=20, brightness=90, width=1280, height=720, rate=30)
_MICROPHONE = MicrophoneFacts(loudest=-20)
_NETWORK = NetworkFacts(outcome="connected", rtt=20, up=4000, down=4000)
GOOD = Facts(
    camera=_CAMERA,
    microphone=_MICROPHONE,
    speaker=SpeakerFacts(played=True, heard=1, returned=1),
    network=_NETWORK,
)
BROKEN = {
    "camera": Facts(camera=CameraFacts(pictures=20, brightness=2), network=_NETWORK),
    "microphone": Facts(microphone=MicrophoneFacts(missing="missing"), network=_NETWORK),
    "speaker": Facts(
        microphone=_MICROPHONE, speaker=SpeakerFacts(played=True, heard=0), network=_NETWORK
    ),
    "network": Facts(network=NetworkFacts(outcome="connected", rtt=900, up=40, down=40)),
}
"""What a check finds when one part of a booth does not work."""


async def report(context: BrowserContext, base: str, facts: Facts) -> None:
    """Two checks in a row found this, as the page of that booth would tell; it must not be open."""
    cookies = {each["name"]: each["value"] for each in await context.cookies(base)}
    async with ClientSession(cookies=cookies) as session:
        page = Client(session, base, "booth")
        await page.open()
        for _ in range(2):
            await page.request(BoothChecked(facts=facts), VerdictReply)
        await page.close()


async def walk(visitor: Visitor, supervisor: Supervisor, look: Look, *, language: str) -> None:
    """From one broken part to the next, and to the wall.

    Args:
        visitor: at a booth that checks nothing by itself.
        supervisor: who has not signed in.
        look: called with the name of each screen and its page.
        language: of the visitor.
    """
    page = visitor.page
    await supervisor.sign_in(SUPERVISOR_EMAIL, PASSWORD)
    for part, facts in BROKEN.items():
        await page.goto("about:blank")
        await report(page.context, visitor.base, GOOD)
        await report(page.context, visitor.base, facts)
        if part == "network":
            await visitor.open("/booth")
            await visitor.sees("unfit")
            await look("booth-unfit", page)
        else:
            await visitor.open("/booth")
            await visitor.choose_language(language)
            if part == "microphone":
                await visitor.press("topic")
            else:
                # One way to talk is left.
                await visitor.choose_tile(SIGNED[language])
            await visitor.sees("unfit" if part == "microphone" else "way")
            await look(f"booth-unfit-{part}", page)
    troubles = supervisor.page.locator("[data-booth]")
    await expect(troubles.first).to_be_visible()
    await troubles.first.scroll_into_view_if_needed()
    await look("desk-booth-unfit", supervisor.page)
