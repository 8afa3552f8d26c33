"""A day of a large city against a real node, sixty times as fast.

``python -m bench.day --begin 11 --end 12`` is an hour of it. People come by the hour, talk as long
as their topic takes, and consultants work in shifts. At the end the whole journal is held against
what Redis holds, against the day's figures, and against what the people themselves counted.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import random
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import click
import msgspec
import uvloop

from bench.machine import (
    LOAD_CORE,
    SERVER_CORE,
    cpu_seconds,
    go_first,
    machine,
    on_core,
    resident_bytes,
    stay_on,
)
from bench.node import Place, address
from bench.town import found
from server.embedded_redis import redis_server
from server.settings import Settings
from server.worker import allow_many_files
from signaling import keys
from signaling.events import (
    Accepted,
    AnyEvent,
    Closed,
    Connected,
    Joined,
    Promised,
    Returned,
    TalkEnded,
)
from signaling.examine import examine, overdue, read_holdings
from signaling.fold import live_state
from signaling.ids import OrganisationId
from signaling.journal import now_ms, read
from signaling.load.people import Crowd
from signaling.load.traffic import Guest, Habits, Tally, Visit, Worker, open_all, send_visitors
from signaling.messages import TakeTicket
from signaling.model import Trigger
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.server.nodes import RunningNode, running_node

SPEED = 60.0
VISITORS = 70_000
CENTRES, BOOTHS, CONSULTANTS, TOPICS, SERVED = 300, 1_800, 1_500, 24, 8
SHARES = {
    8: 5.0, 9: 8.5, 10: 11.0, 11: 12.0, 12: 11.0, 13: 9.0,
    14: 8.5, 15: 9.0, 16: 9.0, 17: 8.0, 18: 6.0, 19: 3.0,
}  # fmt: skip
"""Percent of the day's visitors by the hour in which they come."""
SHIFTS = ((8.0, 17.0), (11.0, 21.0), (8.0, 17.0), (11.0, 21.0), (8.0, 21.0))
"""Of every five consultants."""
KEPT = Path("build/bench/day.json")

_HOUR = 3600.0
_MEAN_SECONDS = 450.0
_SPREAD = 0.6
"""Of the logarithm of a talk's length."""
_WRITE_SECONDS = 40.0
_PATIENCE_SECONDS = 600.0
_IMPATIENT, _DECLINES, _MISSES = 0.15, 0.01, 0.01
_REACH_SECONDS = 3.0
_RECOVER_SECONDS = 120.0
_SAMPLE_SECONDS = 5.0
_EVENING_SECONDS = 180.0
_COME_IN_SECONDS = 240.0


@dataclass
class Peaks:
    """The most that was taken in any five seconds."""

    node_cpu: float = 0.0
    node_mib: float = 0.0
    redis_cpu: float = 0.0
    redis_mib: float = 0.0


@dataclass
class Day:
    """What happened, and all that was wrong with it."""

    visitors: int = 0
    turned_away: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    events: int = 0
    promises: int = 0
    kept: int = 0
    missed_offers: int = 0
    declined: int = 0
    busiest_second: int = 0
    peaks: Peaks = field(default_factory=Peaks)
    refused: Counter[str] = field(default_factory=Counter)
    lost_sockets: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.wrong

    def as_markdown(self) -> str:
        peaks = self.peaks
        rows = {
            "visitors with a ticket": f"{self.visitors:,}",
            "no booth was free for": f"{self.turned_away:,}",
            "outcomes": ", ".join(f"{how} {count:,}" for how, count in self.outcomes.items()),
            "events in the journal": f"{self.events:,}",
            "tickets in the busiest second": f"{self.busiest_second:,}",
            "visitors answered who were promised a wait; kept": f"{self.promises:,}; {self.kept:,}",
            "offers missed; declined": f"{self.missed_offers:,}; {self.declined:,}",
            "requests refused": ", ".join(f"{w} {n}" for w, n in self.refused.items()) or "none",
            "sockets lost on the way": f"{self.lost_sockets}",
            "node at its peak": f"{peaks.node_cpu:.0%} of a core, {peaks.node_mib:.0f} MiB",
            "Redis at its peak": f"{peaks.redis_cpu:.0%} of a core, {peaks.redis_mib:.0f} MiB",
            "wrong": "; ".join(self.wrong[:10]) or "nothing",
        }
        return "\n".join(
            ["| the day | |", "|---|---|", *(f"| {k} | {v} |" for k, v in rows.items())]
        )


