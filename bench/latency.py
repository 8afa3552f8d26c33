"""From the request of a ticket until both pages show the offer, over real sockets."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.machine import LOAD_CORE, cpu_seconds, go_first
from bench.node import Place, address, place
from bench.town import Town
from signaling.load.people import Crowd, Visitor
from signaling.load.traffic import (
    Guest,
    Habits,
    Tally,
    Visit,
    Worker,
    open_all,
    send_visitors,
)
from signaling.store import open_redis
from tests.server.nodes import RunningNode

LIMIT_MS = 20.0
RATE = 300.0
_BOOTHS, _CONSULTANTS = 400, 200
_WARM_SECONDS = 3.0
_COME_IN_SECONDS = 240.0


@dataclass(frozen=True)
class Latency:
    """Milliseconds at one rate, each pairing with the whole life of its consultation."""

    rate: float
    others: int
    """People who are connected and do nothing but ping."""
    paired: int
    per_second: float
    median: float
    p99: float
    node_cpu: float
    redis_cpu: float
    """Shares of a core."""
    refused: int

    @property
    def passed(self) -> bool:
        return self.p99 <= LIMIT_MS and not self.refused

    @property
    def row(self) -> str:
        return (
            f"| {self.rate:.0f} | {self.others:,} | {self.per_second:.0f} | {self.median:.1f} "
            f"| {self.p99:.1f} | {self.node_cpu:.0%} | {self.redis_cpu:.0%} |"
        )


@dataclass(frozen=True)
class Latencies:
    """At several rates, on one node."""

    found: list[Latency]

    @property
    def passed(self) -> bool:
        """At the rate that is asked for, without and with others."""
        return all(each.passed for each in self.found if each.rate == RATE)

    def as_markdown(self) -> str:
        head = (
            "| asked for, pairings/s | others connected | held, pairings/s | median, ms | "
            f"p99 (at most {LIMIT_MS:.0f}), ms | node, of a core | Redis, of a core |"
        )
        return "\n".join([head, "|---|" + "---|" * 6, *(each.row for each in self.found)])


async def measure(rates: list[float], *, others: int, seconds: float) -> Latencies:
    """Each rate without others, then the last one with them."""
    booths = _BOOTHS + others
    async with (
        place(booths=booths, consultants=_CONSULTANTS, redis_core=LOAD_CORE) as here,
        here.node() as node,
        Crowd(address(node), rng=random.Random(1)) as crowd,
    ):
        async with open_redis(here.redis_url) as redis:
            redis_pid = int((await redis.info("server"))["process_id"])
        go_first([os.getpid(), redis_pid, *node.family()])
        idle = [Visitor(crowd, each, None) for each in here.town.booths[_BOOTHS:]]
        hall = Hall(here.town, crowd)
        await hall.open()
        found = [await hall.measure(here, node, rate, seconds, 0) for rate in rates]
        if idle:
            await open_all(idle, within=_COME_IN_SECONDS)
            found.append(await hall.measure(here, node, rates[-1], seconds, len(idle)))
        for page in (*hall.booths, *hall.consultants, *idle):
            page.close()
    return Latencies(found)


class Hall:
    """The people who do something."""

    def __init__(self, town: Town, crowd: Crowd) -> None:
        self._town = town
        self._rng = random.Random(2)
        self._tally = Tally()
        habits, tally = Habits(), self._tally
        self.booths = [
            Guest(crowd, each, habits=habits, tally=tally) for each in town.booths[:_BOOTHS]
        ]
        self.consultants = [
            Worker(crowd, each, habits=habits, tally=tally) for each in town.consultants
        ]

    async def open(self) -> None:
        await open_all([*self.consultants, *self.booths], within=_COME_IN_SECONDS)

    async def measure(
        self, here: Place, node: RunningNode, rate: float, seconds: float, others: int
    ) -> Latency:
        await send_visitors(self._visits(rate, _WARM_SECONDS), self.booths, self._tally)
        pids, tally = node.workers(), self._tally
        tally.paired.clear()
        tally.refused.clear()
        tally.turned_away = 0
        cpu, redis = cpu_seconds(pids), await here.redis_seconds()
        begun = asyncio.get_running_loop().time()
        await send_visitors(self._visits(rate, seconds), self.booths, tally)
        took = asyncio.get_running_loop().time() - begun
        cpu, redis = cpu_seconds(pids) - cpu, await here.redis_seconds() - redis
        cuts = statistics.quantiles(tally.paired, n=100)
        return Latency(
            rate=rate,
            others=others,
            paired=len(tally.paired),
            per_second=len(tally.paired) / took,
            median=cuts[49] * 1000,
            p99=cuts[98] * 1000,
            node_cpu=cpu / took,
            redis_cpu=redis / took,
            refused=tally.refused.total() + tally.turned_away,
        )

    def _visits(self, rate: float, seconds: float) -> Iterator[Visit]:
        """People who do not know of each other."""
        at = 0.0
        while (at := at + self._rng.expovariate(rate)) < seconds:
            yield Visit(at, self._town.ticket())
