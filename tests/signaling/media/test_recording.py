"""What a recorder receives is written as it was sent."""

from __future__ import annotations

import asyncio
import io
import itertools

import av
import numpy as np
from aiortc import RTCPeerConnection, RTCSessionDescription

from signaling.media.encoded import ReceivingPeer
from signaling.media.greeting import ANSWER, GreetingTrack, sing
from signaling.media.peer import Received
from signaling.media.picture import Picture, PictureTrack
from signaling.media.take import Cut, Take
from signaling.messages import Ice
from signaling.webm import AUDIO, Block, Part, cluster, head
from tests.signaling.media.listening import notes_heard
from tests.signaling.media.relay import until

NO_SERVERS = Ice(id=None, servers=[], relay_only=False, expires_at=None)


class Recording:
    """A receiving peer and what it wrote."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self.cuts: list[Cut] = []
        self.asked = 0
        self.take = Take(
            now_ms=lambda: (loop.time() - begun) * 1000,
            cut=self.cuts.append,
            want_key_frame=self._ask,
        )
        self.received = Received()
        self.peer = ReceivingPeer(
            NO_SERVERS,
            offers=True,
            received=self.received,
            on_change=lambda: None,
            sink=self.take,
        )
        self._asking: set[asyncio.Task[None]] = set()

    def _ask(self) -> None:
        self.asked += 1
        self._asking.add(asyncio.create_task(self.peer.ask_for_key_frame()))


async def test_a_call_is_written_without_being_decoded() -> None:
    recording = Recording()
    person = RTCPeerConnection()
    await person.setRemoteDescription(
        RTCSessionDescription(sdp=await recording.peer.offer(), type="offer")
    )
    picture = Picture("B-042", "Simulated", look="visitor")
    person.addTrack(PictureTrack(picture))
    person.addTrack(GreetingTrack(sing(ANSWER)))
    await person.setLocalDescription(await person.createAnswer())
    await recording.peer.take_answer(person.localDescription.sdp)
    try:
        await until(lambda: len(recording.cuts) >= 2, within=25, what="two segments")
        recording.take.finish()
    finally:
        await recording.peer.close()
        await person.close()

    assert recording.asked >= 1, "a segment begins with a key frame that was asked for"
    firsts = [dict(reversed(packets(whole([cut])))) for cut in recording.cuts]
    assert all(all(first.values()) for first in firsts), "each plays without those before it"
    # What was left at the end may be a picture or a sound alone.
    assert all(first.keys() == {"audio", "video"} for first in firsts[:2])
    assert len(packets(whole(recording.cuts))) == recording.take.frames > 200
    for one, other in itertools.pairwise(recording.cuts):
        assert abs(other.begin_ms - (one.begin_ms + one.length_ms)) < 400
    drawn = picture.planes(0)
    for frame in decoded(recording.cuts, "video"):
        assert np.abs(frame.astype(int) - drawn).mean() < 4
    sound = np.concatenate([part[0, ::2] for part in decoded(recording.cuts, "audio")])
    assert {note.hertz for note in ANSWER} <= set(notes_heard(sound, ANSWER))


def test_a_head_leads_to_every_cluster() -> None:
    parts = [
        [Block(AUDIO, at, True, b"\xfc\xff\xfe") for at in range(t, t + 900, 20)] for t in (0, 5000)
    ]
    cuts = [Cut(blocks[0].at_ms, 900, None, cluster(blocks)) for blocks in parts]
    with av.open(io.BytesIO(whole(cuts)), "r") as file:
        assert file.duration == 5_900_000
        file.seek(5_300_000)
        assert next(file.demux()).pts == 5300


def whole(cuts: list[Cut]) -> bytes:
    """A file of these segments, as a player gets it."""
    size = next((cut.size for cut in cuts if cut.size), None)
    parts = [Part(cut.begin_ms, cut.begin_ms + cut.length_ms, len(cut.data)) for cut in cuts]
    return head(parts, size) + b"".join(cut.data for cut in cuts)


def packets(data: bytes) -> list[tuple[str, bool]]:
    """Kind of each packet, and whether it needs none before it."""
    with av.open(io.BytesIO(data), "r") as file:
        return [(each.stream.type, each.is_keyframe) for each in file.demux() if each.size]


def decoded(cuts: list[Cut], kind: str) -> list[np.ndarray]:
    with av.open(io.BytesIO(whole(cuts)), "r") as file:
        if kind == "video":
            return [frame.to_ndarray(format="yuv420p") for frame in file.decode(video=0)]
        resampler = av.AudioResampler("s16", "stereo", 48_000)
        return [
            part.to_ndarray()
            for frame in file.decode(audio=0)
            for part in resampler.resample(frame)
        ]
