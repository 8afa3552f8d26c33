"""A peer connection that receives and never decodes: frames are taken out as they were sent.

aiortc has no public way to them. What is relied on here, of its receiver: it puts every whole
frame into `__decoder_queue`, maps its timestamp by `__timestamp_mapper`, knows codecs by `__codecs`
and is what the transceiver holds as `__receiver`. A test makes a call through this and fails when a
newer aiortc does otherwise.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Protocol

from aiortc import RTCDtlsTransport, RTCRtpReceiver, RTCRtpTransceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from signaling.media.peer import Peer, Received
from signaling.messages import Ice

_MOST_KILOBITS = 900
"""What a page sends to the recorder at most; it is encoded apart from the other person's."""


class Sink(Protocol):
    """Takes what one person sends; must be quick. `kind` is ``audio`` or ``video``."""

    def heard(self, kind: str, timestamp: int) -> None:
        """A packet with that RTP timestamp has just arrived."""

    def take(self, kind: str, timestamp: int, data: bytes) -> None:
        """A whole encoded frame, in the order it was sent."""


class ReceivingPeer(Peer):
    """Sound and picture of one person, encoded; nothing is sent to them.

    What they show besides (a document, their screen) is not asked for.
    """

    lines = (("audio", "recvonly"), ("video", "recvonly"))
    takes_photos = False
    most_kilobits = _MOST_KILOBITS

    def __init__(
        self,
        ice: Ice,
        *,
        offers: bool,
        received: Received,
        on_change: Callable[[], None],
        sink: Sink,
    ) -> None:
        self._sink = sink
        self._receivers: list[_EncodedReceiver] = []
        super().__init__(ice, offers=offers, received=received, on_change=on_change)

    async def ask_for_key_frame(self) -> None:
        """Let the next picture be one that needs none before it."""
        for receiver in self._receivers:
            await receiver.ask_for_key_frame()

    def _add_line(self, kind: str, direction: str) -> RTCRtpTransceiver:
        transceiver = super()._add_line(kind, direction)
        receiver = _EncodedReceiver(kind, transceiver.receiver.transport, self._took)
        receiver._set_rtcp_ssrc(transceiver.sender._ssrc)  # noqa: SLF001
        vars(transceiver)["_RTCRtpTransceiver__receiver"] = receiver
        receiver.heard = self._sink.heard
        self._receivers.append(receiver)
        return transceiver

    def _took(self, kind: str, timestamp: int, data: bytes) -> None:
        self._received.count_encoded(kind)
        self._sink.take(kind, timestamp, data)


class _EncodedReceiver(RTCRtpReceiver):
    """aiortc's receiver, whose decoder is never given anything but the end."""

    def __init__(
        self, kind: str, transport: RTCDtlsTransport, take: Callable[[str, int, bytes], None]
    ) -> None:
        super().__init__(kind, transport)
        self.heard: Callable[[str, int], None] = lambda _kind, _timestamp: None
        self._is_video = kind == "video"
        self._name = kind
        self._source: int | None = None
        own = vars(self)
        own["_RTCRtpReceiver__decoder_queue"] = _Outlet(kind, take)
        own["_RTCRtpReceiver__timestamp_mapper"] = _AsSent()
        self._codecs: dict[int, RTCRtpCodecParameters] = own["_RTCRtpReceiver__codecs"]

    async def ask_for_key_frame(self) -> None:
        if self._is_video and self._source is not None:
            await self._send_rtcp_pli(self._source)

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._codecs.get(packet.payload_type)
        if codec is not None and codec.name.lower() != "rtx":
            self._source = packet.ssrc
            self.heard(self._name, packet.timestamp)
        await super()._handle_rtp_packet(packet, arrival_time_ms)


class _AsSent:
    """Instead of aiortc's mapper, which counts from the first frame it happens to see."""

    def map(self, timestamp: int) -> int:
        return timestamp


class _Outlet(queue.Queue[tuple[RTCRtpCodecParameters, JitterFrame] | None]):
    """Hands frames on instead of keeping them; the end goes to the decoder's thread."""

    def __init__(self, kind: str, take: Callable[[str, int, bytes], None]) -> None:
        super().__init__()
        self._kind = kind
        self._take = take

    def put(
        self,
        item: tuple[RTCRtpCodecParameters, JitterFrame] | None,
        block: bool = True,
        timeout: float | None = None,
    ) -> None:
        if item is None:
            super().put(None, block, timeout)
        else:
            self._take(self._kind, item[1].timestamp, item[1].data)
