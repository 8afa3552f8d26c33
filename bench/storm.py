"""Ten thousand pages on one node, and all of them again after it was killed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from dataclasses import dataclass

from yarl import URL

from bench.machine import cpu_seconds, resident_bytes
from bench.memory import come_in, leave
from bench.node import Place, address, place, settled
from signaling.load.people import Crowd, Visitor
from tests.ports import free_port

LIMIT_SECONDS = 30.0
_WATCHED_SECONDS = 10.0
_GIVE_UP_SECONDS = 180.0


@dataclass(frozen=True)
class Storm:
    """What became of them."""

    pages: int
    memory_mib: float
    """Of the worker with all pages up."""
    idle_cpu: float
    """Share of a core the worker takes while nobody does anything but ping."""
    restart_seconds: float
    """From the kill to the new node's first answer."""
    half_seconds: float
    all_seconds: float
    """From the new node's first answer until so many pages were greeted."""
    refused_for_good: int
    attempts_per_page: float

    @property
    def passed(self) -> bool:
        return self.all_seconds <= LIMIT_SECONDS and self.refused_for_good == 0

    def as_markdown(self) -> str:
        rows = {
            "memory of the worker, MiB": f"{self.memory_mib:.0f}",
            "CPU while all only ping": f"{self.idle_cpu:.0%} of a core",
            "from the kill to the next node's start, s": f"{self.restart_seconds:.1f}",
            "until half were greeted again, s": f"{self.half_seconds:.1f}",
            f"until all were (at most {LIMIT_SECONDS:.0f}), s": f"{self.all_seconds:.1f}",
            "refused for good (none)": f"{self.refused_for_good}",
            "attempts that failed, a page": f"{self.attempts_per_page:.1f}",
        }
        table = [f"| {self.pages:,} pages | |", "|---|---|"]
        return "\n".join(table + [f"| {name} | {value} |" for name, value in rows.items()])


async def measure(pages: int) -> Storm:
    """Let so many booths come in, kill the node, start it again, and wait for all of them."""
    async with place(booths=pages, consultants=0) as here, contextlib.AsyncExitStack() as stack:
        async with here.node(f"--port={free_port()}") as node:
            crowd = await stack.enter_async_context(Crowd(address(node), rng=random.Random(1)))
            booths = [Visitor(crowd, each, None) for each in here.town.booths]
            await come_in(crowd, booths)
            (worker,) = node.workers()
            memory = resident_bytes(worker)
            before = cpu_seconds([worker])
            await asyncio.sleep(_WATCHED_SECONDS)
            idle = (cpu_seconds([worker]) - before) / _WATCHED_SECONDS
            killed = time.monotonic()
            await node.stop(signal.SIGKILL)
        return await _again(here, node.base, crowd, booths, killed=killed, memory=memory, idle=idle)


async def _again(
    here: Place,
    base: str,
    crowd: Crowd,
    booths: list[Visitor],
    *,
    killed: float,
    memory: int,
    idle: float,
) -> Storm:
    greeted, ended = crowd.greetings, crowd.ended.total()
    pages = len(booths)
    async with here.node(f"--port={URL(base).port}"):
        begun = time.monotonic()
        await _greeted(crowd, greeted + pages // 2)
        half = time.monotonic()
        await settled(
            lambda: crowd.up == pages,
            seconds=_GIVE_UP_SECONDS,
            what=f"only {crowd.up} are back ({crowd.errors}, {crowd.ended})",
        )
        done = time.monotonic()
        attempts = (crowd.ended.total() - ended) / pages
        refused = crowd.refused_for_good
        await leave(crowd, booths)
    return Storm(
        pages=pages,
        memory_mib=memory / 2**20,
        idle_cpu=idle,
        restart_seconds=begun - killed,
        half_seconds=half - begun,
        all_seconds=done - begun,
        refused_for_good=refused,
        attempts_per_page=attempts,
    )


async def _greeted(crowd: Crowd, count: int) -> None:
    await settled(
        lambda: crowd.greetings >= count, seconds=_GIVE_UP_SECONDS, what=f"{count} are not greeted"
    )
