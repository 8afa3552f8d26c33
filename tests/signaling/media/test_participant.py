"""Two simulated people on one link: real aiortc, real UDP, a relay instead of a server."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from signaling.ids import LinkId
from signaling.media.greeting import ANSWER, NOTES
from signaling.media.picture import Picture
from signaling.media.studio import CAPTIONS, Studio
from signaling.messages import (
    LinkCandidate,
    LinkDescription,
    LinkReady,
    MediaArrived,
    MediaFailed,
    Relayed,
)
from signaling.model import State
from signaling.parts import Candidate, Description
from tests.signaling.media.listening import Ear, notes_heard
from tests.signaling.media.relay import LINK, TICKET, Side, connected, plug, until


@pytest.fixture
async def consultant() -> Side:
    return Side(await Studio.prepare("consultant"), owner=True, watch=Ear())


@pytest.fixture
async def visitor() -> Side:
    return Side(await Studio.prepare("visitor"), owner=False, watch=Ear())


def ear(side: Side) -> Ear:
    watch = side.participant.received._watch
    assert isinstance(watch, Ear)
    return watch


async def ring(consultant: Side, visitor: Side) -> None:
    await visitor.be(State.OFFERED)
    await consultant.be(State.OFFERED)
    await until(lambda: consultant.stands() and visitor.stands(), what="connected while ringing")


async def accept(consultant: Side, visitor: Side) -> None:
    await consultant.be(State.CONNECTING)
    await visitor.be(State.CONNECTING)


def hears_and_sees(side: Side, frames: int = 5, samples: int = 10_000) -> bool:
    received = side.participant.received
    return received.frames >= frames and received.samples >= samples


async def test_nothing_is_sent_before_accept(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)

        assert await consultant.packets_sent() == 0
        assert await visitor.packets_sent() == 0
        assert not visitor.participant.received.first.is_set()

        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant) and hears_and_sees(visitor))
        assert await consultant.packets_sent() > 0
        assert sum(isinstance(m, LinkDescription) for m in consultant.outlet.told) == 1


async def test_each_reports_the_arrival_once(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        assert consultant.outlet.reported == []

        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant) and hears_and_sees(visitor))

        assert consultant.outlet.reported == visitor.outlet.reported == [MediaArrived(link=LINK)]


async def test_the_greeting_is_recognised_at_the_other_end(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(visitor, samples=48_000 * 3), within=15)

        assert notes_heard(ear(visitor).sound(), NOTES) == [note.hertz for note in NOTES]
        assert notes_heard(ear(consultant).sound(), ANSWER) == [note.hertz for note in ANSWER]


async def test_the_ticket_is_seen_at_the_other_end(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(visitor, frames=20))

        seen = ear(visitor).picture
        assert seen is not None
        caption = CAPTIONS["consultant"]["en"]
        away = {
            ticket: np.abs(Picture(ticket, caption, look="consultant").planes(0) - seen.astype(int))
            for ticket in (TICKET, "B-043", "B-942")
        }
        assert min(away, key=lambda ticket: float(away[ticket].mean())) == TICKET


async def test_only_small_pictures_are_asked_for(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)

    for side in (consultant, visitor):
        (told,) = [m for m in side.outlet.told if isinstance(m, LinkDescription)]
        sound, *pictures = told.description.sdp.split("m=video")
        assert "b=AS:" not in sound
        first, besides = (picture.split("m=application")[0] for picture in pictures)
        assert (first.count("b=AS:400\r\n"), besides.count("b=AS:400\r\n")) == (1, 1)


async def test_the_link_ends_with_the_state(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant))

        await consultant.be(State.WRAPPING_UP)
        await visitor.be(State.WRAPPING_UP)

        assert consultant.participant.link is visitor.participant.link is None


async def test_relays_may_overtake_the_state(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await consultant.be(State.OFFERED)
        await until(consultant.outlet.queue.empty, what="link.ready is at the visitor's")

        await visitor.be(State.OFFERED)

        await until(lambda: consultant.stands() and visitor.stands())


async def test_a_reloaded_page_gets_a_new_connection(consultant: Side, visitor: Side) -> None:
    reloaded = Side(await Studio.prepare("visitor"), owner=False)
    async with connected(consultant, visitor, reloaded):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant))
        await visitor.participant.close()
        plug(consultant, reloaded)
        before = consultant.participant.received.frames

        await reloaded.be(State.ACTIVE)

        await until(lambda: hears_and_sees(reloaded))
        await until(lambda: consultant.participant.received.frames > before + 5)

    numbers = [m.number for m in consultant.outlet.told if isinstance(m, LinkDescription)]
    assert numbers == [0, 1]


async def test_a_restarted_owner_offers_again(consultant: Side, visitor: Side) -> None:
    restarted = Side(await Studio.prepare("consultant"), owner=True)
    async with connected(consultant, visitor, restarted):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(visitor))
        await consultant.participant.close()
        plug(restarted, visitor)
        before = visitor.participant.received.frames

        await restarted.be(State.ACTIVE)

        await until(lambda: hears_and_sees(restarted))
        await until(lambda: visitor.participant.received.frames > before + 5)


async def test_a_socket_that_comes_back_leaves_a_running_link_alone(
    consultant: Side, visitor: Side
) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(visitor))
        told = len([m for m in consultant.outlet.told if isinstance(m, LinkDescription)])

        await visitor.participant.socket_is_back()
        await consultant.participant.socket_is_back()
        before = visitor.participant.received.frames
        await until(lambda: visitor.participant.received.frames > before + 5)

        assert len([m for m in consultant.outlet.told if isinstance(m, LinkDescription)]) == told


async def test_a_connection_that_breaks_is_replaced(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant) and hears_and_sees(visitor))
        assert visitor.participant.link is not None
        broken = visitor.participant.link._peer
        assert broken is not None

        await broken.close()
        before = consultant.participant.received.frames

        await until(lambda: consultant.participant.received.frames > before + 5)
        assert visitor.participant.link._peer is not broken


async def test_a_dead_path_is_believed_when_the_other_side_says_so(
    consultant: Side, visitor: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.media.patience.SILENCE_SECONDS", 0.3)
    monkeypatch.setattr("signaling.media.patience.UNDER_WAY_SECONDS", 0.0)
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        await accept(consultant, visitor)
        await until(lambda: hears_and_sees(consultant) and hears_and_sees(visitor))
        assert visitor.participant.link is not None
        silent = visitor.participant.link._peer
        assert silent is not None

        silent.carry(None)
        last = consultant.participant.received
        await until(lambda: asyncio.get_running_loop().time() - last.last_at > 0.5)
        assert consultant.stands()
        await visitor.participant.socket_is_back()

        before = consultant.participant.received.frames
        await until(lambda: consultant.participant.received.frames > before + 5)
        assert visitor.participant.link._peer is not silent


async def test_a_lost_answer_is_asked_for_again(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        visitor.outlet.delivers = lambda message: not isinstance(message, LinkDescription)
        await visitor.be(State.OFFERED)
        await consultant.be(State.OFFERED)
        await until(lambda: any(isinstance(m, LinkDescription) for m in visitor.outlet.told))

        visitor.outlet.delivers = lambda _: True
        await consultant.participant.socket_is_back()

        await until(lambda: consultant.stands() and visitor.stands())


class Trickle:
    """Sends a side's candidates one by one and before its descriptions, which then have none."""

    def __init__(self, side: Side) -> None:
        self.sent_early = 0
        self._queue = side.outlet.queue

    def __call__(self, message: Relayed) -> bool:
        if not isinstance(message, LinkDescription):
            return True
        lines = message.description.sdp.split("\r\n")
        fragment = next(line for line in lines if line.startswith("a=ice-ufrag:"))[12:]
        for line in dict.fromkeys(line for line in lines if line.startswith("a=candidate:")):
            self._send(line[2:], fragment)
        bare = [x for x in lines if not x.startswith(("a=candidate:", "a=end-of-candidates"))]
        description = Description(type=message.description.type, sdp="\r\n".join(bare))
        self._queue.put_nowait(
            LinkDescription(link=LINK, number=message.number, description=description)
        )
        self._send("", fragment)
        return False

    def _send(self, text: str, fragment: str) -> None:
        candidate = Candidate(
            candidate=text, sdp_mid="0", sdp_m_line_index=0, username_fragment=fragment
        )
        self._queue.put_nowait(LinkCandidate(link=LINK, candidate=candidate))
        self.sent_early += 1


