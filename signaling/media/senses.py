"""What the probe makes of the sound and the picture it is sent. Pure, but for what it has heard."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from signaling.media.signals import HERTZ, SAMPLE_RATE, Samples

SILENCE_DB = -100.0
"""Level of nothing at all, decibels below full scale."""

_WINDOW = round(0.04 * SAMPLE_RATE)
"""Two of the sound's frames: 25 Hz apart, a tenth of what lies between two symbols."""
_STEP = _WINDOW // 2
_STANDS_OUT = 0.35
"""Share of a window's energy that one symbol must have; speech and noise spread over them all."""
_AUDIBLE_DB = -70.0
"""Below this a window is not looked at."""
_RUN = 3
"""Windows in a row that must agree."""


class Ear:
    """Listens for the tone and to how loud it is, 20 ms at a time."""

    def __init__(self) -> None:
        self.loudest_db = SILENCE_DB
        """The loudest 20 ms so far."""
        self._rest = np.zeros(0, np.float32)
        self._last: int | None = None
        self._run = 0
        self._heard: list[int] = []

    def hear(self, samples: Samples) -> None:
        """The next piece of sound, of one channel."""
        if not len(samples):
            return
        self.loudest_db = max(self.loudest_db, level_db(samples))
        sound = np.concatenate([self._rest, samples])
        while len(sound) >= _WINDOW:
            self._look_at(sound[:_WINDOW])
            sound = sound[_STEP:]
        self._rest = sound

    def share(self, tone: list[int]) -> float:
        """How much of the tone was heard in its order, 0 to 1."""
        return common(self._heard, tone) / len(tone)

    def _look_at(self, window: Samples) -> None:
        symbol = symbol_in(window)
        self._run = self._run + 1 if symbol == self._last else 1
        self._last = symbol
        if symbol is not None and self._run == _RUN:
            self._heard.append(symbol)


def level_db(samples: Samples) -> float:
    """Loudness, decibels below full scale; `SILENCE_DB` for nothing."""
    energy = float(np.mean(np.square(samples)))
    return max(SILENCE_DB, 10 * math.log10(energy)) if energy > 0 else SILENCE_DB


def symbol_in(window: Samples) -> int | None:
    """The one symbol that fills this window of sound, or None.

    The power at each of the frequencies is what Goertzel's algorithm gives.
    """
    if level_db(window) < _AUDIBLE_DB:
        return None
    shaped = window * np.hanning(len(window))
    time = np.arange(len(window)) / SAMPLE_RATE
    powers = [abs(np.dot(shaped, np.exp(-2j * np.pi * hertz * time))) ** 2 for hertz in HERTZ]
    # A pure tone of that frequency would have this: Parseval, for the shape of the window.
    whole = float(np.sum(np.square(shaped))) * len(window) / 3
    best = int(np.argmax(powers))
    return best if powers[best] > _STANDS_OUT * whole else None


def common(heard: list[int], wanted: list[int]) -> int:
    """Length of the longest sequence that both hold in this order."""
    row = [0] * (len(wanted) + 1)
    for each in heard:
        before = row[:]
        for at, symbol in enumerate(wanted):
            row[at + 1] = before[at] + 1 if each == symbol else max(row[at], before[at + 1])
    return row[-1]


class Eye:
    """Counts pictures and sees how bright they are.

    Whether they change is for the page to say, which sees them as the camera gives them: coding
    smooths away the noise that tells a living camera from a frozen one, and adds its own changes.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.brightness = 0.0
        """Mean of the last picture, 0 to 255."""

    def see(self, luma: NDArray[np.uint8]) -> None:
        """The brightness of the next picture, pixel by pixel."""
        self.seen += 1
        self.brightness = float(luma.mean())
