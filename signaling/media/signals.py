"""What the probe sends: a picture and a tone that carry the code of one call.

Whoever receives them can tell this call's from any other's, and from silence, noise or a frozen
picture. The picture is encoded before it is sent, so that showing it costs next to nothing.
"""

from __future__ import annotations

import asyncio
import fractions
import random

import msgspec
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
FRAME_SAMPLES = SAMPLE_RATE // 50
"""20 ms, what Opus is sent in."""

HERTZ = (900, 1150, 1400, 1650, 1900, 2150)
"""Of the tone's symbols: in the middle of what small loudspeakers and handsets can do, and none a
multiple of another."""
SYMBOLS = 4
SYMBOL_SECONDS = 0.16
_LEAD_SECONDS = 0.2
"""Silence before the tone, in which the receiver's buffer settles."""
_TAIL_SECONDS = 0.2
_EDGE_SECONDS = 0.015
"""In which a symbol swells and fades, so that it does not click."""
_LOUDNESS = 0.25
_LATEST_SECONDS = 0.2

GRID = 4
"""The picture is so many squares wide and high, dark or bright: a bit each, row by row."""
WIDTH, HEIGHT = 160, 120
FRAMES_PER_SECOND = 10
_DARK, _BRIGHT, _GREY = 16, 235, 128
_MARK = 8
"""Half the side of the mark in the middle that blinks, so that the picture is seen to move."""
_BITS_PER_SECOND = 200_000

Samples = NDArray[np.float32]
"""One channel, -1 to 1."""


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What tells one call's picture and tone from another's."""

    picture: int
    """A bit for each square, the first the lowest."""
    tone: list[int]
    """Indexes into `HERTZ`; neighbours always differ."""


def new_code(dice: random.Random) -> Code:
    """A code nobody could guess from the last one."""
    tone = [dice.randrange(len(HERTZ))]
    while len(tone) < SYMBOLS:
        step = dice.randrange(1, len(HERTZ))
        tone.append((tone[-1] + step) % len(HERTZ))
    return Code(picture=dice.getrandbits(GRID * GRID), tone=tone)


def paint(code: int, *, marked: bool) -> VideoFrame:
    """The picture of that code, with or without the mark in its middle."""
    bits = [(code >> each) & 1 for each in range(GRID * GRID)]
    squares = np.array([_BRIGHT if bit else _DARK for bit in bits], np.uint8).reshape(GRID, GRID)
    luma = np.kron(squares, np.ones((HEIGHT // GRID, WIDTH // GRID), np.uint8))
    middle = np.s_[
        HEIGHT // 2 - _MARK : HEIGHT // 2 + _MARK, WIDTH // 2 - _MARK : WIDTH // 2 + _MARK
    ]
    luma[middle] = _BRIGHT if marked else _DARK
    chroma = np.full((HEIGHT // 2, WIDTH), _GREY, np.uint8)
    return VideoFrame.from_ndarray(np.concatenate([luma, chroma]), format="yuv420p")


def encode(code: int) -> tuple[bytes, bytes]:
    """The picture of that code as two VP8 key frames, without and with the mark."""
    encoder = VideoCodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base = fractions.Fraction(1, FRAMES_PER_SECOND)
    encoder.bit_rate = _BITS_PER_SECOND
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "g": "1", "lag-in-frames": "0"}
    packets = []
    for index, marked in enumerate((False, True)):
        frame = paint(code, marked=marked)
        frame.pts, frame.time_base = index, encoder.time_base
        packets += encoder.encode(frame)
    plain, with_mark = (bytes(packet) for packet in [*packets, *encoder.encode(None)])
    return plain, with_mark


def sound(tone: list[int]) -> Samples:
    """The tone of that code, with the silence before and after it."""
    time = np.arange(round(SYMBOL_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    edge = np.minimum(time, time[::-1]) / _EDGE_SECONDS
    swell = _LOUDNESS * np.minimum(1, edge)
    symbols = [swell * np.sin(2 * np.pi * HERTZ[each] * time) for each in tone]
    lead, tail = (np.zeros(round(each * SAMPLE_RATE)) for each in (_LEAD_SECONDS, _TAIL_SECONDS))
    return np.concatenate([lead, *symbols, tail]).astype(np.float32)


class CodedPictureTrack(MediaStreamTrack):
    """The coded picture; each frame stands for itself, so that none that is lost matters."""

    kind = "video"

    def __init__(self, code: int) -> None:
        super().__init__()
        self._frames = encode(code)
        self._started: float | None = None
        self._next = 0

    async def recv(self) -> Packet[Stream]:
        """The next frame, when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if self._started is None:
            self._started = now
        elapsed = now - self._started
        self._next = max(self._next, int(elapsed * FRAMES_PER_SECOND))
        await asyncio.sleep(max(0, self._next / FRAMES_PER_SECOND - elapsed))
        packet = Packet(self._frames[self._next % len(self._frames)])
        packet.pts = self._next
        packet.time_base = fractions.Fraction(1, FRAMES_PER_SECOND)
        self._next += 1
        return packet


class ToneTrack(MediaStreamTrack):
    """The tone each time it is asked for; in between nothing at all is sent."""

    kind = "audio"

    def __init__(self, tone: list[int]) -> None:
        super().__init__()
        self._sound = (sound(tone) * np.iinfo(np.int16).max).astype(np.int16)
        self._wanted = asyncio.Event()
        self._at = 0
        self._sent = 0
        self._due = 0.0

    def play(self) -> None:
        """Begin, or begin again."""
        self._at = 0
        self._due = 0.0
        self._wanted.set()

    async def recv(self) -> AudioFrame:
        """The next 20 ms, when their time has come."""
        await self._wanted.wait()
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        if now - self._due > _LATEST_SECONDS:  # it begins, or the process stood still
            self._sent += round((now - self._due) * SAMPLE_RATE) if self._due else 0
            self._due = now
        await asyncio.sleep(max(0, self._due - now))
        piece = self._sound[self._at : self._at + FRAME_SAMPLES]
        whole = np.zeros(FRAME_SAMPLES, np.int16)
        whole[: len(piece)] = piece
        frame = AudioFrame.from_ndarray(whole[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._sent
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        self._at += FRAME_SAMPLES
        self._sent += FRAME_SAMPLES
        self._due += FRAME_SAMPLES / SAMPLE_RATE
        if self._at >= len(self._sound):
            self._wanted.clear()
        return frame

    def stop(self) -> None:
        super().stop()
        self._wanted.set()
