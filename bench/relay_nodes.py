"""What the way over Redis adds to a message, when the two who talk are on different nodes."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.machine import cpu_seconds, go_first
from bench.node import Place, address, place, redis_process, settled
from bench.peers.okno import converse
from bench.talkers import description
from signaling.load.frames import frame
from signaling.load.people import Consultant, Crowd, Visitor

LIMIT_MS = 1.0
RATE = 1000.0
"""Messages a second of all people together."""
_HELD = 0.98
"""Share of `RATE` that must have been sent, or the figures are of another rate."""
_PAIRS = 50
_ARRIVAL_SECONDS = 10.0
_FIRST = 100_000_000
"""Messages are numbered from here, so that all numbers have as many digits."""
Cpu = Callable[[], Awaitable[list[float]]]
"""Seconds that the first node, the second node and Redis have taken so far."""


class Sender:
    """Somebody who sends descriptions to the other end of their link, each with its number."""

    def __init__(self, page: Consultant | Visitor) -> None:
        assert page.link is not None
        self._page = page
        self._before, self._after = description(page.link, _FIRST).split(b"%d" % _FIRST)
        self._sent_at: list[float] = []

    def send(self) -> None:
        """Put the next message on the wire."""
        number = _FIRST + len(self._sent_at)
        prepared = frame(b"%b%d%b" % (self._before, number, self._after))
        self._sent_at.append(time.perf_counter())
        self._page.send(prepared)

    def age(self, body: bytes) -> float:
        """Seconds since this message was sent. It arrives as it went."""
        begin = len(self._before)
        number = int(body[begin : len(body) - len(self._after)])
        return time.perf_counter() - self._sent_at[number - _FIRST]


class Talks:
    """Pairs who talk, and how long their messages took."""

    def __init__(self, consultants: Sequence[Consultant], visitors: Sequence[Visitor]) -> None:
        self.took: list[float] = []
        """Seconds from the sender's socket to the receiver's."""
        self._senders: list[Sender] = []
        at_link = {each.link: each for each in visitors}
        for one in consultants:
            other = at_link[one.link]
            one.told, other.told = self._listener(other), self._listener(one)

    def _listener(self, speaker: Consultant | Visitor) -> Callable[[bytes], None]:
        sender = Sender(speaker)
        self._senders.append(sender)
        return lambda body: self.took.append(sender.age(body))

    async def send(self, rate: float, seconds: float, rng: random.Random) -> float:
        """Send so many a second, at random times, until all have arrived; how many it really were.

        Raises:
            TimeoutError: a message was lost.
        """
        dues = sorted(rng.uniform(0, seconds) for _ in range(round(rate * seconds)))
        expected, begun = len(self.took) + len(dues), time.perf_counter()
        for due in dues:
            if (early := begun + due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            rng.choice(self._senders).send()
        held = len(dues) / (time.perf_counter() - begun)
        await settled(
            lambda: len(self.took) == expected,
            seconds=_ARRIVAL_SECONDS,
            what=f"not all of {len(dues)} messages arrived",
        )
        return held


@dataclass
class Way:
    """Figures of one way: both people on one node, or on two."""

    per_second: list[float] = field(default_factory=list)
    """Held in each round."""
    rounds: list[list[float]] = field(default_factory=list)
    """Milliseconds of each message, by round."""
    cpu: list[tuple[float, ...]] = field(default_factory=list)
    """Shares of a core in each round: first node, second node, Redis."""

    @property
    def held(self) -> float:
        return min(self.per_second)

    @property
    def median(self) -> float:
        return statistics.median(each for took in self.rounds for each in took)

    @property
    def p99(self) -> float:
        return statistics.quantiles((each for took in self.rounds for each in took), n=100)[98]

    @property
    def row(self) -> str:
        cpu = " | ".join(f"{statistics.median(each):.0%}" for each in zip(*self.cpu, strict=True))
        return f"{self.held:,.0f} | {self.median:.2f} | {self.p99:.2f} | {cpu}"


@dataclass(frozen=True)
class Added:
    """The two ways side by side."""

    same: Way
    apart: Way

    @property
    def median(self) -> float:
        """Milliseconds that Redis adds in the middle."""
        return self.apart.median - self.same.median

    @property
    def by_round(self) -> list[float]:
        """The same, of each pair of rounds."""
        return [
            statistics.median(apart) - statistics.median(same)
            for same, apart in zip(self.same.rounds, self.apart.rounds, strict=True)
        ]

    @property
    def passed(self) -> bool:
        held = min(self.same.held, self.apart.held)
        return self.median < LIMIT_MS and held >= RATE * _HELD

    def as_markdown(self) -> str:
        head = (
            "| the two are on | held, messages/s | median, ms | p99, ms "
            "| first node, of a core | second node | Redis |"
        )
        added = (
            f"{self.median:.2f} ({min(self.by_round):.2f} to {max(self.by_round):.2f}) "
            f"| {self.apart.p99 - self.same.p99:.2f}"
        )
        return "\n".join(
            (
                head,
                "|---|" + "---|" * 6,
                f"| the same node | {self.same.row} |",
                f"| two nodes | {self.apart.row} |",
                f"| **Redis adds** (less than {LIMIT_MS:.0f}) | | {added} | | | |",
            )
        )

    def as_json(self) -> dict[str, object]:
        return {
            "added_ms": self.median,
            "added_ms_by_round": self.by_round,
            "ways": {
                name: {"per_second": way.held, "median_ms": way.median, "p99_ms": way.p99}
                | {"cpu": way.cpu}
                for name, way in (("same", self.same), ("apart", self.apart))
            },
        }


async def measure(*, seconds: float, rounds: int) -> Added:
    """Both ways in turn; the first round of each warms up and does not count."""
    rng = random.Random(1)
    async with (
        place(booths=2 * _PAIRS, consultants=2 * _PAIRS) as here,
        here.node() as first,
        here.node() as second,
        Crowd(address(first), rng=rng) as crowd,
        Crowd(address(second), rng=rng) as away,
        # Who comes first is in a talk before the others come, so nobody is paired across.
        talks(here, slice(_PAIRS), crowd, crowd) as same,
        talks(here, slice(_PAIRS, None), away, crowd) as apart,
    ):
        nodes = [[each.process.pid, *each.family()] for each in (first, second)]
        go_first([os.getpid(), await redis_process(here.redis_url), *nodes[0], *nodes[1]])

        async def cpu() -> list[float]:
            return [*map(cpu_seconds, nodes), await here.redis_seconds()]

        found = Added(Way(), Way())
        for number in range(rounds + 1):
            for pairs, way in ((same, found.same), (apart, found.apart)):
                await _round(pairs, way if number else Way(), seconds, rng, cpu)
        return found


@asynccontextmanager
async def talks(
    here: Place, who: slice, consultants_at: Crowd, visitors_at: Crowd
) -> AsyncIterator[Talks]:
    """These people of the town, in conversation."""
    consultants = [Consultant(consultants_at, each) for each in here.town.consultants[who]]
    visitors = [Visitor(visitors_at, each, here.town.ticket()) for each in here.town.booths[who]]
    try:
        await converse(visitors_at, consultants, visitors)
        yield Talks(consultants, visitors)
    finally:
        for each in (*consultants, *visitors):
            each.close()


async def _round(pairs: Talks, way: Way, seconds: float, rng: random.Random, cpu: Cpu) -> None:
    pairs.took.clear()
    before, begun = await cpu(), time.perf_counter()
    way.per_second.append(await pairs.send(RATE, seconds, rng))
    took, after = time.perf_counter() - begun, await cpu()
    way.cpu.append(tuple((end - begin) / took for begin, end in zip(before, after, strict=True)))
    way.rounds.append([each * 1000 for each in pairs.took])
