"""A sung greeting: a short phrase of four notes, made by adding harmonics under vowel formants.

The notes are fixed and known (`NOTES`), so that whoever receives the sound can tell by its
fundamental frequencies that it is this one and that it arrived whole.
"""

from __future__ import annotations

import asyncio
import fractions
import math
from typing import NamedTuple

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
FRAME_SAMPLES = SAMPLE_RATE // 50
"""20 ms, what Opus is sent in."""


class Note(NamedTuple):
    """One sung note."""

    hertz: float
    """Fundamental frequency, equal temperament on A4 = 440 Hz."""
    seconds: float
    vowel: str


NOTES = (
    Note(261.63, 0.42, "o"),  # C4
    Note(329.63, 0.42, "a"),  # E4
    Note(392.00, 0.42, "o"),  # G4
    Note(523.25, 1.10, "a"),  # C5
)
"""The phrase of a consultant: a rising chord."""

ANSWER = (
    Note(392.00, 0.42, "a"),  # G4
    Note(329.63, 0.42, "o"),  # E4
    Note(293.66, 0.90, "a"),  # D4
)
"""The phrase of a visitor: other notes, so that nobody can take an echo for an answer."""

PAUSE_SECONDS = 2.5
"""Silence after the phrase, before it is sung again."""

_FORMANTS: dict[str, tuple[tuple[float, float, float], ...]] = {
    # centre (Hz), width (Hz), strength; an adult singing voice
    "a": ((700, 130, 1.0), (1150, 150, 0.5), (2600, 250, 0.12)),
    "o": ((430, 110, 1.0), (820, 130, 0.45), (2500, 250, 0.08)),
}
_HARMONICS = 16
_FUNDAMENTAL_FLOOR = 0.7
_VIBRATO_HERTZ, _VIBRATO_DEPTH = 5.2, 0.004
_GLIDE_SECONDS = 0.05
_ATTACK_SECONDS, _RELEASE_SECONDS = 0.06, 0.25
_PEAK = 0.35
_LATEST_SECONDS = 0.2

Sound = NDArray[np.int16]


def sing(notes: tuple[Note, ...]) -> Sound:
    """The phrase and the pause after it as samples at `SAMPLE_RATE`, ready to be repeated."""
    lengths = [round(note.seconds * SAMPLE_RATE) for note in notes]
    total = sum(lengths)
    time = np.arange(total) / SAMPLE_RATE
    hertz = _smooth(np.repeat([note.hertz for note in notes], lengths))
    hertz *= 1 + _VIBRATO_DEPTH * np.sin(2 * np.pi * _VIBRATO_HERTZ * time)
    phase = 2 * np.pi * np.cumsum(hertz) / SAMPLE_RATE
    voice = np.zeros(total)
    for harmonic in range(1, _HARMONICS + 1):
        strengths = [_strength(harmonic, note) for note in notes]
        voice += _smooth(np.repeat(strengths, lengths)) * np.sin(harmonic * phase)
    voice *= np.minimum(1, time / _ATTACK_SECONDS)
    voice *= np.minimum(1, (time[-1] - time) / _RELEASE_SECONDS)
    voice *= _PEAK * np.iinfo(np.int16).max / np.abs(voice).max()
    return np.concatenate([voice, np.zeros(round(PAUSE_SECONDS * SAMPLE_RATE))]).astype(np.int16)


class GreetingTrack(MediaStreamTrack):
    """The greeting, over and over; begins with the first note when it is first asked."""

    kind = "audio"

    def __init__(self, sound: Sound) -> None:
        super().__init__()
        self._sound = sound
        self._started: float | None = None
        self._sent = 0

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when their time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if self._started is None:
            self._started = now
        early = self._started + self._sent / SAMPLE_RATE - now
        if early < -_LATEST_SECONDS:  # the process stood still: go on from here, without a burst
            self._started -= early
        await asyncio.sleep(max(0, early))
        where = np.arange(self._sent, self._sent + FRAME_SAMPLES)
        samples = np.take(self._sound, where, mode="wrap")
        frame = AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._sent
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        self._sent += FRAME_SAMPLES
        return frame


def _strength(harmonic: int, note: Note) -> float:
    """How loud this harmonic is under the vowel's formants; higher ones fall off as voices do."""
    hertz = harmonic * note.hertz
    shape = sum(
        strength / (1 + ((hertz - centre) / width) ** 2)
        for centre, width, strength in _FORMANTS[note.vowel]
    )
    if harmonic == 1:  # heard as the note whatever the vowel
        return max(shape, _FUNDAMENTAL_FLOOR)
    return shape / math.sqrt(harmonic)


def _smooth(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same course with a glide of `_GLIDE_SECONDS` instead of each step."""
    width = round(_GLIDE_SECONDS * SAMPLE_RATE)
    padded = np.pad(steps, (width // 2, width - width // 2), mode="edge")
    sums = np.cumsum(padded)
    return (sums[width:] - sums[:-width]) / width
