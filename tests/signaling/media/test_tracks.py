"""Picture and greeting, as they are made."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from signaling.media.greeting import ANSWER, NOTES, SAMPLE_RATE, GreetingTrack, Note, sing
from signaling.media.picture import FRAMES_PER_SECOND, HEIGHT, WIDTH, Picture, PictureTrack
from tests.signaling.media.listening import fundamental


@pytest.mark.parametrize("notes", [NOTES, ANSWER])
def test_every_note_has_its_fundamental(notes: tuple[Note, ...]) -> None:
    sound = sing(notes)
    start = 0.0
    for note in notes:
        middle = slice(*(round((start + note.seconds * x) * SAMPLE_RATE) for x in (0.2, 0.8)))
        assert fundamental(sound[middle]) == pytest.approx(note.hertz, rel=0.015)
        start += note.seconds


def test_the_two_phrases_differ() -> None:
    assert {note.hertz for note in NOTES} != {note.hertz for note in ANSWER}


def test_the_phrase_begins_and_ends_without_a_click() -> None:
    sound = sing(NOTES).astype(int)
    assert np.abs(np.diff(sound)).max() < 0.25 * np.iinfo(np.int16).max
    assert abs(sound[0]) < 10
    assert not sound[-SAMPLE_RATE:].any()


async def test_the_greeting_repeats_at_its_own_pace() -> None:
    sound = np.arange(1, 1001, dtype=np.int16)
    track = GreetingTrack(sound)
    begun = time.monotonic()

    frames = [await track.recv() for _ in range(6)]

    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert 0.09 < time.monotonic() - begun < 1
    assert (heard == np.resize(sound, heard.size)).all()
    assert [frame.pts for frame in frames] == [0, 960, 1920, 2880, 3840, 4800]


def test_each_ticket_has_its_own_picture() -> None:
    one, other = (Picture(ticket, "Simulated", look="consultant") for ticket in ("B-042", "B-043"))
    difference = np.abs(one.planes(0)[:HEIGHT].astype(int) - other.planes(0)[:HEIGHT])
    assert 300 < (difference > 60).sum() < WIDTH * HEIGHT / 20


def test_looks_differ() -> None:
    one, other = (Picture("B-042", "Simulated", look=look) for look in ("consultant", "visitor"))
    assert np.abs(one.planes(0).astype(int) - other.planes(0)).mean() > 3


def test_a_long_ticket_stays_inside() -> None:
    edge = Picture("ABCDEF-123456", "Simulated", look="visitor").planes(0)[:HEIGHT, -8:]
    assert (edge == edge[0, 0]).all()


def test_only_a_small_part_moves() -> None:
    picture = Picture("B-042", "Simulated", look="consultant")
    moved = picture.planes(0)[:HEIGHT] != picture.planes(FRAMES_PER_SECOND)[:HEIGHT]
    rows = np.flatnonzero(moved.any(axis=1))
    assert moved.sum() > 100
    assert rows.min() > HEIGHT * 0.75


async def test_a_late_reader_of_the_picture_gets_no_burst() -> None:
    track = PictureTrack(Picture("B-042", "Simulated", look="consultant"))
    first = await track.recv()
    time.sleep(0.5)  # noqa: ASYNC251 - the whole process stands still, that is the point

    second = await track.recv()

    assert first.pts is not None
    assert second.pts is not None
    assert second.pts - first.pts >= 90_000 * 0.4
    begun = asyncio.get_running_loop().time()
    await track.recv()
    await track.recv()
    assert asyncio.get_running_loop().time() - begun > 0.06
