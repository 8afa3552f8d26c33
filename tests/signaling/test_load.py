"""Scripted pages by the thousand, a few of them on a real node."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from signaling.load.frames import CLOSE, PING, TEXT, Frame, FrameReader, ProtocolError
from signaling.load.people import Consultant, Crowd, Visitor
from signaling.messages import LinkReady, TakeTicket
from signaling.model import State
from signaling.outlet import text_frame
from tests.signaling.cast import Stage, staged
from tests.waiting import until

TICKET = TakeTicket(topic="passport", language="ru")


@pytest.fixture
async def stage(redis_url: str) -> AsyncIterator[Stage]:
    async with staged(redis_url) as running:
        yield running


def test_frames_are_found_however_the_bytes_are_cut() -> None:
    texts = [b"a" * size for size in (0, 1, 125, 126, 65_535, 65_536)]
    wire = b"".join(text_frame(text) for text in texts) + b"\x89\x01p" + b"\x88\x02\x03\xe8"
    said = [Frame(TEXT, text) for text in texts] + [Frame(PING, b"p"), Frame(CLOSE, b"\x03\xe8")]
    for step in (1, 7, 4096, len(wire)):
        reader = FrameReader()
        seen = [
            each for at in range(0, len(wire), step) for each in reader.feed(wire[at : at + step])
        ]
        assert seen == said


def test_a_fragment_is_refused() -> None:
    with pytest.raises(ProtocolError):
        list(FrameReader().feed(b"\x01\x01a"))


async def test_scripted_people_talk_and_come_back(stage: Stage) -> None:
    crowd = Crowd(URL(stage.base), rng=random.Random(1))  # noqa: S311 - pauses of scripted people
    who = f"who={stage.cast.home}/"
    consultant = Consultant(crowd, {"Cookie": f"{who}anna"})
    visitor = Visitor(crowd, {"Cookie": f"{who}1"}, TICKET)
    heard: list[bytes] = []
    consultant.told = heard.append
    people = (consultant, visitor)
    for page in people:
        page.open()
    await until(lambda: all(page.state is State.ACTIVE for page in people))
    assert visitor.link is not None
    visitor.tell(LinkReady(link=visitor.link, instance="page"))
    await until(lambda: len(heard) == 1)
    assert visitor._socket is not None
    visitor._socket.abort()
    await until(lambda: crowd.up == 1)
    await until(lambda: crowd.up == len(people))
    assert crowd.refused_for_good == 0
    for page in people:
        page.close()
    await until(lambda: crowd.up == 0)
    await crowd.close()


async def test_who_is_not_known_is_refused_for_good(stage: Stage) -> None:
    crowd = Crowd(URL(stage.base), rng=random.Random(1))  # noqa: S311 - pauses of scripted people
    Visitor(crowd, {}, None).open()
    await until(lambda: crowd.refused_for_good == 1)
    await crowd.close()
