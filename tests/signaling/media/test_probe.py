"""The probe's calls, over real connections to a page made of aiortc."""

from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator
from itertools import pairwise

import numpy as np
import pytest

from signaling.media.picture import Picture, PictureTrack
from signaling.media.probe import MOST_FAULTS, MOST_RECEIVED, OfferError, ProbeCall
from signaling.media.probe_words import PIECE
from signaling.media.senses import SILENCE_DB, Ear
from signaling.media.signals import HERTZ, Code, new_code, sound
from tests.signaling.media.caller import Caller, DarkTrack, Room
from tests.waiting import until

CODE = Code(picture=0b1010_0101_1100_0011, tone=[0, 3, 1, 5])


@contextlib.asynccontextmanager
async def connected(caller: Caller) -> AsyncIterator[ProbeCall]:
    call = ProbeCall(CODE)
    async with caller.calling() as offer:
        await caller.connect(await call.answer(offer))
        yield call
    await call.close()


def camera() -> PictureTrack:
    return PictureTrack(Picture("B-001", "", look="visitor"))


async def test_picture_and_tone_go_round() -> None:
    caller = Caller(camera(), Room())
    async with connected(caller) as call:
        await until(lambda: caller.picture_code() == CODE.picture)
        await caller.report()
        caller.channel.send('{"do": "tone"}')
        await until(lambda: call._ear.share(CODE.tone) == 1)
        report = await caller.report()
        assert report.heard == 1
        assert report.loudest_db > -50
        assert report.pictures > 5
        assert report.brightness > 50
        assert report.loss < 0.05


async def test_a_dark_camera_and_a_deaf_microphone_are_seen_to_be() -> None:
    caller = Caller(DarkTrack(Picture("", "", look="visitor")), Room(deaf=True))
    async with connected(caller) as call:
        caller.channel.send('{"do": "tone"}')
        await until(lambda: call._eye.seen > 8)
        report = await caller.report()
        assert report.brightness < 20
        assert report.heard == 0
        assert report.sound_seconds > 0
        assert report.loudest_db < -80


async def test_a_call_without_media_measures_the_network() -> None:
    caller = Caller(None, None)
    async with connected(caller):
        assert await caller.ask(do="echo", number=7) == {"did": "echoed", "number": 7}
        assert await caller.ask(do="fill", size=200_000) == {"did": "filled", "size": 200_000}
        assert caller.bytes == 200_000
        caller.burst(8 * PIECE)
        await until(lambda: caller.channel.bufferedAmount == 0)
        report = await caller.report()
        assert report.received == 8 * PIECE
        assert 0 < report.receiving_seconds < 5


async def test_garbage_is_refused_and_at_last_ends_the_call() -> None:
    caller = Caller(None, None)
    async with connected(caller) as call:
        assert await caller.ask(do="dance") == {"did": "refused"}
        assert await caller.ask(do="fill", size=10**9) == {"did": "refused"}
        assert not call.over.is_set()
        for _ in range(MOST_FAULTS):
            caller.channel.send("x" * 2000)
        await until(call.over.is_set)


async def test_a_burst_without_end_ends_the_call() -> None:
    caller = Caller(None, None)
    async with connected(caller) as call:
        caller.burst(MOST_RECEIVED + PIECE)
        await until(call.over.is_set)


async def test_a_page_that_goes_ends_the_call() -> None:
    caller = Caller(None, None)
    async with connected(caller) as call:
        await caller.connection.close()
        await until(call.over.is_set)


@pytest.mark.parametrize("offer", ["", "garbage", "v=0\r\nm=audio"])
async def test_what_is_no_offer_is_not_answered(offer: str) -> None:
    call = ProbeCall(CODE)
    with pytest.raises(OfferError):
        await call.answer(offer)
    await call.close()


def test_every_call_has_a_code_of_its_own() -> None:
    codes = [new_code(random.Random(seed)) for seed in range(100)]  # noqa: S311 - no secret
    assert len({(code.picture, *code.tone) for code in codes}) == 100
    assert all(one != other for code in codes for one, other in pairwise(code.tone))


@pytest.mark.parametrize(
    ("heard", "share"),
    [
        (sound(CODE.tone), 1.0),
        (sound(CODE.tone) / 200, 1.0),  # far from the microphone
        (sound([5, 1, 3, 0]), 0.25),  # another call
        (np.zeros(48_000, np.float32), 0.0),
        (np.random.default_rng(1).normal(0, 0.1, 48_000).astype(np.float32), 0.0),  # a noisy room
    ],
)
def test_the_ear_knows_the_tone_of_its_call(
    heard: np.typing.NDArray[np.float32], share: float
) -> None:
    ear = Ear()
    for at in range(0, len(heard), 960):
        ear.hear(heard[at : at + 960])
    assert ear.share(CODE.tone) == share


def test_the_ear_hears_the_tone_in_a_room_where_people_talk() -> None:
    dice = np.random.default_rng(2)
    tone = sound(CODE.tone)
    steps = dice.normal(0, 1, len(tone))
    murmur = np.convolve(steps, np.ones(96) / 96, "same") * 0.1
    ear = Ear()
    ear.hear((tone / 10 + murmur).astype(np.float32))
    assert ear.share(CODE.tone) == 1


def test_nothing_at_all_is_silence() -> None:
    ear = Ear()
    ear.hear(np.zeros(960, np.float32))
    assert ear.loudest_db == SILENCE_DB


def test_no_symbol_is_an_overtone_of_another() -> None:
    assert not [(low, high) for low in HERTZ for high in HERTZ if low < high and high % low < 100]
