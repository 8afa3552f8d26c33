"""What it costs to record both people of a call: a share of a core.

Two people send sound and picture, each to one peer connection of a process that records both: as
Okno does (taken out before the decoder, sealed, written), and with aiortc's own `MediaRecorder`
(decoded and encoded again). The same people, one way after the other, over and over. What counts is
the CPU time of the recording process alone for each picture that reached it, so that a machine that
is busy with other things changes little: a share is that of two people at 30 pictures a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, cast

import click
import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from aiortc.contrib.media import MediaRecorder
from av import VideoFrame
from av.frame import Frame

from signaling.ids import ConsultationId, OrganisationId
from signaling.media.encoded import ReceivingPeer
from signaling.media.greeting import ANSWER, GreetingTrack, Sound, sing
from signaling.media.peer import Received
from signaling.media.take import Cut, Take
from signaling.messages import Ice
from signaling.model import Side
from signaling.vault import Segment, Vault, new_key, parse_keys

Way = Literal["okno", "aiortc"]
WAYS: tuple[Way, ...] = ("okno", "aiortc")
LIMIT = 0.25
"""Of a core, for both people."""
_WARM_SECONDS = 3.0
_PICTURES_A_SECOND = 60
"""Of both people."""
_NO_SERVERS = Ice(id=None, servers=[], relay_only=False, expires_at=None)


class LivelyTrack(VideoStreamTrack):
    """A picture of 640x480 in which everything moves, 30 times a second, as before a camera."""

    def __init__(self) -> None:
        super().__init__()
        coarse = np.random.default_rng(1).integers(60, 200, (30, 40), dtype=np.uint8)
        self._luma = coarse.repeat(16, axis=0).repeat(16, axis=1)
        self._number = 0

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        self._number += 1
        luma = np.roll(self._luma, (self._number, 3 * self._number), axis=(0, 1))
        grey = np.full((240, 640), 128, dtype=np.uint8)
        frame = VideoFrame.from_ndarray(np.concatenate([luma, grey]), format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


@dataclass
class Found:
    """Shares of a core, one for each round."""

    shares: dict[Way, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})

    @property
    def passed(self) -> bool:
        return statistics.median(self.shares["okno"]) <= LIMIT

    def as_markdown(self) -> str:
        names = {"okno": "Okno", "aiortc": "aiortc's `MediaRecorder`"}
        rows = [
            f"| {names[way]} | {statistics.median(found):.1%} |"
            f" {min(found):.1%} to {max(found):.1%} |"
            for way, found in self.shares.items()
        ]
        head = ["| Recording both people | share of a core, median | rounds |", "|---|---|---|"]
        return "\n".join([*head, *rows])


async def measure(seconds: float, rounds: int) -> Found:
    """Record for so many seconds, each way in turn."""
    found = Found()
    sound = sing(ANSWER)
    for _ in range(rounds):
        for way in WAYS:
            with tempfile.TemporaryDirectory(prefix="okno-bench-") as directory:
                found.shares[way].append(await _share(way, sound, directory, seconds))
    return found


async def _share(way: Way, sound: Sound, directory: str, seconds: float) -> float:
    async with _recording(way, directory) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        people = []
        for _ in range(2):
            offer = json.loads(await process.stdout.readline())
            person = RTCPeerConnection()
            people.append(person)
            await person.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
            for track in (GreetingTrack(sound), LivelyTrack()):
                person.addTrack(track)
            await person.setLocalDescription(await person.createAnswer())
            process.stdin.write(json.dumps(person.localDescription.sdp).encode() + b"\n")
        await asyncio.sleep(_WARM_SECONDS)
        process.stdin.write(b"count\n")
        await asyncio.sleep(seconds)
        process.stdin.write(b"say\n")
        cpu, pictures = json.loads(await process.stdout.readline())
        await asyncio.gather(*(person.close() for person in people))
    if pictures < 5 * seconds:
        raise RuntimeError(f"{way}: only {pictures} pictures arrived")
    return float(cpu / pictures * _PICTURES_A_SECOND)


@contextlib.asynccontextmanager
async def _recording(way: Way, directory: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.recorder", way, directory),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


# The process that records: says an offer for each person, hears the answer, ends with its input.


class End(NamedTuple):
    """One person's recording."""

    pictures: Callable[[], int]
    """That have arrived so far."""
    close: Callable[[], Coroutine[None, None, None]]


class _Counted(MediaStreamTrack):
    """A track whose pictures are counted on their way to the recorder."""

    def __init__(self, track: MediaStreamTrack) -> None:
        super().__init__()
        self.kind = track.kind
        self.pictures = 0
        self._track = track

    async def recv(self) -> Frame:
        frame = await self._track.recv()
        self.pictures += isinstance(frame, VideoFrame)
        return cast("Frame", frame)


@click.command()
@click.argument("way", type=click.Choice(WAYS))
@click.argument("directory", type=click.Path(path_type=Path))
def record(way: str, directory: Path) -> None:
    asyncio.run(_record(cast("Way", way), directory))


async def _record(way: Way, directory: Path) -> None:
    ends = [
        await (_receive(directory, side) if way == "okno" else _decode(directory, side))
        for side in (Side.VISITOR, Side.CONSULTANT)
    ]
    await asyncio.to_thread(sys.stdin.readline)
    before = time.process_time(), sum(end.pictures() for end in ends)
    await asyncio.to_thread(sys.stdin.readline)
    cpu, pictures = time.process_time(), sum(end.pictures() for end in ends)
    _say([cpu - before[0], pictures - before[1]])
    for end in ends:
        await end.close()


async def _heard() -> str:
    return str(json.loads(await asyncio.to_thread(sys.stdin.readline)))


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


async def _receive(directory: Path, side: Side) -> End:
    vault = Vault(directory, parse_keys(new_key("bench")))
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Future[None]] = set()
    count = 0

    def cut(part: Cut) -> None:
        nonlocal count
        where = OrganisationId("bench"), ConsultationId("bench"), 1, side, count
        segment = Segment(*where, part.begin_ms, part.length_ms)
        tasks.add(loop.run_in_executor(None, vault.write, segment, part.data))
        count += 1

    def ask() -> None:
        tasks.add(asyncio.ensure_future(peer.ask_for_key_frame()))

    take = Take(now_ms=lambda: loop.time() * 1000, cut=cut, want_key_frame=ask)
    received = Received()
    peer = ReceivingPeer(
        _NO_SERVERS, offers=True, received=received, on_change=lambda: None, sink=take
    )
    _say(await peer.offer())
    await peer.take_answer(await _heard())

    async def close() -> None:
        await peer.close()
        take.finish()
        await asyncio.gather(*tasks)

    return End(lambda: received.frames, close)


async def _decode(directory: Path, side: Side) -> End:
    peer, recorder = RTCPeerConnection(), MediaRecorder(str(directory / f"{side}.mp4"))
    counted: list[_Counted] = []

    def add(track: MediaStreamTrack) -> None:
        counted.append(_Counted(track))
        recorder.addTrack(counted[-1])

    peer.on("track", add)
    for kind in ("audio", "video"):
        peer.addTransceiver(kind, direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    _say(peer.localDescription.sdp)
    await peer.setRemoteDescription(RTCSessionDescription(sdp=await _heard(), type="answer"))
    await recorder.start()

    async def close() -> None:
        await recorder.stop()
        await peer.close()

    return End(lambda: sum(each.pictures for each in counted), close)


if __name__ == "__main__":
    record()
