"""What pairing costs Redis, however many wait; and how many pairings one Redis takes.

python -m bench.pairing
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.machine import SERVER_CORE, go_first, on_core
from bench.verbs import EMPTY, EMPTY_LINES, LINES, Command, Pipe, Verbs, duty_of
from server.embedded_redis import redis_server
from server.settings import Settings
from signaling.ids import (
    BoothId,
    ConsultationId,
    LinkId,
    UserId,
    booth_person,
    consultant_person,
    new_ulid,
)
from signaling.model import Duty, Side, Status
from signaling.ports import RedisClient
from signaling.store import open_redis

SIZES = (10, 1_000, 10_000, 100_000)
LINES_OF_ONE = (1, 15)
RATIO_LIMIT = 1.3
RATE_AT_LEAST = 5_000
"""Pairings in a second of Redis' CPU."""
_LIMITED = ("arrives and waits", "available")
_BATCH = 10
_FILL = 500
_CONNECTIONS = 4
_PAIRS = 2_000

Costs = dict[str, dict[int, list[float]]]
"""What is done -> how many wait -> microseconds of each round."""


@dataclass
class Crew:
    """As many consultants as a batch has, each for so many lines; the first is their own."""

    users: list[UserId]
    duties: list[Duty]
    own: list[int]

    @classmethod
    def of(cls, lines: int, waiting: int, of_all: int) -> Crew:
        """Their own lines are among those in which somebody waits."""
        used = min(of_all, waiting)
        own = [number * used // _BATCH for number in range(_BATCH)]
        duties = [duty_of({(line + 7 * each) % of_all for each in range(lines)}) for line in own]
        return cls([UserId(new_ulid()) for _ in own], duties, own)

    @classmethod
    def idle(cls, lines: int) -> Crew:
        """Theirs are the lines in which nobody waits."""
        own = [EMPTY + number % EMPTY_LINES for number in range(_BATCH)]
        alone = [[line] if lines == 1 else range(EMPTY, EMPTY + lines) for line in own]
        return cls([UserId(new_ulid()) for _ in own], [duty_of(each) for each in alone], own)


class Hall:
    """An organisation in which so many wait in so many lines, and so many are idle."""

    def __init__(
        self, verbs: Verbs, pipe: Pipe, waiting: int, *, lines: int = LINES, idle: int = 0
    ) -> None:
        """`idle` consultants of the reserve are able and never asked: others come before them."""
        self.waiting = waiting
        self._verbs = verbs
        self._pipe = pipe
        self._lines = lines
        self._reserve = idle
        self._crews = {each: Crew.of(each, waiting, lines) for each in LINES_OF_ONE}
        self._idle = {each: Crew.idle(each) for each in LINES_OF_ONE}

    async def fill(self) -> None:
        await self._verbs.prepare()
        for start in range(0, self.waiting, _FILL):
            numbers = range(start, min(start + _FILL, self.waiting))
            await self._pipe.ask(await self._visitors([each % self._lines for each in numbers]))
        for crew in (*self._crews.values(), *self._idle.values()):
            for user, duty in zip(crew.users, crew.duties, strict=True):
                await self._pipe.ask([await self._verbs.page(consultant_person(user), duty)])
        for number in range(self._reserve):
            await self._idle_one(number)

    async def _idle_one(self, number: int) -> None:
        duty = msgspec.structs.replace(duty_of([EMPTY + number % EMPTY_LINES]), reserve=True)
        user = UserId(new_ulid())
        page = await self._verbs.page(consultant_person(user), duty)
        free = await self._verbs.status(user, Status.AVAILABLE, duty)
        await self._pipe.ask([page, free])

    async def round(self) -> dict[str, float]:
        """Microseconds of each verb; as many wait afterwards as before."""
        costs = {}
        for lines, crew in self._crews.items():
            available = f"available, {lines} lines: takes the first"
            costs["arrives and waits"] = await self._arrive(crew.own)
            costs[available] = await self._cost(await self._status(crew, Status.AVAILABLE))
            costs |= await self._talk(crew)
            await self._arrive(crew.own)
            over = f"finishes, {lines} lines: takes the next"
            costs[over] = await self._cost(await self._finish(crew))
            await self._go_home(crew)
        for lines, crew in self._idle.items():
            available = f"available, {lines} lines: nobody waits"
            costs[available] = await self._cost(await self._status(crew, Status.AVAILABLE))
            costs[f"arrives, {lines} lines: is taken"] = await self._arrive(crew.own)
            await self._go_home(crew)
        return costs

    async def _cost(self, calls: Sequence[Command]) -> float:
        return await self._pipe.cost(calls)

    async def _visitors(self, lines: Sequence[int]) -> list[Command]:
        calls = []
        for line in lines:
            booth = self._verbs.new_booth()
            calls += [
                await self._verbs.page(booth_person(booth)),
                self._verbs.arrive(booth, line)[1],
            ]
        return calls

    async def _arrive(self, lines: Sequence[int]) -> float:
        calls = await self._visitors(lines)
        await self._pipe.ask(calls[::2])
        return await self._cost(calls[1::2])

    async def _status(self, crew: Crew, status: Status) -> list[Command]:
        return [
            await self._verbs.status(user, status, duty)
            for user, duty in zip(crew.users, crew.duties, strict=True)
        ]

    async def _served(self, crew: Crew) -> list[tuple[UserId, ConsultationId, BoothId]]:
        served = await self._pipe.ask([self._verbs.asked_for(each) for each in crew.users])
        if not all(served):
            raise RuntimeError("a consultant has found nobody")
        booths = await self._pipe.ask([self._verbs.booth_of(each) for each in served])
        return list(zip(crew.users, served, booths, strict=True))

    async def _talk(self, crew: Crew) -> dict[str, float]:
        verbs, served = self._verbs, await self._served(crew)
        link = LinkId
        return {
            "accepts": await self._cost(
                [await verbs.accept(u, link(f"{c}-1")) for u, c, _ in served]
            ),
            "first sees": await self._cost(
                [await verbs.see(Side.VISITOR, b, link(f"{c}-1")) for _, c, b in served]
            ),
            "both see": await self._cost(
                [await verbs.see(Side.CONSULTANT, u, link(f"{c}-1")) for u, c, _ in served]
            ),
            "hangs up": await self._cost([await verbs.hang_up(u, c) for u, c, _ in served]),
        }

    async def _finish(self, crew: Crew) -> list[Command]:
        return [await self._verbs.finish(u, c) for u, c, _ in await self._served(crew)]

    async def _go_home(self, crew: Crew) -> None:
        await self._talk(crew)
        await self._pipe.ask(await self._status(crew, Status.BREAK))
        await self._cost(await self._finish(crew))


@asynccontextmanager
async def redis_on_its_core() -> AsyncIterator[str]:
    """A Redis as a node starts it, alone on its core."""
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as directory:
        async with AsyncExitStack() as stack:
            with on_core(SERVER_CORE):
                server = redis_server(Settings(data_dir=Path(directory)))
                url = await stack.enter_async_context(server)
            async with open_redis(url) as redis:
                go_first([int((await redis.info("server"))["process_id"])])
            yield url


async def measure_costs(url: str, rounds: int, sizes: Sequence[int] = SIZES) -> Costs:
    """What each verb costs with so many waiting."""
    pipe = await Pipe.open(url)
    async with open_redis(url) as redis:
        costs = await compare({size: Hall(Verbs(redis), pipe, size) for size in sizes}, rounds)
    pipe.close()
    return costs


async def compare(halls: Mapping[int, Hall], rounds: int) -> Costs:
    """All halls in turn, round by round, so that what else the machine does meets all alike."""
    costs: Costs = {}
    for hall in halls.values():
        await hall.fill()
    for _ in range(rounds):
        for size, hall in halls.items():
            for what, cost in (await hall.round()).items():
                costs.setdefault(what, {}).setdefault(size, []).append(cost)
    return costs


@dataclass(frozen=True)
class Rate:
    """How many a second."""

    per_second: float
    per_redis_second: float
    """Of Redis' own CPU time."""


@dataclass(frozen=True)
class Rates:
    """Through several connections at once, with every event and message."""

    arrivals: Rate
    """Visitors who find nobody free."""
    pairings: Rate
    """Consultants who become available, each of whom is asked for one of those visitors."""


async def measure_rates(url: str, lines: int) -> Rates:
    """First the visitors arrive, then the consultants become available."""
    pipes = [await Pipe.open(url) for _ in range(_CONNECTIONS)]
    async with open_redis(url) as redis:
        calls = [await _meetings(Verbs(redis), pipe, lines) for pipe in pipes]
        arrivals = await _rate(redis, pipes, [each for each, _ in calls])
        pairings = await _rate(redis, pipes, [each for _, each in calls])
    for pipe in pipes:
        pipe.close()
    return Rates(arrivals, pairings)


async def _rate(
    redis: RedisClient, pipes: Sequence[Pipe], calls: Sequence[Sequence[Command]]
) -> Rate:
    before, begun = await redis.info("cpu"), time.perf_counter()
    await asyncio.gather(*(_send(pipe, each) for pipe, each in zip(pipes, calls, strict=True)))
    took, after = time.perf_counter() - begun, await redis.info("cpu")
    worked = sum(after[each] - before[each] for each in ("used_cpu_user", "used_cpu_sys"))
    done = sum(len(each) for each in calls)
    return Rate(done / took, done / worked)


async def _meetings(verbs: Verbs, pipe: Pipe, lines: int) -> tuple[list[Command], list[Command]]:
    """The visitors' calls and the consultants', whose pages are open."""
    await verbs.prepare()
    pages, arrivals, free = [], [], []
    for number in range(_PAIRS):
        booth, user = verbs.new_booth(), UserId(new_ulid())
        duty = duty_of((number + 7 * each) % LINES for each in range(lines))
        pages += [
            await verbs.page(booth_person(booth)),
            await verbs.page(consultant_person(user), duty),
        ]
        arrivals.append(verbs.arrive(booth, number % LINES)[1])
        free.append(await verbs.status(user, Status.AVAILABLE, duty))
    await _send(pipe, pages)
    return arrivals, free


async def _send(pipe: Pipe, calls: Sequence[Command]) -> None:
    for start in range(0, len(calls), _FILL):
        for answer in await pipe.ask(calls[start : start + _FILL]):
            if answer[0] != "ok":
                raise RuntimeError(f"refused: {answer}")


def typical(costs: Sequence[float]) -> float:
    """The lower quartile: Redis' clock runs on while it has to share its core."""
    return statistics.quantiles(costs, n=4)[0]


def ratio(costs: dict[int, list[float]]) -> float:
    """The largest size's cost over the smallest's."""
    return typical(costs[max(costs)]) / typical(costs[min(costs)])


@dataclass(frozen=True)
class Found:
    """What was measured."""

    costs: Costs
    rates: dict[int, Rates]
    """By the lines of each consultant."""

    @property
    def passed(self) -> bool:
        """Whether it costs the same however many wait, and is done often enough."""
        limited = [each for what, each in self.costs.items() if what.startswith(_LIMITED)]
        enough = self.rates[1].pairings.per_redis_second >= RATE_AT_LEAST
        return enough and all(ratio(each) <= RATIO_LIMIT for each in limited)

    def as_markdown(self) -> str:
        sizes = sorted(next(iter(self.costs.values())))
        lines = [
            "| Redis time, µs | " + " | ".join(f"{size:,} wait" for size in sizes) + " | ratio |",
            "|---|" + "---|" * (len(sizes) + 1),
        ]
        for what, by_size in self.costs.items():
            medians = (f"{typical(by_size[size]):.0f}" for size in sizes)
            lines.append(f"| {what} | {' | '.join(medians)} | {ratio(by_size):.2f} |")
        lines += ["", "| on one Redis | a second | a second of its CPU |", "|---|---|---|"]
        for number, rates in self.rates.items():
            for what, rate in (("arrivals", rates.arrivals), ("pairings", rates.pairings)):
                shown = f"{rate.per_second:,.0f} | {rate.per_redis_second:,.0f}"
                lines.append(f"| {what}, consultants of {number} lines | {shown} |")
        return "\n".join(lines)


async def measure(rounds: int, sizes: Sequence[int] = SIZES) -> Found:
    """What pairing costs Redis, and how many pairings one Redis takes."""
    async with redis_on_its_core() as url:
        rates = {lines: await measure_rates(url, lines) for lines in LINES_OF_ONE}
    async with redis_on_its_core() as url:
        return Found(await measure_costs(url, rounds, sizes), rates)