@pytest.mark.parametrize("who", ["consultant", "visitor"])
async def test_candidates_may_trickle_and_come_early(
    consultant: Side, visitor: Side, who: str
) -> None:
    """Browsers describe themselves without candidates and send those one by one."""
    side = consultant if who == "consultant" else visitor
    trickle = Trickle(side)
    side.outlet.delivers = trickle
    async with connected(consultant, visitor):
        await visitor.be(State.OFFERED)
        await consultant.be(State.OFFERED)

        await until(lambda: consultant.stands() and visitor.stands())

    assert trickle.sent_early > 1


async def test_a_link_that_never_comes_about_is_reported(
    consultant: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signaling.media.patience.ATTEMPT_SECONDS", 0.05)
    monkeypatch.setattr("signaling.media.patience.GIVE_UP_SECONDS", 0.2)
    await consultant.be(State.CONNECTING)

    await until(lambda: MediaFailed(link=LINK) in consultant.outlet.reported)

    assert sum(isinstance(m, LinkReady) for m in consultant.outlet.told) > 1
    await consultant.participant.close()


async def test_nonsense_from_the_other_side_is_survived(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await visitor.be(State.OFFERED)
        for sdp in ("v=0", "nonsense", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"):
            description = Description(type="offer", sdp=sdp)
            await visitor.participant.hear(
                LinkDescription(link=LINK, number=0, description=description)
            )
        for text in ("candidate:1 1 udp x", "candidate:", "nonsense", "a " * 9):
            await visitor.participant.hear(
                LinkCandidate(link=LINK, candidate=Candidate(candidate=text, sdp_mid="0"))
            )
        await consultant.be(State.OFFERED)

        await until(lambda: consultant.stands() and visitor.stands())


async def test_a_new_offer_is_a_new_link(consultant: Side, visitor: Side) -> None:
    async with connected(consultant, visitor):
        await ring(consultant, visitor)
        second = LinkId("consultation-2")

        await visitor.be(State.OFFERED, second)
        await consultant.be(State.OFFERED, second)

        await until(lambda: consultant.stands() and visitor.stands())
        assert consultant.participant.link is not None
        assert consultant.participant.link.info.id == second
