"""The real line, run forward: how long will each visitor wait?

Consultants come free at random times, each then takes the visitor with the lowest effective time
among their lines, as pairing does, and is busy for as long as a past consultation of that topic
was. Many runs side by side give the distribution of every wait. All runs move together, one event
of each at a time, because that is what numpy does quickly.

Not foreseen: who joins later with a head start, who goes on a break, who leaves the line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from signaling.estimate import Circumstances, Wait
from signaling.ids import LineId, TopicId

Floats = npt.NDArray[np.float64]

RUNS = 200
FEWEST_RUNS = 40
SIMULATED = 200
"""Visitors that are followed one by one; those behind them wait as the line moves on average."""
MINIMUM_SAMPLES = 5
"""Fewer past consultations than this say nothing yet; the configured time is used and marked."""
ANSWER_SECONDS = 5.0
"""From being called to both seeing each other; the consultant is busy with it."""

_WORK = 8_000_000
"""Cells looked at in one forecast, about: what bounds its time on large lines."""
_TYPICAL = 3
"""So many past consultations must have lasted longer than a talk has already, to judge by them."""
_POINTS = 16
"""Of a curve."""


class Visitor(NamedTuple):
    """Somebody in the line."""

    line: LineId
    topic: TopicId
    interpreter: str = ""


class Hand(NamedTuple):
    """A consultant at work, who takes the next visitor when free."""

    lines: frozenset[LineId]
    topic: TopicId | None = None
    """What they are busy with; None when idle."""
    spent: float = 0
    """Seconds since that talk began; 0 while it still rings or connects."""
    at_most: float = np.inf
    """Seconds until they are free at the latest: when their wrap-up runs out."""
    interprets: frozenset[str] = frozenset()


class Talks(NamedTuple):
    """How long consultations of a topic take, in seconds."""

    past: tuple[float, ...]
    configured: float

    @property
    def measured(self) -> bool:
        """Whether there is enough experience."""
        return len(self.past) >= MINIMUM_SAMPLES

    @property
    def mean(self) -> float:
        """Of the past, or the configured one while there is not enough."""
        return sum(self.past) / len(self.past) if self.measured else self.configured


class Scene(NamedTuple):
    """The line at one moment."""

    visitors: Sequence[Visitor]
    """Those who are followed one by one, the first `SIMULATED` of all by effective time."""
    hands: Sequence[Hand]
    talks: Mapping[TopicId, Talks]
    """Of every topic that is waited for or talked about."""
    lines: Mapping[LineId, TopicId]
    """Lines for which the wait of the next to join is asked too."""
    waiting: Mapping[LineId, int]
    """How many people are in each line, also those who are not followed."""

    @property
    def beyond(self) -> float:
        """All who wait, by those who are followed: how far to stretch what is known of them."""
        return max(1.0, sum(self.waiting.values()) / max(1, len(self.visitors)))


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The wait in one line by the number of people before you in it."""

    ranks: list[int]
    """Ascending; empty when nobody on duty can serve the line."""
    median: list[float]
    p80: list[float]
    samples: int
    base: Circumstances

    def wait(self, rank: int) -> Wait | None:
        """The forecast for somebody with `rank` people before them."""
        if not self.ranks:
            return None
        return Wait(
            median=self._read(self.median, rank),
            p80=self._read(self.p80, rank),
            method="measured" if self.samples >= MINIMUM_SAMPLES else "configured",
            samples=self.samples,
        )

    def _read(self, values: list[float], rank: int) -> float:
        last = self.ranks[-1]
        if rank > last:
            return values[-1] * (rank + 1) / (last + 1)
        return float(np.interp(rank, self.ranks, values))


class Forecast(NamedTuple):
    """What came out."""

    waits: list[Wait | None]
    """Of the visitors in their order; None: nobody on duty can serve them."""
    curves: dict[LineId, Curve]
    runs: int