async def measure(begin: float, end: float, *, visitors: int = VISITORS, seed: int = 1) -> Day:
    """Live through these hours, let everybody go home, and look at what is left."""
    day, rng = Day(), random.Random(seed)
    async with _node() as (place, node), Crowd(address(node), rng=rng) as crowd:
        tally, habits = Tally(), _habits(rng, place)
        booths = [Guest(crowd, each, habits=habits, tally=tally) for each in place.town.booths]
        staff = [Worker(crowd, each, habits=habits, tally=tally) for each in place.town.consultants]
        for number, each in enumerate(staff):
            each.on_duty = _works(number, begin)
        await open_all([*staff, *booths], within=_COME_IN_SECONDS)
        async with asyncio.TaskGroup() as group:
            watch = group.create_task(_watch(place, node, day.peaks))
            shifts = group.create_task(_change_shifts(staff, begin))
            await send_visitors(_visits(rng, place, begin, end, visitors), booths, tally)
            await _until_home(booths, staff)
            watch.cancel()
            shifts.cancel()
        day.lost_sockets = crowd.ended.total()
        # While the pages are open: those on their way out are here by some keys, not by others.
        async with open_redis(place.redis_url) as redis:
            await _account(redis, place.town.organisation, day, tally)
        for page in (*booths, *staff):
            page.close()
    return day


@asynccontextmanager
async def _node() -> AsyncIterator[tuple[Place, RunningNode]]:
    """The city's node on one core, and its Redis on the other."""
    scaled = {"OFFER": 20 / SPEED, "CONNECT": 60 / SPEED, "WRAP_UP": 90 / SPEED}
    env = {f"OKNO_{name}_SECONDS": f"{value:.3f}" for name, value in scaled.items()}
    with tempfile.TemporaryDirectory(prefix="okno-bench-") as directory:
        data = Path(directory) / "data"
        async with AsyncExitStack() as stack:
            with on_core(LOAD_CORE):
                server = redis_server(Settings(data_dir=Path(directory) / "redis"))
                url = await stack.enter_async_context(server)
            town = await found(
                data,
                url,
                booths=BOOTHS,
                consultants=CONSULTANTS,
                topics=TOPICS,
                centres=CENTRES,
                served=SERVED,
                handling=30,  # the least that may be configured
            )
            env |= {"OKNO_REDIS_URL": url, "OKNO_LOG_LEVEL": "warning"}
            with on_core(SERVER_CORE):
                node = await stack.enter_async_context(running_node(data, "--workers=1", env=env))
            async with open_redis(url) as redis:
                redis_pid = int((await redis.info("server"))["process_id"])
            go_first([os.getpid(), redis_pid, *node.family()])
            yield Place(data, url, town), node


def _habits(rng: random.Random, place: Place) -> Habits:
    means = {
        topic: _MEAN_SECONDS * (0.5 + number / (len(place.town.topics) - 1))
        for number, topic in enumerate(place.town.topics)
    }

    def talk(topic: str) -> float:
        mean = means[topic]  # type: ignore[index] # a topic's id, as the wire has it
        return rng.lognormvariate(math.log(mean) - _SPREAD**2 / 2, _SPREAD) / SPEED

    def patience() -> float | None:
        leaves = rng.random() < _IMPATIENT
        return rng.expovariate(1 / _PATIENCE_SECONDS) / SPEED if leaves else None

    def answer() -> str:
        drawn = rng.random()
        return (
            "decline" if drawn < _DECLINES else "miss" if drawn < _DECLINES + _MISSES else "accept"
        )

    return Habits(
        patience=patience,
        answer=answer,
        reach=lambda: _REACH_SECONDS / SPEED,
        talk=talk,
        write=lambda: min(80.0, rng.expovariate(1 / _WRITE_SECONDS)) / SPEED,
        recover=lambda: _RECOVER_SECONDS / SPEED,
    )


def _works(number: int, hour: float) -> bool:
    begin, end = SHIFTS[number % len(SHIFTS)]
    return begin <= hour < end


async def _change_shifts(staff: list[Worker], begin: float) -> None:
    """Who is on duty at each hour that something changes."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for hour in sorted({at for shift in SHIFTS for at in shift}):
        pause = begun + (hour - begin) * _HOUR / SPEED - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
            for number, each in enumerate(staff):
                if each.on_duty != _works(number, hour):
                    each.go(on_duty=_works(number, hour))


def _visits(
    rng: random.Random, place: Place, begin: float, end: float, visitors: int
) -> Iterator[Visit]:
    """By the hour's share, each for a topic: the first ones are asked for most."""
    weights = list(itertools.accumulate(1 / (number + 3) for number in range(TOPICS)))
    tickets = [TakeTicket(topic=each, language="ru") for each in place.town.topics]
    hour = begin
    while hour < end:
        rate = visitors * SHARES[math.floor(hour)] / 100
        hour += rng.expovariate(rate)
        (ticket,) = rng.choices(tickets, cum_weights=weights)
        yield Visit((hour - begin) * _HOUR / SPEED, ticket)


async def _until_home(booths: list[Guest], staff: list[Worker]) -> None:
    """Nobody waits or talks any more, and all that was said is written down."""
    async with asyncio.timeout(_EVENING_SECONDS):
        while not _all_home(booths, staff):  # noqa: ASYNC110 - of many sockets
            await asyncio.sleep(0.5)


def _all_home(booths: list[Guest], staff: list[Worker]) -> bool:
    return all(each.free for each in booths) and not any(each.consultation for each in staff)


