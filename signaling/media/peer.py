"""One peer connection of a simulated person, and what came through it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.rtcicetransport import parse_stun_turn_uri
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame

from signaling.media.photos import PhotoBox
from signaling.messages import Ice
from signaling.parts import Candidate
from signaling.tasks import OwnedTasks

Watch = Callable[[AudioFrame | VideoFrame], None]
Tracks = tuple[MediaStreamTrack, MediaStreamTrack]
"""Sound and picture, in this order."""

_LINES: tuple[tuple[str, str], ...] = (
    ("audio", "sendrecv"),
    ("video", "sendrecv"),
    ("video", "recvonly"),
)
"""Of every description, in this order: sound, picture, what the other side shows besides. One for
photos follows them."""
_VIDEO_CODECS = ("video/VP8", "video/rtx")
_CLOSE_SECONDS = 1.0
_MOST_KILOBITS = 400
_VIDEO_LINE = re.compile(r"m=video.*\r\n(?:[^m].*\r\n)*?c=.*\r\n")
"""A line of pictures, down to its address: where its bandwidth belongs."""
_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What aiortc's parser raises on text that is no SDP."""


class PeerError(Exception):
    """The other side's description does not fit this connection."""


class Received:
    """What has come from the other side, over all peer connections of a link."""

    def __init__(self, watch: Watch | None = None) -> None:
        """Count from zero; `watch` is shown every decoded frame and must be quick."""
        self.frames = 0
        """Pictures decoded."""
        self.samples = 0
        """Samples of sound decoded, of one channel."""
        self.last_at = 0.0
        """When the last picture or sound arrived, in the event loop's time."""
        self.first = asyncio.Event()
        """Set by the first picture or sound."""
        self._watch = watch

    def count(self, frame: AudioFrame | VideoFrame) -> None:
        if isinstance(frame, AudioFrame):
            self.samples += frame.samples
        else:
            self.frames += 1
        self._arrived()
        if self._watch is not None:
            self._watch(frame)

    def count_encoded(self, kind: str) -> None:
        """A frame that nobody decodes; of sound there is no telling how many samples it has."""
        if kind == "video":
            self.frames += 1
        self._arrived()

    def _arrived(self) -> None:
        self.last_at = asyncio.get_running_loop().time()
        self.first.set()


