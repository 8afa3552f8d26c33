"""One call of a page to itself: the probe is the other end, and nobody is there.

The page makes the offer, whole with its candidates, and a data channel in it. The probe shows it a
coded picture, plays it a coded tone when asked, looks at and listens to what the page sends, and
measures the network with it. A call without sound and picture is for its data channel alone.
"""

from __future__ import annotations

import asyncio
import contextlib

import msgspec
import numpy as np
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.stats import RTCReceivedRtpStreamStats
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from signaling.media.probe_words import (
    CHANNEL,
    MOST_TEXT,
    PIECE,
    Echo,
    Echoed,
    Fill,
    Filled,
    GetReport,
    PlayTone,
    Refused,
    Report,
    Said,
    asked,
)
from signaling.media.senses import Ear, Eye
from signaling.media.signals import Code, CodedPictureTrack, Samples, ToneTrack
from signaling.tasks import OwnedTasks

MOST_RECEIVED = 1024 * 1024
"""Bytes of a page's burst, after which the call is ended."""
MOST_FAULTS = 10
"""Texts that are not understood, after which the call is ended."""
_FILL_SECONDS = 2.5
_BUFFERED = 4 * PIECE
"""Bytes that are given to the data channel before some of them are out."""
_CLOSE_SECONDS = 1.0
_CODEC = "video/VP8"
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What aiortc's parser raises on text that is no SDP."""


class OfferError(Exception):
    """The page's offer cannot be answered."""


