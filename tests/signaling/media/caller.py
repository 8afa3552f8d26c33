"""A page that calls the probe, in Python: a camera, a room in which the tone sounds, a channel."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import numpy as np
from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from signaling.media.picture import PictureTrack
from signaling.media.probe_words import CHANNEL, PIECE, Report
from signaling.media.signals import FRAME_SAMPLES, GRID, SAMPLE_RATE
from signaling.tasks import OwnedTasks
from tests.signaling.media.listening import Ear

_SECONDS = 10


class Room(MediaStreamTrack):
    """A microphone in the room of the loudspeaker: it hears what arrives, or nothing."""

    kind = "audio"

    def __init__(self, *, deaf: bool = False) -> None:
        super().__init__()
        self._heard: asyncio.Queue[AudioFrame] = asyncio.Queue(50)
        self._deaf = deaf
        self._sent = 0

    def sound(self, frame: AudioFrame) -> None:
        """The loudspeaker plays this."""
        if not self._deaf and not self._heard.full():
            self._heard.put_nowait(frame)

    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        samples = np.zeros(FRAME_SAMPLES, np.int16)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FRAME_SAMPLES / SAMPLE_RATE):
                frame = await self._heard.get()
                samples = (frame.to_ndarray()[0, ::2] // 8).astype(np.int16)
        made = AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        made.sample_rate, made.pts = SAMPLE_RATE, self._sent
        self._sent += FRAME_SAMPLES
        return made


class DarkTrack(PictureTrack):
    """A camera with its lens covered."""

    async def recv(self) -> VideoFrame:
        frame = await super().recv()
        black = np.full((frame.height * 3 // 2, frame.width), 128, np.uint8)
        black[: frame.height] = 16
        dark = VideoFrame.from_ndarray(black, format="yuv420p")
        dark.pts, dark.time_base = frame.pts, frame.time_base
        return dark


class Caller:
    """One page."""

    def __init__(self, camera: MediaStreamTrack | None, room: Room | None) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.channel: RTCDataChannel = self.connection.createDataChannel(CHANNEL)
        self.open = asyncio.Event()
        self.ear = Ear()
        self.bytes = 0
        self._room = room
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue(100)
        self._tasks = OwnedTasks()
        for track in (camera, room):
            if track is not None:
                self.connection.addTrack(track)
        self.channel.on("open", self.open.set)
        self.channel.on("message", self._hear)
        self.connection.on("track", lambda track: self._tasks.start(self._read(track), "read"))

    @contextlib.asynccontextmanager
    async def calling(self) -> AsyncIterator[str]:
        """The offer; give the answer to `connect`."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        try:
            yield self.connection.localDescription.sdp
        finally:
            await self.connection.close()
            await self._tasks.stop()

    async def connect(self, answer: str) -> None:
        """Return once the channel stands."""
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(_SECONDS):
            await self.open.wait()

    async def ask(self, **request: object) -> dict[str, Any]:
        """What the probe answers."""
        self.channel.send(msgspec.json.encode(request).decode())
        async with asyncio.timeout(_SECONDS):
            return await self._said.get()

    async def report(self) -> Report:
        return msgspec.convert(await self.ask(do="report"), Report)

    def burst(self, size: int) -> None:
        for _ in range(size // PIECE):
            self.channel.send(bytes(PIECE))

    def picture_code(self) -> int | None:
        """The code in the last picture that arrived."""
        if self.ear.picture is None:
            return None
        rows, columns = self.ear.picture.shape
        luma = self.ear.picture[: rows * 2 // 3]
        across, down = columns // GRID, luma.shape[0] // GRID
        quarters = luma.reshape(GRID, down, GRID, across)[:, 4:9, :, 4:9].mean(axis=(1, 3)).ravel()
        return sum(1 << each for each, bright in enumerate(quarters) if bright > 128)

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.bytes += len(message)
        else:
            self._said.put_nowait(msgspec.json.decode(message))

    async def _read(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame | VideoFrame)
                self.ear(frame)
                if self._room is not None and isinstance(frame, AudioFrame):
                    self._room.sound(frame)
