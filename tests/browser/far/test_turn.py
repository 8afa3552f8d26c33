"""Conversations through a real coturn, as set up by deploy/turnserver.conf."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from typing import Any

import pytest

from signaling.ice import turn_credential
from tests.browser.far.coming_back import back, now, show, talk
from tests.browser.people import Consultant, Person, Visitor
from tests.browser.waiting import until
from tests.network import PERFECT, Place
from tests.network.turn import RELAY, SECRET, Turn

pytestmark = pytest.mark.browser

_NOBODY = "203.0.113.250"
_UDP = f"turn:{RELAY}:3478?transport=udp"
_TCP = f"turn:{RELAY}:3478?transport=tcp"
_TLS = f"turns:{RELAY}:5349?transport=tcp"
_TTL = 60
_SOON = 3.0
_NO_UDP = dataclasses.replace(PERFECT, blocks_udp=True)

_ROUTES = (
    """async () => (await returns.routes()).map(({ local, protocol }) => `${local} ${protocol}`)"""
)
_EXPIRES = "returns.expires"
_GATHERS = """async ([urls, username, credential]) => {
  const connection = new RTCPeerConnection({
    iceServers: [{ urls, username, credential }],
    iceTransportPolicy: 'relay',
  });
  const found = [];
  connection.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate.type);
  connection.createDataChannel('');
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== 'complete') await new Promise((go) => setTimeout(go, 50));
  connection.close();
  return found;
}"""


async def goes_by(way: str, *people: Person) -> None:
    """Wait until what each receives comes through a relay that it reaches that way."""
    for person in people:
        await until(person.page, _ROUTES, accept=lambda seen: seen == [f"relay {way}"])


@pytest.mark.settings(
    turn_urls=",".join((f"turn:{_NOBODY}:3478?transport=udp", _UDP, _TCP)),
    turn_secret=SECRET,
    turn_ttl=_TTL,
    relay_only="true",
)
async def test_a_talk_goes_on_while_relay_firewall_and_credentials_change(
    turn: Turn, booth_at: Place, visitor: Visitor, consultant: Consultant
) -> None:
    await visitor.take_ticket("en")
    await consultant.become_available()
    await consultant.accept()
    people: list[Person] = [visitor, consultant]
    # Both may only use the relay, and one of the two servers is dead.
    await talk(visitor, consultant)
    await goes_by("udp", *people)
    first = [await person.page.evaluate(_EXPIRES) for person in people]

    await turn.kill()
    await turn.start()
    took = await back(now(), *people)
    show({"the TURN server, killed and started": took})
    assert took <= _SOON
    booth_at.set(_NO_UDP)
    await goes_by("tcp", visitor)
    await talk(visitor, consultant)

    # The credentials it began with have run out, and others are in use.
    await asyncio.sleep(max(0, max(first) - time.time()) + 1)
    for person in people:
        assert await person.page.evaluate(_EXPIRES) > time.time()
        assert (await person.traffic())["made"] == 1
    await talk(visitor, consultant)


@pytest.mark.usefixtures("turn")
@pytest.mark.settings(turn_urls=_TLS, turn_secret=SECRET, relay_only="true")
async def test_a_talk_over_tls_and_none_with_credentials_that_are_not_good(
    booth_at: Place, desk_at: Place, visitor: Visitor, consultant: Consultant
) -> None:
    for place in (booth_at, desk_at):
        place.set(_NO_UDP)
    await visitor.take_ticket("en")
    await consultant.become_available()
    await consultant.accept()
    await talk(visitor, consultant)
    await goes_by("tls", visitor, consultant)

    async def gathered(username: str, credential: str) -> list[Any]:
        found: list[Any] = await visitor.page.evaluate(_GATHERS, [_TCP, username, credential])
        return found

    later, before = round(time.time()) + 600, round(time.time()) - 10
    assert "relay" in await gathered(*turn_credential(SECRET, later, "somebody"))
    assert await gathered(*turn_credential(SECRET, before, "somebody")) == []
    assert await gathered(*turn_credential("another secret", later, "somebody")) == []