def forecast(scene: Scene, rng: np.random.Generator, runs: int | None = None) -> Forecast:
    """Run the line forward; `runs` as many times as its size allows, when not said."""
    visitors = scene.visitors
    runs = runs or runs_for(len(visitors), len(scene.hands))
    free = _free_times(scene, runs, rng)
    topics = [each.topic for each in visitors]
    busy = _durations(topics, scene.talks, runs, rng) + ANSWER_SECONDS
    waits, free_after = _run(
        free, busy, [hand.lines for hand in scene.hands], [each.line for each in visitors]
    )
    _wait_for_interpreters(waits, scene, free, busy)
    median, p80 = _quantiles(waits)
    found = [
        _wait(scene.talks[topic], float(median[at]), float(p80[at]))
        for at, topic in enumerate(topics)
    ]
    return Forecast(found, _curves(scene, found, free_after), runs)


def runs_for(visitors: int, hands: int) -> int:
    """So many runs that the time stays bounded; large lines are steadier and need fewer."""
    cells = max(1, visitors * (hands + visitors))
    return max(FEWEST_RUNS, min(RUNS, _WORK // cells))


def remaining(talks: Talks, spent: Floats, runs: int, rng: np.random.Generator) -> Floats:
    """How much longer talks go on that have lasted `spent` seconds: a row for each run.

    Drawn from the past consultations that lasted longer. When hardly any did, the talk is of a kind
    not seen yet, and goes on for half a usual one on average.
    """
    if not talks.measured:
        # Memoryless: without experience, the time spent says nothing.
        return rng.exponential(talks.configured, (runs, len(spent)))
    past = np.sort(np.asarray(talks.past))
    shorter = np.searchsorted(past, spent, side="right")
    longer = len(past) - shorter
    chosen = shorter + (rng.random((runs, len(spent))) * longer).astype(np.int64)
    drawn: Floats = past[np.minimum(chosen, len(past) - 1)] - spent
    rare = longer < _TYPICAL
    drawn[:, rare] = rng.exponential(talks.mean / 2, (runs, int(rare.sum())))
    return drawn


def _free_times(scene: Scene, runs: int, rng: np.random.Generator) -> Floats:
    free = np.zeros((runs, len(scene.hands)))
    for topic in dict.fromkeys(hand.topic for hand in scene.hands if hand.topic is not None):
        mine = [at for at, hand in enumerate(scene.hands) if hand.topic == topic]
        spent = np.array([scene.hands[at].spent for at in mine])
        limit = np.array([scene.hands[at].at_most for at in mine])
        free[:, mine] = np.minimum(remaining(scene.talks[topic], spent, runs, rng), limit)
    return free


def _durations(
    topics: Sequence[TopicId], talks: Mapping[TopicId, Talks], runs: int, rng: np.random.Generator
) -> Floats:
    lasting = np.zeros((runs, len(topics)))
    for topic in dict.fromkeys(topics):
        mine = [at for at, each in enumerate(topics) if each == topic]
        lasting[:, mine] = remaining(talks[topic], np.zeros(len(mine)), runs, rng)
    return lasting


def _run(
    free: Floats, busy: Floats, able: Sequence[frozenset[str]], needs: Sequence[str]
) -> tuple[Floats, Floats]:
    """Pair until everyone is called whom anyone can serve.

    `able` is what each hand can do and `needs` what each visitor wants, in the order of the line.
    Answers with the seconds each visitor waits, infinite for who is never called, and when each
    hand is free again after them, by run.
    """
    runs, count = busy.shape
    waits, free = np.full((runs, count), np.inf), free.copy()
    kinds = {each: number for number, each in enumerate(dict.fromkeys(able))}
    if not count or not kinds:
        return waits, free
    kind = np.array([kinds[each] for each in able], dtype=np.int64)
    serves = np.array([[need in each for need in needs] for each in kinds], dtype=np.bool_)
    # As `free`, but never for hands that have nobody left whom they could serve.
    clock = free.copy()
    waiting = np.ones((runs, count), dtype=np.bool_)
    every = np.arange(runs)
    left = runs * int(serves.any(axis=0).sum())
    while left:
        who = clock.argmin(axis=1)
        at = clock[every, who]
        mine = serves[kind[who]] & waiting
        next_one = mine.argmax(axis=1)
        found = mine[every, next_one] & np.isfinite(at)
        run, hand, visitor = every[found], who[found], next_one[found]
        waits[run, visitor] = at[found]
        waiting[run, visitor] = False
        free[run, hand] = clock[run, hand] = at[found] + busy[run, visitor]
        left -= len(run)
        if len(run) < runs:
            idle = every[~found]
            alike = kind == kind[who[idle]][:, None]
            clock[idle] = np.where(alike, np.inf, clock[idle])
    return waits, free


def _wait_for_interpreters(waits: Floats, scene: Scene, free: Floats, busy: Floats) -> None:
    """Make those who need an interpreter wait for the later of the two.

    Interpreters have a line of their own here. In truth both must be free at one moment; since
    consultants do not idle until then, the visitor waits for one more of them to come free.
    """
    who = [at for at, each in enumerate(scene.visitors) if each.interpreter]
    if not who:
        return
    hands = [at for at, hand in enumerate(scene.hands) if hand.interprets]
    able = [scene.hands[at].interprets for at in hands]
    needs = [scene.visitors[at].interpreter for at in who]
    interpreted, _ = _run(free[:, hands], busy[:, who], able, needs)
    waits[:, who] = np.maximum(waits[:, who], interpreted)


def _quantiles(waits: Floats) -> tuple[Floats, Floats]:
    """Median and 80th percentile of each column; values that occurred, so infinity is allowed."""
    half, most = (len(waits) + 1) // 2 - 1, (len(waits) * 4 + 4) // 5 - 1
    parts = np.partition(waits, (half, most), axis=0)
    return parts[half], parts[most]


def _wait(talks: Talks, median: float, p80: float) -> Wait | None:
    if not np.isfinite(p80):
        return None
    return Wait(
        median=median + ANSWER_SECONDS,
        p80=p80 + ANSWER_SECONDS,
        method="measured" if talks.measured else "configured",
        samples=len(talks.past),
    )


def _curves(scene: Scene, waits: Sequence[Wait | None], free: Floats) -> dict[LineId, Curve]:
    points: dict[LineId, list[tuple[int, Wait]]] = {}
    rank: Counter[LineId] = Counter()
    for visitor, wait in zip(scene.visitors, waits, strict=True):
        if wait is not None and not visitor.interpreter:
            points.setdefault(visitor.line, []).append((rank[visitor.line], wait))
        rank[visitor.line] += 1
    alike: dict[frozenset[LineId], list[int]] = {}
    for at, hand in enumerate(scene.hands):
        alike.setdefault(hand.lines, []).append(at)
    first_free = {lines: free[:, hands].min(axis=1) for lines, hands in alike.items()}
    return {
        line: _curve(
            scene,
            line,
            _thin(points.get(line, [])),
            [times for lines, times in first_free.items() if line in lines],
            sum(len(hands) for lines, hands in alike.items() if line in lines),
        )
        for line in scene.lines
    }


def _curve(
    scene: Scene, line: LineId, points: list[tuple[int, Wait]], free: list[Floats], hands: int
) -> Curve:
    talks = scene.talks[scene.lines[line]]
    if free and (scene.beyond == 1 or not points):
        # Behind everyone who was followed: whoever of the line's hands is free first.
        median, p80 = _quantiles(np.min(free, axis=0)[:, None])
        next_one = _wait(talks, float(median[0]) * scene.beyond, float(p80[0]) * scene.beyond)
        if next_one is not None:
            points = [*points, (scene.waiting.get(line, 0), next_one)]
    return Curve(
        ranks=[rank for rank, _ in points],
        median=[wait.median for _, wait in points],
        p80=[wait.p80 for _, wait in points],
        samples=len(talks.past),
        base=Circumstances(hands=hands, handling=talks.mean),
    )


def _thin(points: list[tuple[int, Wait]]) -> list[tuple[int, Wait]]:
    """Enough of the points to read the rest from them, the first and the last among them."""
    if len(points) <= _POINTS:
        return points
    chosen = np.unique(np.linspace(0, len(points) - 1, _POINTS).round().astype(np.int64))
    return [points[at] for at in chosen]
