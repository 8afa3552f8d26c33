"""What a call costs the probe, how many a core holds at once, and whether calls in a row leave
anything behind.

The pages are made of aiortc here, and cost more than the probe does: so its own CPU time is
counted, which hardly depends on what else the machine does, and not how many calls came about.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.machine import cpu_seconds, resident_bytes
from bench.node import settled
from signaling.media.probe_words import PIECE
from signaling.media.signals import CodedPictureTrack
from tests.signaling.media.caller import Caller, Room

LIMIT_KIB = 20.0
"""The most that a call may leave behind, over the last half of those in a row."""
_LEAST_AT_ONCE = 10
"""Calls that one core must hold."""
_WARM = 10
_PLACES = 50
"""Nobody is to wait here."""
_LOOK_SECONDS = 1.5
_LISTEN_SECONDS = 1.2
_BURST = 12
_SHOWN = 0x5A5A


@contextlib.asynccontextmanager
async def probe(files: Path) -> AsyncIterator[tuple[int, aiohttp.ClientSession]]:
    """``okno probe`` in a process of its own: its id, and a way to it."""
    socket = files / "probe"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "probe", f"--socket={socket}"),
        # As a node starts it, with room for everyone.
        env=os.environ | {"MALLOC_ARENA_MAX": "2", "OKNO_PROBE_CALLS": str(_PLACES)},
    )
    try:
        await settled(socket.exists, seconds=20, what="the probe does not listen")
        connector = aiohttp.UnixConnector(str(socket))
        async with aiohttp.ClientSession("http://probe", connector=connector) as session:
            yield process.pid, session
    finally:
        process.terminate()
        await process.wait()


async def call(session: aiohttp.ClientSession, name: str) -> float:
    """A whole check, as a booth's page makes it: seconds from its offer to its end."""
    room = Room()
    caller = Caller(CodedPictureTrack(_SHOWN), room)
    async with caller.calling() as sdp:
        begun = time.monotonic()
        async with session.post("/calls", json={"call": name, "sdp": sdp}) as answer:
            await caller.connect((await answer.json())["sdp"])
        await asyncio.sleep(_LOOK_SECONDS)
        caller.channel.send('{"do": "tone"}')
        await asyncio.sleep(_LISTEN_SECONDS)
        for number in range(5):
            await caller.ask(do="echo", number=number)
        await caller.ask(do="fill", size=_BURST * PIECE)
        caller.burst(_BURST * PIECE)
        await settled(lambda: caller.channel.bufferedAmount == 0, seconds=10, what="burst")
        report = await caller.report()
        lasted = time.monotonic() - begun
    async with session.delete(f"/calls/{name}"):
        pass
    if report.pictures == 0 or report.sound_seconds == 0:
        raise RuntimeError(f"nothing arrived: {report}")
    return lasted


@dataclass(frozen=True)
class Costs:
    """Of one probe."""

    calls: int
    lasted: float
    """Seconds of a call, on average."""
    cpu: float
    """Seconds of a core that a call takes."""
    in_a_row: int
    before_mib: float
    half_mib: float
    after_mib: float

    @property
    def at_once(self) -> float:
        """Calls that one core holds: as many as share its time."""
        return self.lasted / self.cpu

    @property
    def left_kib(self) -> float:
        """Behind each call of the second half."""
        return (self.after_mib - self.half_mib) * 1024 / (self.in_a_row / 2)

    @property
    def passed(self) -> bool:
        return self.at_once >= _LEAST_AT_ONCE and self.left_kib <= LIMIT_KIB

    def as_markdown(self) -> str:
        left = f"| left behind by each of the last half, KiB (at most {LIMIT_KIB:.0f}) "
        return "\n".join(
            (
                "| the probe | |",
                "|---|---|",
                f"| a call lasts, s | {self.lasted:.1f} |",
                f"| and takes of a core, s | {self.cpu:.3f} |",
                f"| calls at once that fill a core | {self.at_once:.0f} |",
                f"| calls a minute that fill a core | {60 / self.cpu:.0f} |",
                f"| memory after {_WARM} calls, MiB | {self.before_mib:.1f} |",
                f"| after {self.in_a_row // 2} more | {self.half_mib:.1f} |",
                f"| after {self.in_a_row} more | {self.after_mib:.1f} |",
                f"{left}| {self.left_kib:.1f} |",
            )
        )


async def measure(calls: int, in_a_row: int) -> Costs:
    """`calls` one after another for their cost; `in_a_row`, some side by side, for what is left."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        async with probe(Path(files)) as (pid, session):
            await _many(session, "warm", _WARM, side_by_side=2)
            before = resident_bytes(pid)
            cpu = cpu_seconds([pid])
            lasted = [await call(session, f"one-after-another-{at}") for at in range(calls)]
            spent = cpu_seconds([pid]) - cpu
            await _many(session, "first-half", in_a_row // 2, side_by_side=5)
            half = resident_bytes(pid)
            await _many(session, "second-half", in_a_row // 2, side_by_side=5)
            return Costs(
                calls=calls,
                lasted=sum(lasted) / calls,
                cpu=spent / calls,
                in_a_row=in_a_row,
                before_mib=before / 2**20,
                half_mib=half / 2**20,
                after_mib=resident_bytes(pid) / 2**20,
            )


async def _many(
    session: aiohttp.ClientSession, name: str, count: int, *, side_by_side: int
) -> None:
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            # A busy machine may not finish one in its time; it was a call as well.
            with contextlib.suppress(TimeoutError):
                await call(session, f"{name}-of-calls-{number:06}")

    async with asyncio.TaskGroup() as group:
        for _ in range(side_by_side):
            group.create_task(work())
