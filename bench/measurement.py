"""What was measured, its medians, and how they are shown."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

LIMIT = 1.15
"""Okno may take so many times as long as the minimal pages."""


@dataclass(frozen=True)
class Call:
    """Milliseconds from the press on "accept" to the first picture."""

    visitor: float
    consultant: float

    @property
    def both(self) -> float:
        """Until both people saw each other."""
        return max(self.visitor, self.consultant)


@dataclass
class Series:
    """Calls of one kind of page."""

    name: str
    calls: list[Call] = field(default_factory=list)

    def of(self, side: str) -> list[float]:
        """One figure of each call: ``visitor``, ``consultant`` or ``both``."""
        return [getattr(call, side) for call in self.calls]

    def median(self, side: str) -> float:
        return statistics.median(self.of(side))

    def p95(self, side: str) -> float:
        return statistics.quantiles(self.of(side), n=20, method="inclusive")[-1]

    def as_json(self) -> dict[str, Any]:
        return {
            side: {
                "median_ms": round(self.median(side)),
                "p95_ms": round(self.p95(side)),
                "calls_ms": [round(each) for each in self.of(side)],
            }
            for side in ("visitor", "consultant", "both")
        }


@dataclass
class Comparison:
    """Okno's pages against the minimal ones, measured in turn in the same run."""

    round_trip: int
    """Between the two people, ms."""
    minimal: Series
    okno: Series
    chromium: str

    @property
    def ratio(self) -> float:
        """Of the medians until both saw each other."""
        return self.okno.median("both") / self.minimal.median("both")

    def as_json(self) -> dict[str, Any]:
        return {
            "what": "milliseconds from pressing accept to the first picture",
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "chromium": self.chromium,
            "round_trip_ms": self.round_trip,
            "minimal": self.minimal.as_json(),
            "okno": self.okno.as_json(),
            "ratio": round(self.ratio, 3),
            "limit": LIMIT,
        }

    def rows(self) -> list[str]:
        """Of the table: each kind of page, and what one is to the other."""
        rows = []
        for series in (self.minimal, self.okno):
            sides = [series.median(side) for side in ("visitor", "consultant", "both")]
            figures = " | ".join(f"{each:.0f}" for each in (*sides, series.p95("both")))
            rows.append(f"| {self.round_trip} | {series.name} | {figures} | |")
        tail = self.okno.p95("both") / self.minimal.p95("both")
        rows.append(f"| {self.round_trip} | ratio | | | {self.ratio:.2f} | {tail:.2f} | {LIMIT} |")
        return rows


def as_markdown(comparisons: Sequence[Comparison]) -> str:
    """All of them in one table."""
    lines = [
        "| round trip, ms | pages | visitor, ms | consultant, ms | both, ms | p95 | at most |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join(lines + [row for each in comparisons for row in each.rows()])