class Peer:
    """An `RTCPeerConnection` with the lines a page has, and no tracks yet.

    A simulated person shows no document, but takes what is shown to them.
    aiortc's senders without a track send nothing but RTCP reports, and look for a track every
    20 ms; `carry` is all it takes at accept. What arrives is always drained, as aiortc keeps
    undrained frames for ever. There is no ICE restart in aiortc: a broken peer is replaced.
    """

    lines = _LINES
    """Kind and direction of each, in the order in which they are described."""
    takes_photos = True
    most_kilobits = _MOST_KILOBITS
    """What the other side is asked to send at most, a second."""

    def __init__(
        self, ice: Ice, *, offers: bool, received: Received, on_change: Callable[[], None]
    ) -> None:
        """Prepare.

        Args:
            ice: The servers to use; without any, only this machine's own addresses are.
            offers: Whether this side makes the offer.
            received: Counts what arrives.
            on_change: Called whenever `state` has changed.
        """
        # An answerer must find out from the offer what is bundled; see setRemoteDescription.
        bundle = RTCBundlePolicy.MAX_BUNDLE if offers else RTCBundlePolicy.BALANCED
        policy = RTCIceTransportPolicy.RELAY if ice.relay_only else RTCIceTransportPolicy.ALL
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=_servers(ice),  # maybe empty; aiortc's own default is a public server
                bundlePolicy=bundle,
                iceTransportPolicy=policy,
            )
        )
        self._received = received
        self._drains = OwnedTasks()
        self._remote_fragments: frozenset[str] = frozenset()
        for kind, direction in self.lines:
            self._add_line(kind, direction)
        if self.takes_photos:
            self._take_photos()
        self._prefer_vp8()
        self._connection.on("track", self._drain)
        self._connection.on("connectionstatechange", on_change)

    @property
    def state(self) -> str:
        """``new``, ``connecting``, ``connected``, ``failed`` or ``closed``."""
        return self._connection.connectionState

    @property
    def remote_fragments(self) -> frozenset[str]:
        """The ICE username fragments of the other side's description; empty before it is known."""
        return self._remote_fragments

    async def offer(self) -> str:
        """The SDP of an offer, complete with candidates."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return _modest(self._connection.localDescription.sdp, self.most_kilobits)

    async def answer(self, offer: str) -> str:
        """The SDP of the answer to that offer, complete with candidates.

        Raises:
            PeerError: The offer is malformed or does not fit.
        """
        with _refusing():
            await self._set_remote("offer", offer)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        return _modest(self._connection.localDescription.sdp, self.most_kilobits)

    async def take_answer(self, answer: str) -> None:
        """The other side's answer to our offer.

        Raises:
            PeerError: The answer is malformed or does not fit.
        """
        with _refusing():
            await self._set_remote("answer", answer)

    async def add_candidate(self, candidate: Candidate) -> None:
        """A trickled candidate; one that cannot be used is passed over, as browsers do."""
        first_line = candidate.sdp_mid in (None, "0") and not candidate.sdp_m_line_index
        if not candidate.candidate:
            if first_line:  # everything is bundled on the first line; others end earlier
                await self._connection.addIceCandidate(None)
            return
        with contextlib.suppress(*_MALFORMED, OSError):  # no mDNS here
            parsed = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
            parsed.sdpMid = candidate.sdp_mid
            parsed.sdpMLineIndex = candidate.sdp_m_line_index
            await self._connection.addIceCandidate(parsed)

    def carry(self, tracks: Tracks | None) -> None:
        """Put these tracks on the link, or take them off; needs no negotiation."""
        senders = self._connection.getSenders()
        for sender, track in zip(senders, tracks or (None, None), strict=False):
            sender.replaceTrack(track)

    async def packets_sent(self) -> int:
        """RTP packets sent so far, of both kinds."""
        reports = [await sender.getStats() for sender in self._connection.getSenders()]
        return sum(
            stats.packetsSent
            for report in reports
            for stats in report.values()
            if stats.type == "outbound-rtp"
        )

    async def close(self) -> None:
        """Close; a process with open aiortc peers does not end."""
        self._connection.remove_all_listeners()
        # Closing half way would leave decoder threads behind: it goes on even if we are cancelled.
        await asyncio.wait(
            {asyncio.ensure_future(self._connection.close())}, timeout=_CLOSE_SECONDS
        )
        await self._drains.stop()

    async def _set_remote(self, kind: str, sdp: str) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type=kind))
        self._remote_fragments = fragments(sdp)

    def _add_line(self, kind: str, direction: str) -> RTCRtpTransceiver:
        return self._connection.addTransceiver(kind, direction=direction)

    def _prefer_vp8(self) -> None:
        """The one video codec that Chromium, Firefox and aiortc all have."""
        codecs = RTCRtpSender.getCapabilities("video").codecs
        chosen = [codec for codec in codecs if codec.mimeType in _VIDEO_CODECS]
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "video":
                transceiver.setCodecPreferences(chosen)

    def _take_photos(self) -> None:
        channel = self._connection.createDataChannel("photos", negotiated=True, id=0)
        box = PhotoBox()

        def hear(message: str | bytes) -> None:
            answer = box.hear(message)
            if answer is not None:
                channel.send(answer)

        channel.on("message", hear)

    def _drain(self, track: MediaStreamTrack) -> None:
        self._drains.start(self._read(track), f"drain {track.kind}")

    async def _read(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):  # the track ended
            while True:
                frame = await track.recv()
                if isinstance(frame, AudioFrame | VideoFrame):
                    self._received.count(frame)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (*_MALFORMED, InvalidAccessError, InvalidStateError, OperationError) as error:
        raise PeerError(repr(error)) from error


def _servers(ice: Ice) -> list[RTCIceServer]:
    """Those whose addresses aiortc understands; it refuses to start with any other."""
    servers = []
    for server in ice.servers:
        for url in server.urls:
            with contextlib.suppress(ValueError):
                parse_stun_turn_uri(url)
                servers.append(RTCIceServer(url, server.username, server.credential))
    return servers


def _modest(sdp: str, kilobits: int) -> str:
    """Ask the other side for small pictures: nobody looks at them, and decoding costs a processor.

    A browser that may send so little reduces the size; sound is not affected.
    """
    return _VIDEO_LINE.sub(rf"\g<0>b=AS:{kilobits}\r\n", sdp)


def fragments(sdp: str) -> frozenset[str]:
    """The ICE username fragments named in a description."""
    mark = "a=ice-ufrag:"
    return frozenset(
        line.removeprefix(mark).strip() for line in sdp.splitlines() if line.startswith(mark)
    )
