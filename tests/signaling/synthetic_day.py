"""A day of a line that never was: a small model of people who come, wait, talk and go home.

Pairing is the real rule. Nothing here knows the forecast; it is asked at each arrival what it would
promise, and the day then goes on as it does.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from signaling.forecast import Hand, Scene, Talks, Visitor
from signaling.ids import LineId, TopicId, line_id

HOUR = 3600.0
PASSPORT, PENSION, TAXES = (TopicId(each) for each in ("passport", "pension", "taxes"))
LINES = {line_id(topic, "ru", "speech"): topic for topic in (PASSPORT, PENSION, TAXES)}
_MEANS = {PASSPORT: 360.0, PENSION: 660.0, TAXES: 270.0}
_SPREAD = {PASSPORT: 0.5, PENSION: 0.7, TAXES: 0.4}
"""Standard deviation of the logarithm of a talk's length."""
_CONFIGURED = {PASSPORT: 300.0, PENSION: 600.0, TAXES: 300.0}
_ARRIVALS = (28, 58, 77, 68, 51, 47, 52, 43, 26)
"""Visitors an hour from eight o'clock on."""
_SHARES = (0.5, 0.2, 0.3)
"""Of the topics, in their order."""
_RING = 5.0
_HEAD_STARTS = ((0.85, 0.0), (0.1, 600.0), (0.05, 1200.0))
_SHIFTS = ((0, 6), (0, 9), (0, 9), (1, 9), (1, 7), (1.5, 9), (2, 9), (2, 8), (2, 9), (3, 9))
_SKILLS = (
    (PASSPORT, PENSION, TAXES),
    (PASSPORT, TAXES),
    (PASSPORT, PENSION),
    (PASSPORT,),
    (TAXES, PENSION),
)
_BREAK = 0.06
"""Chance that a break follows a talk."""


@dataclass
class Guest:
    """One visitor."""

    number: int
    line: LineId
    joined: float
    effective: float
    wait: float | None = None


@dataclass
class Worker:
    """One consultant."""

    lines: frozenset[LineId]
    starts: float
    ends: float
    on: bool = False
    idle_since: float = 0
    topic: TopicId | None = None
    since: float = 0


@dataclass
class Day:
    """The model; `asked` is called for every guest who cannot be served at once."""

    rng: np.random.Generator
    asked: Callable[[Day, Guest], None]
    now: float = 0
    waiting: list[Guest] = field(default_factory=list)
    """By effective time."""
    workers: list[Worker] = field(default_factory=list)
    past: dict[TopicId, list[float]] = field(default_factory=dict)
    answered: list[Guest] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _ties: Iterator[int] = field(default_factory=itertools.count)

    def run(self) -> None:
        """From eight o'clock until everyone is served or the last consultant has gone."""
        for number, (starts, ends) in enumerate(_SHIFTS):
            topics = _SKILLS[number % len(_SKILLS)]
            lines = frozenset(line for line, topic in LINES.items() if topic in topics)
            worker = Worker(lines, starts * HOUR, (ends + 0.5) * HOUR)
            self.workers.append(worker)
            self._at(worker.starts, self._come(worker))
            self._at(worker.ends, self._go(worker))
        for guest in self._guests():
            self._at(guest.joined, self._join(guest))
        while self._events:
            self.now, _, happen = heapq.heappop(self._events)
            happen()

    def scene(self) -> Scene:
        """The line as a node would read it."""
        waiting = [each.line for each in self.waiting]
        return Scene(
            visitors=[Visitor(each.line, LINES[each.line]) for each in self.waiting],
            hands=[
                Hand(each.lines, each.topic, max(0.0, self.now - each.since - _RING))
                for each in self.workers
                if each.on
            ],
            talks={
                topic: Talks(tuple(self.past.get(topic, ())[-100:]), _CONFIGURED[topic])
                for topic in LINES.values()
            },
            lines=LINES,
            waiting={line: waiting.count(line) for line in set(waiting)},
        )

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._ties), happen))

    def _guests(self) -> Iterator[Guest]:
        numbers = itertools.count()
        for hour, rate in enumerate(_ARRIVALS):
            for _ in range(int(self.rng.poisson(rate))):
                joined = (hour + float(self.rng.random())) * HOUR
                line = list(LINES)[int(self.rng.choice(len(LINES), p=_SHARES))]
                lead = _HEAD_STARTS[int(self.rng.choice(3, p=[p for p, _ in _HEAD_STARTS]))][1]
                yield Guest(next(numbers), line, joined, joined - lead)

    def _come(self, worker: Worker) -> Callable[[], None]:
        def happen() -> None:
            if self.now < worker.ends:
                worker.on = True
                self._free(worker)

        return happen

    def _go(self, worker: Worker) -> Callable[[], None]:
        def happen() -> None:
            worker.on = False

        return happen

    def _join(self, guest: Guest) -> Callable[[], None]:
        def happen() -> None:
            idle = [
                each
                for each in self.workers
                if each.on and each.topic is None and guest.line in each.lines
            ]
            if idle:
                self._serve(min(idle, key=lambda each: each.idle_since), guest)
                return
            self.waiting.append(guest)
            self.waiting.sort(key=lambda each: (each.effective, each.number))
            self.asked(self, guest)

        return happen

    def _free(self, worker: Worker) -> None:
        worker.topic, worker.idle_since = None, self.now
        for guest in self.waiting:
            if guest.line in worker.lines:
                self.waiting.remove(guest)
                self._serve(worker, guest)
                return

    def _serve(self, worker: Worker, guest: Guest) -> None:
        topic = LINES[guest.line]
        spread = _SPREAD[topic]
        length = float(self.rng.lognormal(np.log(_MEANS[topic]) - spread**2 / 2, spread))
        worker.topic, worker.since = topic, self.now
        guest.wait = self.now + _RING - guest.joined
        self.answered.append(guest)
        self._at(self.now + _RING + length, self._finish(worker, topic, length))

    def _finish(self, worker: Worker, topic: TopicId, length: float) -> Callable[[], None]:
        def happen() -> None:
            self.past.setdefault(topic, []).append(length)
            worker.topic = None
            if worker.on and self.rng.random() < _BREAK:
                worker.on = False
                self._at(self.now + float(self.rng.uniform(300, 1200)), self._come(worker))
            elif worker.on:
                self._free(worker)

        return happen
