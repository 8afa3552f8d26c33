"""Who is let into the probe, and who waits: so many calls at once, so many behind them. Pure."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

LONGEST_WAIT = 10.0
"""Seconds; who has not asked again for so long has gone."""


class Full(Enum):
    """So many wait already that one more would wait in vain."""

    FULL = "full"


class Place(NamedTuple):
    """Of somebody who waits."""

    number: int
    """1: the next."""


class Admission:
    """Counts calls and keeps the order of those who wait. Names are given by whoever asks."""

    def __init__(self, *, most: int, most_waiting: int) -> None:
        self._most = most
        self._most_waiting = most_waiting
        self._calls: set[str] = set()
        self._waiting: dict[str, float] = {}
        """When each asked last; the first came first."""

    @property
    def calls(self) -> int:
        """How many are let in."""
        return len(self._calls)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def ask(self, name: str, now: float) -> Place | Full | None:
        """Let in (None), a place to wait at, or none to be had. Asked again until let in."""
        self._forget(now)
        if name in self._calls:
            return None
        ahead = list(self._waiting).index(name) if name in self._waiting else len(self._waiting)
        if len(self._calls) + ahead < self._most:
            self._waiting.pop(name, None)
            self._calls.add(name)
            return None
        if name not in self._waiting and len(self._waiting) >= self._most_waiting:
            return Full.FULL
        self._waiting[name] = now
        return Place(ahead + 1)

    def leave(self, name: str) -> None:
        """The call is over, or its page waits no longer."""
        self._calls.discard(name)
        self._waiting.pop(name, None)

    def _forget(self, now: float) -> None:
        for name, at in list(self._waiting.items()):
            if now - at > LONGEST_WAIT:
                del self._waiting[name]
