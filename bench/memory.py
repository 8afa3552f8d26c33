"""Memory of an idle page that is signed in, beside a socket of bare aiohttp."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from bench.machine import resident_bytes
from bench.node import address, place, settled
from bench.peers.process import Ear, server
from signaling.load.people import Crowd, Visitor

LIMIT_KIB = 20.0
_AT_ONCE = 250
_WARM = 500
"""Pages before the first reading, so that what every node needs once does not count."""
_SETTLE_SECONDS = 3.0


async def bare(connections: int, files: Path) -> float:
    """KiB a connection of the bare relay takes."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        port = int(listener.getsockname()[1])
        descriptor = listener.fileno()
        command = [sys.executable, "-m", "bench.peers.bare", str(descriptor)]
        log = files / "bare.log"
        async with server(command, port=port, log=log, descriptors=[descriptor]) as process:
            url = URL(f"http://127.0.0.1:{port}/ws")

            async def more(count: int) -> list[Ear]:
                return [
                    await Ear.open(url.with_query(me=str(number), other="0"))
                    for number in range(count)
                ]

            ears = await more(_WARM)
            before = resident_bytes(process.pid)
            ears += await more(connections)
            await asyncio.sleep(_SETTLE_SECONDS)
            grown = resident_bytes(process.pid) - before
            for each in ears:
                each.socket.abort()
            return grown / connections / 1024


async def okno(connections: int) -> float:
    """KiB an idle booth's page takes of the worker's memory."""
    async with (
        place(booths=_WARM + connections, consultants=0) as here,
        here.node() as node,
        Crowd(address(node), rng=random.Random(1)) as crowd,
    ):
        booths = [Visitor(crowd, each, None) for each in here.town.booths]
        (worker,) = node.workers()
        await come_in(crowd, booths[:_WARM])
        await asyncio.sleep(_SETTLE_SECONDS)
        before = resident_bytes(worker)
        await come_in(crowd, booths)
        await asyncio.sleep(_SETTLE_SECONDS)
        grown = resident_bytes(worker) - before
        with contextlib.suppress(TimeoutError):
            await leave(crowd, booths)
        return grown / connections / 1024


async def come_in(crowd: Crowd, booths: list[Visitor]) -> None:
    """Open those that are not open yet, some at a time."""
    for begin in range(crowd.up, len(booths), _AT_ONCE):
        part = booths[begin : begin + _AT_ONCE]
        for each in part:
            each.open()
        expected = begin + len(part)
        await settled(
            lambda expected=expected: crowd.up >= expected,
            seconds=120,
            what=f"{expected} pages are not up ({crowd.errors}, {crowd.ended})",
        )


async def leave(crowd: Crowd, booths: list[Visitor]) -> None:
    """Close them all."""
    for each in booths:
        each.close()
    await settled(lambda: crowd.up == 0, seconds=30, what="pages are not gone")


@dataclass(frozen=True)
class Sizes:
    """KiB a connection takes of the server's memory."""

    connections: int
    bare_kib: float
    okno_kib: float

    @property
    def passed(self) -> bool:
        return self.okno_kib <= LIMIT_KIB

    def as_markdown(self) -> str:
        return "\n".join(
            (
                f"| {self.connections:,} idle connections | KiB each |",
                "|---|---|",
                f"| bare aiohttp | {self.bare_kib:.1f} |",
                f"| Okno, signed in (at most {LIMIT_KIB:.0f}) | {self.okno_kib:.1f} |",
            )
        )


async def measure(connections: int) -> Sizes:
    """Bare sockets first, then booths."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as files:
        least = await bare(connections, Path(files))
    return Sizes(connections, least, await okno(connections))
