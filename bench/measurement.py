"""What was measured, its medians, and how they are shown."""

from __future__ import annotations

import platform
import statistics
from dataclasses import dataclass, field
from typing import Any

LIMIT = 1.3
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

    def as_json(self) -> dict[str, Any]:
        return {
            side: {
                "median_ms": round(self.median(side)),
                "calls_ms": [round(each) for each in self.of(side)],
            }
            for side in ("visitor", "consultant", "both")
        }


@dataclass
class Comparison:
    """Okno's pages against the minimal ones, measured in turn in the same run."""

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
            "minimal": self.minimal.as_json(),
            "okno": self.okno.as_json(),
            "ratio": round(self.ratio, 3),
            "limit": LIMIT,
        }

    def as_markdown(self) -> str:
        lines = [
            "| pages | visitor's side, ms | consultant's side, ms | both, ms |",
            "|---|---|---|---|",
        ]
        for series in (self.minimal, self.okno):
            sides = (f"{series.median(side):.0f}" for side in ("visitor", "consultant", "both"))
            lines.append(f"| {series.name} | {' | '.join(sides)} |")
        lines.append(f"| ratio (at most {LIMIT}) | | | {self.ratio:.2f} |")
        return "\n".join(lines)
