"""The picture of a simulated person: who it is, whose ticket this is, and that it moves.

Everything still is drawn once; a frame costs one copy and a small patch. Pages cut a picture to
their shape, so what matters stands in the middle: half of the width and two thirds of the height.
"""

from __future__ import annotations

import asyncio
import fractions
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 360
FRAMES_PER_SECOND = 15
SWING_SECONDS = 4
"""The dot under the person goes there and back in this time."""

Fonts = Sequence[Path]
"""Font files, asked in turn for each letter; after them Pillow's own, which has Latin only."""

Look = Literal["consultant", "visitor"]

_PALETTES: dict[Look, tuple[str, str, str]] = {
    # wall, clothes, dot
    "consultant": ("#dfe9ec", "#22577a", "#ffb347"),
    "visitor": ("#efe7dc", "#6b4f7a", "#7fd8a4"),
}
_SKIN, _SHADE, _INK, _CHALK = "#e6b996", "#cf9f7c", "#1c2b33", "#ffffff"
_CLOCK_RATE = 90_000
_DOT = 16
_RAIL_Y = 296
_RAIL_LEFT, _RAIL_RIGHT = 214, 426
_FINENESS = 2  # drawn larger, then reduced: smooth edges


class Picture:
    """What is still, drawn once, and the frames made from it."""

    def __init__(self, ticket: str, caption: str, *, look: Look, fonts: Fonts = ()) -> None:
        """Draw.

        Args:
            ticket: Shown large, such as ``B-042``.
            caption: Shown below it; says that this person is simulated.
            look: Colours.
            fonts: Where the letters come from.
        """
        wall, clothes, dot = _PALETTES[look]
        canvas = Image.new("RGB", (WIDTH * _FINENESS, HEIGHT * _FINENESS), wall)
        draw = ImageDraw.Draw(canvas)
        _draw_person(draw, clothes)
        letters = _Letters(fonts)
        letters.draw(draw, ticket, middle=(320, 226), size=64, width=260)
        letters.draw(draw, caption, middle=(320, 270), size=22, width=260)
        _draw_rail(draw)
        self._still = _planes(canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))
        self._dot = _dot_planes(dot)

    def planes(self, index: int) -> NDArray[np.uint8]:
        """Frame number `index` as the rows of its Y, U and V planes (yuv420p)."""
        planes = self._still.copy()
        swing = 0.5 - 0.5 * math.cos(2 * math.pi * index / (SWING_SECONDS * FRAMES_PER_SECOND))
        left = _RAIL_LEFT + round((_RAIL_RIGHT - _RAIL_LEFT - _DOT) * swing / 2) * 2
        top = _RAIL_Y - _DOT // 2
        _blend(planes[:HEIGHT], top, left, self._dot[0])
        chroma = planes[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2)
        for plane, patch in zip(chroma, self._dot[1:], strict=True):
            _blend(plane, top // 2, left // 2, patch)
        return planes

    def frame(self, index: int) -> VideoFrame:
        """Frame number `index`, with its time."""
        frame = VideoFrame.from_ndarray(self.planes(index), format="yuv420p")
        frame.pts = index * _CLOCK_RATE // FRAMES_PER_SECOND
        frame.time_base = fractions.Fraction(1, _CLOCK_RATE)
        return frame


class PictureTrack(MediaStreamTrack):
    """A picture in motion, at its own pace; a late reader skips frames and gets no burst."""

    kind = "video"

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self._picture = picture
        self._started: float | None = None
        self._next = 0

    async def recv(self) -> VideoFrame:
        """The next frame, when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if self._started is None:
            self._started = now
        elapsed = now - self._started
        self._next = max(self._next, int(elapsed * FRAMES_PER_SECOND))
        await asyncio.sleep(max(0, self._next / FRAMES_PER_SECOND - elapsed))
        frame = self._picture.frame(self._next)
        self._next += 1
        return frame


class _Letters:
    """Text drawn from the first font that has each letter."""

    def __init__(self, fonts: Fonts) -> None:
        self._files = tuple(fonts)

    def draw(
        self,
        draw: ImageDraw.ImageDraw,
        text: str,
        *,
        middle: tuple[int, int],
        size: int,
        width: int,
    ) -> None:
        """Draw centred on `middle`, smaller where `width` would be exceeded."""
        pieces = self._pieces(text, size * _FINENESS)
        length = sum(font.getlength(letter) for letter, font in pieces)
        if length > width * _FINENESS:
            size = int(size * width * _FINENESS / length)
            pieces = self._pieces(text, size * _FINENESS)
            length = sum(font.getlength(letter) for letter, font in pieces)
        x = middle[0] * _FINENESS - length / 2
        for letter, font in pieces:
            draw.text((x, middle[1] * _FINENESS), letter, fill=_CHALK, font=font, anchor="lm")
            x += font.getlength(letter)

    def _pieces(self, text: str, size: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        fonts = [ImageFont.truetype(str(file), size) for file in self._files]
        own = ImageFont.load_default(size)
        if isinstance(own, ImageFont.FreeTypeFont):
            fonts.append(own)
        return [
            (letter, next((font for font in fonts if _has(font, letter)), fonts[-1]))
            for letter in text
        ]


def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    missing = font.getmask("\uffff")
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(missing)


def _draw_person(draw: ImageDraw.ImageDraw, clothes: str) -> None:
    def scaled(*box: int) -> list[int]:
        return [edge * _FINENESS for edge in box]

    draw.rounded_rectangle(scaled(160, 174, 480, 480), radius=84 * _FINENESS, fill=clothes)
    draw.rounded_rectangle(scaled(296, 140, 344, 192), radius=22 * _FINENESS, fill=_SHADE)
    draw.ellipse(scaled(267, 36, 373, 142), fill=_INK)
    draw.ellipse(scaled(273, 56, 367, 170), fill=_SKIN)
    draw.chord(scaled(269, 38, 371, 140), 200, 340, fill=_INK)
    for eye in (301, 339):
        draw.ellipse(scaled(eye - 4, 108, eye + 4, 117), fill=_INK)
    draw.arc(scaled(302, 120, 338, 150), 25, 155, fill=_INK, width=3 * _FINENESS)


def _draw_rail(draw: ImageDraw.ImageDraw) -> None:
    ends = [_RAIL_LEFT * _FINENESS, _RAIL_Y * _FINENESS, _RAIL_RIGHT * _FINENESS]
    draw.line([ends[0], ends[1], ends[2], ends[1]], fill=_CHALK, width=2 * _FINENESS)


def _planes(image: Image.Image) -> NDArray[np.uint8]:
    frame = VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
    return frame.reformat(format="yuv420p").to_ndarray().astype(np.uint8)


_Patch = tuple[NDArray[np.float32], float]
"""How much of the patch covers each pixel, and its value there."""


def _dot_planes(colour: str) -> tuple[_Patch, _Patch, _Patch]:
    sample = _planes(Image.new("RGB", (4, 4), colour)).ravel()  # 16 Y, 4 U, 4 V
    y, u, v = int(sample[0]), int(sample[16]), int(sample[20])
    cover = Image.new("L", (_DOT * 4, _DOT * 4))
    ImageDraw.Draw(cover).ellipse((0, 0, _DOT * 4 - 1, _DOT * 4 - 1), fill=255)

    def at(size: int) -> NDArray[np.float32]:
        return np.asarray(cover.resize((size, size)), dtype=np.float32) / np.float32(255)

    return (at(_DOT), y), (at(_DOT // 2), u), (at(_DOT // 2), v)


def _blend(plane: NDArray[np.uint8], top: int, left: int, patch: _Patch) -> None:
    cover, value = patch
    part = plane[top : top + cover.shape[0], left : left + cover.shape[1]]
    part[:] = part * (1 - cover) + value * cover