class ProbeCall:
    """One call, from its offer to `close`; whoever has made it ends it after a while."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.over = asyncio.Event()
        """Set when the page has gone, or did what no page of ours does."""
        self._picture = CodedPictureTrack(code.picture)
        self._tone = ToneTrack(code.tone)
        self._eye, self._ear = Eye(), Ear()
        self._samples = 0
        self._received, self._faults = 0, 0
        self._first_at = self._last_at = 0.0
        self._tasks = OwnedTasks()
        self._connection = RTCPeerConnection(
            # No servers: pages come to us, through TURN when they must.
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.BALANCED)
        )
        self._connection.on("track", self._drain)
        self._connection.on("datachannel", self._talk)
        self._connection.on("connectionstatechange", self._look)

    async def answer(self, offer: str) -> str:
        """The SDP of the answer, whole with our candidates.

        Raises:
            OfferError: it is no offer that aiortc can answer.
        """
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            self._put_on()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (*_MALFORMED, InvalidAccessError, InvalidStateError, OperationError) as fault:
            raise OfferError(repr(fault)) from fault
        return self._connection.localDescription.sdp

    async def report(self) -> Report:
        """What arrived so far."""
        lost = received = 0
        jitter = 0.0
        for receiver in self._connection.getReceivers():
            for stats in (await receiver.getStats()).values():
                if isinstance(stats, RTCReceivedRtpStreamStats) and stats.type == "inbound-rtp":
                    lost += max(0, stats.packetsLost)
                    received += stats.packetsReceived
                    if stats.kind == "audio":
                        jitter = stats.jitter / 48  # in units of the clock: 48 a millisecond
        return Report(
            pictures=self._eye.seen,
            brightness=round(self._eye.brightness, 1),
            sound_seconds=round(self._samples / 48_000, 2),
            loudest_db=round(self._ear.loudest_db, 1),
            heard=self._ear.share(self.code.tone),
            loss=round(lost / (lost + received), 4) if lost + received else 0.0,
            jitter_ms=round(jitter, 2),
            received=self._received,
            receiving_seconds=round(self._last_at - self._first_at, 3),
        )

    async def close(self) -> None:
        """Let go of everything; a process with open aiortc peers does not end."""
        self._connection.remove_all_listeners()
        self._tone.stop()
        self._picture.stop()
        await asyncio.wait(
            {asyncio.ensure_future(self._connection.close())}, timeout=_CLOSE_SECONDS
        )
        await self._tasks.stop()

    def _look(self) -> None:
        if self._connection.connectionState in {"failed", "closed"}:
            self.over.set()

    def _put_on(self) -> None:
        """Picture and tone onto what the page has offered: one of each at most."""
        transceivers = self._connection.getTransceivers()
        kinds = [transceiver.kind for transceiver in transceivers]
        if len(set(kinds)) < len(kinds):
            raise ValueError("more than one of a kind")
        if self._connection.sctp is None:
            raise ValueError("no data channel")
        for transceiver in transceivers:
            if transceiver.kind == "video":
                # The picture is encoded already, so there is only one codec for it.
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences(
                    [each for each in codecs if each.mimeType == _CODEC]
                )
            is_video = transceiver.kind == "video"
            transceiver.sender.replaceTrack(self._picture if is_video else self._tone)
            transceiver.direction = "sendrecv"

    # What the page sends.

    def _drain(self, track: MediaStreamTrack) -> None:
        """Aiortc keeps what is not read for ever."""
        self._tasks.start(self._read(track), f"read {track.kind}")

    async def _read(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):  # the track ended
            while True:
                frame = await track.recv()
                if isinstance(frame, AudioFrame):
                    self._samples += frame.samples
                    self._ear.hear(_one_channel(frame))
                elif isinstance(frame, VideoFrame):
                    self._eye.see(_luma(frame))

    def _talk(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL:
            channel.close()
            return
        channel.on("close", self.over.set)
        channel.on("message", lambda message: self._hear(channel, message))

    def _hear(self, channel: RTCDataChannel, message: str | bytes) -> None:
        if isinstance(message, bytes):
            now = asyncio.get_running_loop().time()
            self._first_at = self._first_at or now
            self._last_at = now
            self._received += len(message)
            if self._received > MOST_RECEIVED:
                self.over.set()
            return
        try:
            if len(message) > MOST_TEXT:
                raise msgspec.ValidationError("too long")
            request = asked.decode(message)
        except (msgspec.MsgspecError, UnicodeError):
            self._faults += 1
            if self._faults > MOST_FAULTS:
                self.over.set()
            _say(channel, Refused())
            return
        match request:
            case Echo():
                _say(channel, Echoed(number=request.number))
            case PlayTone():
                self._tone.play()
            case Fill():
                self._tasks.start(self._fill(channel, request.size), "fill")
            case GetReport():
                self._tasks.start(self._tell(channel), "report")

    # What the probe answers.

    async def _tell(self, channel: RTCDataChannel) -> None:
        _say(channel, await self.report())

    async def _fill(self, channel: RTCDataChannel, size: int) -> None:
        """No more at a time than the network takes, so that a slow one is not filled for long."""
        drained = asyncio.Event()
        channel.bufferedAmountLowThreshold = _BUFFERED // 2
        channel.on("bufferedamountlow", drained.set)
        sent = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FILL_SECONDS):
                while sent < size and _is_open(channel):
                    if channel.bufferedAmount >= _BUFFERED:
                        drained.clear()
                        await drained.wait()
                    piece = min(PIECE, size - sent)
                    channel.send(bytes(piece))
                    sent += piece
        _say(channel, Filled(size=sent))


def _is_open(channel: RTCDataChannel) -> bool:
    return channel.readyState == "open"


def _say(channel: RTCDataChannel, said: Said) -> None:
    if _is_open(channel):
        channel.send(msgspec.json.encode(said).decode())


def _one_channel(frame: AudioFrame) -> Samples:
    """Samples of the first channel, -1 to 1; they come as 16 bits, the channels in turn."""
    packed = frame.to_ndarray()[0, :: len(frame.layout.channels)]
    return packed.astype(np.float32) / np.float32(np.iinfo(np.int16).max + 1)


def _luma(frame: VideoFrame) -> NDArray[np.uint8]:
    """They come as yuv420p: the brightness of every pixel is the first two thirds of the rows."""
    return frame.to_ndarray()[: frame.height].astype(np.uint8)
