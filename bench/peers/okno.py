"""Pairs on an Okno node: everyone signed in, in a conversation, and talking over their link."""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

from bench.node import address, place, settled
from bench.talkers import Talker, description
from signaling.load.frames import frame
from signaling.load.people import Consultant, Crowd, Visitor
from signaling.model import State

NAME = "Okno"
_AT_ONCE = 50


@contextlib.asynccontextmanager
async def running(pairs: int, files: Path) -> AsyncIterator[tuple[list[Talker], list[int]]]:
    """Talkers, two by two, and the processes that serve them."""
    del files
    async with (
        place(booths=pairs, consultants=pairs) as here,
        here.node() as node,
    ):
        crowd = Crowd(address(node), rng=random.Random(1))
        consultants = [Consultant(crowd, each) for each in here.town.consultants]
        visitors = [Visitor(crowd, each, here.town.ticket()) for each in here.town.booths]
        await converse(crowd, consultants, visitors)
        yield talkers_of(consultants, visitors), [node.process.pid, *node.family()]
        for each in (*consultants, *visitors):
            each.close()
        await crowd.close()


async def converse(crowd: Crowd, consultants: list[Consultant], visitors: list[Visitor]) -> None:
    """Let everyone come in and be in a conversation, a few at a time."""
    pairs = list(zip(consultants, visitors, strict=True))
    for begin in range(0, len(pairs), _AT_ONCE):
        people = [page for pair in pairs[begin : begin + _AT_ONCE] for page in pair]
        for page in people:
            page.open()
        await settled(
            lambda people=people: all(each.state is State.ACTIVE for each in people),
            seconds=60,
            what=f"not everyone talks ({crowd.errors})",
        )


def talkers_of(consultants: list[Consultant], visitors: list[Visitor]) -> list[Talker]:
    """The two of each link beside each other."""
    at_link = {each.link: each for each in visitors}
    return [_talker(page) for one in consultants for page in (one, at_link[one.link])]


def _talker(page: Consultant | Visitor) -> Talker:
    assert page.link is not None
    talker = Talker(page.send, frame(description(page.link)))
    page.told = talker.hear
    return talker
