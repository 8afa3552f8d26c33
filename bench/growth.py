"""How each cost grows with the people who wait, the lines, the idle consultants and the nodes.

python -m bench.growth
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.pairing import Costs, Hall, compare, redis_on_its_core, typical
from bench.plot import Panel, draw
from bench.verbs import LINES, Pipe, Verbs
from signaling import keys
from signaling.store import open_redis

PICTURE = Path("docs/pictures/growth.svg")
SHOWN = {
    "arrives and waits": "arrives and waits",
    "available, 1 lines: takes the first": "available, 1 line: takes the first",
    "available, 15 lines: takes the first": "available, 15 lines: takes the first",
    "finishes, 1 lines: takes the next": "finishes, 1 line: takes the next",
    "arrives, 15 lines: is taken": "arrives: taken by one of 15 lines",
}
_WAITING = 1_000


@dataclass(frozen=True)
class Axis:
    """What grows, and the Redis time (µs) of each verb at each size."""

    name: str
    costs: Mapping[str, Mapping[int, float]]

    @classmethod
    def of(cls, name: str, costs: Costs) -> Axis:
        shown = {
            SHOWN[what]: {size: typical(each) for size, each in by_size.items()}
            for what, by_size in costs.items()
            if what in SHOWN
        }
        return cls(name, shown)

    def as_markdown(self) -> str:
        sizes = list(next(iter(self.costs.values())))
        lines = [
            f"| {self.name} | " + " | ".join(f"{size:,}" for size in sizes) + " |",
            "|---|" + "---|" * len(sizes),
        ]
        for what, by_size in self.costs.items():
            lines.append(f"| {what} | {' | '.join(f'{by_size[s]:.0f}' for s in sizes)} |")
        return "\n".join(lines)


async def measure(rounds: int) -> list[Axis]:
    """Each axis on a Redis of its own; what does not grow is 1,000 waiting in 150 lines."""
    return [
        await _halls(
            "people waiting", rounds, {n: {"waiting": n} for n in (10, 100, 1_000, 10_000)}
        ),
        await _halls("lines", rounds, {n: {"lines": n} for n in (15, 50, 150, 500)}),
        await _halls("idle consultants", rounds, {n: {"idle": n} for n in (0, 10, 100, 1_000)}),
        await _nodes(rounds, (1, 5, 20)),
    ]


async def _halls(name: str, rounds: int, sizes: Mapping[int, Mapping[str, int]]) -> Axis:
    async with redis_on_its_core() as url, open_redis(url) as redis:
        pipe = await Pipe.open(url)
        facts = {"waiting": _WAITING, "lines": LINES, "idle": 0}
        halls = {
            size: Hall(Verbs(redis), pipe, **{**facts, **changed})
            for size, changed in sizes.items()
        }
        costs = await compare(halls, rounds)
        pipe.close()
    return Axis.of(name, costs)


async def _nodes(rounds: int, sizes: Sequence[int]) -> Axis:
    """Every node listens to the changes of every organisation."""
    costs: Costs = {}
    for size in sizes:
        async with redis_on_its_core() as url, open_redis(url) as redis, AsyncExitStack() as stack:
            for _ in range(size):
                channel = await stack.enter_async_context(redis.pubsub())
                await channel.subscribe(keys.CHANGED)
            pipe = await Pipe.open(url)
            found = await compare({size: Hall(Verbs(redis), pipe, _WAITING)}, rounds)
            pipe.close()
        for what, by_size in found.items():
            costs.setdefault(what, {}).update(by_size)
    return Axis.of("nodes", costs)


def as_picture(axes: Sequence[Axis]) -> str:
    """The same as a picture (SVG)."""
    return draw([Panel(axis.name, axis.costs) for axis in axes])