async def _watch(place: Place, node: RunningNode, peaks: Peaks) -> None:
    async with open_redis(place.redis_url) as redis:
        pids = node.workers()
        cpu, redis_cpu = cpu_seconds(pids), await place.redis_seconds()
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            await asyncio.sleep(_SAMPLE_SECONDS)
            now, took = loop.time(), loop.time() - at
            cpu_now, redis_now = cpu_seconds(pids), await place.redis_seconds()
            memory = (await redis.info("memory"))["used_memory"]
            peaks.node_cpu = max(peaks.node_cpu, (cpu_now - cpu) / took)
            peaks.redis_cpu = max(peaks.redis_cpu, (redis_now - redis_cpu) / took)
            peaks.node_mib = max(peaks.node_mib, resident_bytes(pids[0]) / 2**20)
            peaks.redis_mib = max(peaks.redis_mib, memory / 2**20)
            at, cpu, redis_cpu = now, cpu_now, redis_now


async def _account(
    redis: RedisClient, organisation: OrganisationId, day: Day, tally: Tally
) -> None:
    """Hold the journal against everything else."""
    events: list[AnyEvent] = [entry.event async for entry in read(redis, organisation)]
    holdings, at = await read_holdings(redis, organisation), await now_ms(redis)
    problems = [*examine(holdings, live_state(events)), *overdue(holdings, at)]
    day.wrong += [f"{each.what} {each.subject}: {each.text}" for each in problems]
    books = _Books(events)
    day.visitors, day.turned_away, day.events = tally.tickets, tally.turned_away, len(events)
    day.outcomes, day.refused = books.outcomes, tally.refused
    day.promises, day.kept = books.promised, books.kept
    day.missed_offers = books.returned[Trigger.OFFER_TIMED_OUT]
    day.declined = books.returned[Trigger.DECLINE]
    day.busiest_second = max(books.seconds.values(), default=0)
    totals = cast("dict[str, str]", await redis.hgetall(keys.totals(organisation)))
    for what, said, expected in (
        ("closed", books.closed.total(), books.joined.total()),
        ("closed twice", max(books.closed.values(), default=1), 1),
        ("never closed", len(books.joined.keys() - books.closed.keys()), 0),
        ("answered", int(totals.get("answered", 0)), books.answered.total()),
        ("answered twice", max(books.answered.values(), default=1), 1),
        ("promised", int(totals.get("promised", 0)), books.promised),
        ("promise kept", int(totals.get("promise_kept", 0)), books.kept),
        ("abandoned", int(totals.get("abandoned", 0)), books.abandoned),
    ):
        if said != expected:
            day.wrong.append(f"{what}: {said}, expected {expected}")
    # Whose socket was lost may have missed a ticket's beginning or end.
    for what, said, expected in (
        ("tickets", tally.tickets, books.joined.total()),
        ("talks", tally.ended["talked"], books.talks),
    ):
        if abs(said - expected) > day.lost_sockets:
            day.wrong.append(f"{what}: people saw {said}, the journal has {expected}")


class _Books:
    """The day's figures, made from nothing but the journal."""

    def __init__(self, events: list[AnyEvent]) -> None:
        self.joined: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.returned: Counter[str] = Counter()
        self.seconds: Counter[int] = Counter()
        self.promised = self.kept = self.talks = 0
        came: dict[str, int] = {}
        taken: dict[str, int] = {}
        first: dict[str, int] = {}
        for event in events:
            match event:
                case Joined():
                    self.joined[event.consultation] += 1
                    self.seconds[event.at // 1000] += 1
                    came[event.consultation] = event.at
                case Promised():
                    first.setdefault(event.consultation, event.high_minutes)
                case Accepted():
                    taken[event.consultation] = event.at
                case Returned():
                    self.returned[event.reason] += 1
                case TalkEnded():
                    self.talks += 1
                case Connected():
                    self._answer(event, first, taken[event.consultation] - came[event.consultation])
                case Closed():
                    self.closed[event.consultation] += 1
                    self.outcomes[event.outcome.value] += 1
                case _:
                    pass

    @property
    def abandoned(self) -> int:
        return self.outcomes["abandoned"] + self.outcomes["abandoned_offer"]

    def _answer(self, event: Connected, first: dict[str, int], waited: int) -> None:
        self.answered[event.consultation] += 1
        if event.consultation in first and self.answered[event.consultation] == 1:
            self.promised += 1
            self.kept += waited <= first[event.consultation] * 60_000


@click.command()
@click.option("--begin", default=8.0, show_default=True, help="Hour at which it begins.")
@click.option("--end", default=20.0, show_default=True, help="Hour at which nobody comes any more.")
@click.option("--visitors", default=VISITORS, show_default=True, help="Of a whole day.")
def main(begin: float, end: float, visitors: int) -> None:
    """Live through a day of a large city; an hour of it takes a minute."""
    stay_on(LOAD_CORE)
    allow_many_files()
    click.echo(machine())
    day = uvloop.run(measure(begin, end, visitors=visitors))
    click.echo(day.as_markdown())
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_bytes(msgspec.json.encode(day))
    if not day.passed:
        raise click.exceptions.Exit(1)


if __name__ == "__main__":
    main()
