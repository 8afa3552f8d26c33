"""Nodes whose clocks disagree: everything goes by the clock of Redis."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from pathlib import Path

from aiohttp import ClientSession

from signaling.events import Offered, Returned
from signaling.journal import now_ms
from signaling.messages import GetIce, Ice, Ping, Pong
from signaling.model import State
from signaling.parts import Estimate
from tests.browser.node import Node
from tests.faults.checks import acted_on, settled
from tests.faults.installation import Installation, installation
from tests.faults.page import Page
from tests.faults.scene import AVAILABLE
from tests.waiting import until

MINUTES = 5
OFFER = 3
TURN_TTL = 3600
_CLOSE = 2_000
"""Milliseconds by which two looks at one clock may differ."""


def ahead() -> dict[str, str]:
    """The surroundings of a process whose clock is wrong by `MINUTES`; its timers run right."""
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"+{MINUTES}m",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


async def test_nodes_whose_clocks_are_five_minutes_apart_run_one_line(tmp_path: Path) -> None:
    settings = {"offer_seconds": OFFER, "turn_ttl": TURN_TTL}
    async with installation(tmp_path, settings=settings, surroundings=[{}, ahead()]) as here:
        right, wrong = [await clock_of(node) for node in here.nodes]
        assert MINUTES * 60 - 30 < wrong - right < MINUTES * 60 + 30
        # Codes and passwords were made by a third clock; each comes in by another node.
        visitors = [await here.booth(number, on=number % 2) for number in range(4)]
        consultants = [await here.consultant(number, on=number % 2) for number in range(2)]
        for page in (*visitors, *consultants):
            await same_time(here, page)

        for visitor in visitors:
            await visitor.ask(here.ticket)
        for visitor, consultant in zip(visitors, consultants, strict=False):
            await consultant.ask(AVAILABLE)
            await consultant.accept()
            assert consultant.consultation == visitor.consultation
            for page in (visitor, consultant):
                await page.media()
        for place, visitor in enumerate(visitors[2:], start=1):
            await visitor.sees(State.WAITING)
            assert 1 <= (await promised(visitor, place)).high_minutes <= 20

        # Sessions and credentials hold at the other node too.
        for page in (*visitors, *consultants):
            await page.move()
            await same_time(here, page)
        for consultant in consultants:
            await consultant.finish()
        # Nobody answers these: each offer rings for as long as it should, and ends once.
        for visitor in visitors[2:]:
            await visitor.sees(State.WAITING, within=2 * OFFER)
        events = await settled(here, visitors)
        assert acted_on(events) == {"offer": 2, "missed": 2}
        offered = {each.link: each.at for each in events if isinstance(each, Offered)}
        rang = sorted(offered.values())[-2:]
        returned = sorted(each.at for each in events if isinstance(each, Returned))
        for began, ended in zip(rang, returned, strict=True):
            assert OFFER * 1000 <= ended - began < OFFER * 1000 + _CLOSE


async def clock_of(node: Node) -> float:
    """What time the node thinks it is, as a Unix time."""
    async with ClientSession() as session, session.get(f"{node.base}/healthz") as answer:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()


async def same_time(here: Installation, page: Page) -> None:
    """The page is told the time of Redis, and its TURN credentials run out by it."""
    now = await now_ms(here.redis)
    pong = await page.client.request(Ping(), Pong)
    ice = await page.client.request(GetIce(), Ice)
    assert page.client.welcome is not None
    assert ice.expires_at is not None
    username = ice.servers[-1].username
    assert username is not None
    assert abs(pong.at - now) < _CLOSE
    assert abs(ice.expires_at - TURN_TTL * 1000 - now) < _CLOSE
    assert username.split(":")[0] == str(ice.expires_at // 1000)


async def promised(visitor: Page, place: int) -> Estimate:
    """The wait that a visitor at that place is shown."""
    shown: list[Estimate] = []

    def is_shown() -> bool:
        view = visitor.place
        if view is not None and view.place == place and view.estimate is not None:
            shown.append(view.estimate)
        return bool(shown)

    await until(is_shown)
    return shown[0]
