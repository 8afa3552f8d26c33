"""What a listener makes of sound that arrived."""

from __future__ import annotations

import numpy as np
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from signaling.media.greeting import SAMPLE_RATE, Note

Samples = NDArray[np.int16]

_LOWEST, _HIGHEST = 180, 600


def fundamental(samples: Samples) -> float:
    """The strongest frequency in the range of the sung notes, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), 8 * samples.size))
    hertz = np.fft.rfftfreq(8 * samples.size, 1 / SAMPLE_RATE)
    heard = (hertz > _LOWEST) & (hertz < _HIGHEST)
    return float(hertz[heard][spectrum[heard].argmax()])


def notes_heard(samples: Samples, notes: tuple[Note, ...]) -> list[float]:
    """Those of the notes that sound somewhere for a quarter of a second, in order."""
    window = SAMPLE_RATE // 4
    heard: list[float] = []
    for start in range(0, samples.size - window, window // 5):
        part = samples[start : start + window]
        if np.abs(part).max() < np.iinfo(np.int16).max / 50:
            continue
        pitch = fundamental(part)
        for note in notes:
            if abs(pitch / note.hertz - 1) < 0.015 and heard[-1:] != [note.hertz]:
                heard.append(note.hertz)
    return heard


class Ear:
    """Keeps what arrives: the sound, and the last picture."""

    def __init__(self) -> None:
        self._parts: list[Samples] = []
        self.picture: NDArray[np.uint8] | None = None

    def __call__(self, frame: AudioFrame | VideoFrame) -> None:
        if isinstance(frame, VideoFrame):
            self.picture = frame.to_ndarray(format="yuv420p").astype(np.uint8)
            return
        channels = len(frame.layout.channels)
        self._parts.append(frame.to_ndarray().reshape(-1, channels)[:, 0].astype(np.int16))

    def sound(self) -> Samples:
        return np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)
