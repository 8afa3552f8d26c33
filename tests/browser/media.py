"""What a person's camera and microphone give in a test: a picture and a tone nobody else has.

The picture is a grid of eight cells, each in one of four colours, that spells a number. The cells
are so large and the colours so far apart that any codec keeps them. The tone comes in short beeps:
a steady one would be taken for noise and suppressed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

COLUMNS, ROWS = 4, 2
COLOURS = ((16, 128, 128), (235, 128, 128), (81, 90, 240), (41, 240, 110))
"""Black, white, red, blue as Y, Cb, Cr; a cell holds the index of one of them."""

_RATE = 48_000
_BEEP_SECONDS, _PAUSE_SECONDS = 0.4, 0.1


@dataclass(frozen=True)
class Appearance:
    """By what one person is told from all others."""

    code: int
    """0 to 65535, shown by the picture."""
    frequency: int
    """Hertz of the tone."""


VISITOR = Appearance(code=0x1E4B, frequency=620)
SECOND_VISITOR = Appearance(code=0x4D2E, frequency=880)
CONSULTANT = Appearance(code=0xB127, frequency=1480)
INTERPRETER = Appearance(code=0x72D8, frequency=2200)


def cells(code: int) -> list[int]:
    """The colour of each cell, row by row."""
    return [(code >> (2 * index)) & 3 for index in range(COLUMNS * ROWS)]


def write_picture(
    path: Path,
    code: int,
    *,
    width: int = 640,
    height: int = 360,
    rate: int = 20,
    frames: int = 10,
    grain: int = 0,
) -> Path:
    """A Y4M file for Chromium's ``--use-file-for-fake-video-capture``, played in a loop.

    Args:
        path: Where to write it.
        code: What it spells.
        width: Pixels.
        height: Pixels.
        rate: Pictures a second.
        frames: How many pictures before it begins anew; of one alone all are the same.
        grain: How far points are off their colour, differently in each picture: what makes a
            picture as costly to send as that of a real room. Of 255.
    """
    colours = np.array(COLOURS, dtype=np.uint8)
    grid = colours[np.array(cells(code)).reshape(ROWS, COLUMNS)]
    whole = grid.repeat(height // ROWS, axis=0).repeat(width // COLUMNS, axis=1)
    noise = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(frames):
            luma = whole[:, :, 0].copy()
            # A thin line that moves, as nothing a camera sees stands quite still.
            row = height * number // frames
            luma[row : row + 2, :] = 128
            if grain:
                off = noise.integers(-grain, grain + 1, luma.shape)
                luma = np.clip(luma + off, 16, 235).astype(np.uint8)
            file.write(b"FRAME\n" + luma.tobytes())
            for plane in (1, 2):
                file.write(_halved(whole[:, :, plane]).tobytes())
    return path


def write_portrait(path: Path, background: str, *, width: int = 1280, height: int = 720) -> Path:
    """Somebody in front of a wall, drawn with a few shapes: for pictures that people look at."""
    image = Image.new("RGB", (width, height), background)
    draw = ImageDraw.Draw(image)
    middle, unit = width // 2, height // 12
    for box, colour in (
        ((middle - 4 * unit, 8 * unit, middle + 4 * unit, 17 * unit), "#2b3a55"),
        ((middle - unit, 6 * unit, middle + unit, 9 * unit), "#d9a27e"),
        ((middle - 2.3 * unit, 1.6 * unit, middle + 2.3 * unit, 7 * unit), "#4a3326"),
        ((middle - 2 * unit, 2.4 * unit, middle + 2 * unit, 7.6 * unit), "#e3b08c"),
    ):
        draw.ellipse(box, fill=colour)
    planes = np.asarray(image.convert("YCbCr"))
    noise = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(3):
            # As of a sensor: a picture without any is that of a camera that stands still.
            luma = np.clip(planes[:, :, 0] + noise.integers(-1, 2, (height, width)), 0, 255)
            file.write(b"FRAME\n" + luma.astype(np.uint8).tobytes())
            for plane in (1, 2):
                file.write(_halved(planes[:, :, plane]).tobytes())
    return path


def write_darkness(path: Path, *, width: int = 640, height: int = 360) -> Path:
    """What a camera gives whose lens is covered: black with the noise of its sensor."""
    noise = np.random.default_rng(7)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(5):
            luma = noise.integers(0, 6, (height, width), dtype=np.uint8)
            chroma = np.full((height // 2, width // 2), 128, dtype=np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + 2 * chroma.tobytes())
    return path


def write_silence(path: Path) -> Path:
    """What a microphone gives that is switched off at the device: no noise, nothing."""
    return _write_sound(path, np.zeros(2 * _RATE))


def _halved(plane: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(plane[::2, ::2])


def write_tone(path: Path, frequency: int) -> Path:
    """A WAV file of two seconds for ``--use-file-for-fake-audio-capture``, played in a loop."""
    beep = np.sin(2 * np.pi * frequency * np.arange(int(_BEEP_SECONDS * _RATE)) / _RATE)
    pause = np.zeros(int(_PAUSE_SECONDS * _RATE))
    times = round(2 / (_BEEP_SECONDS + _PAUSE_SECONDS))
    return _write_sound(path, np.tile(np.concatenate([beep, pause]), times) * 0.5)


def _write_sound(path: Path, wave: npt.NDArray[np.float64]) -> Path:
    samples = (wave * 32767).astype("<i2").tobytes()
    head = struct.pack("<4sI4s", b"RIFF", 36 + len(samples), b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE, 2 * _RATE, 2, 16)
    path.write_bytes(head + form + struct.pack("<4sI", b"data", len(samples)) + samples)
    return path
