"""What gets through weak networks: of plain browsers, and of Okno that holds something back.

Each network is as it says for a while and then good again, in the middle of a talk.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.talks import Two, two
from tests.browser.media import CONSULTANT, VISITOR
from tests.network import PERFECT, Condition

NETWORKS = {
    "good": PERFECT,
    "5 % lost": Condition(loss=0.05),
    "15 % lost": Condition(loss=0.15),
    "30 % lost": Condition(loss=0.30),
    "100 ms": Condition(delay=0.05),
    "300 ms": Condition(delay=0.15),
    "600 ms": Condition(delay=0.3),
    "1 Mbit/s": Condition(rate=1_000_000),
    "300 kbit/s": Condition(rate=300_000),
    "60 kbit/s": Condition(rate=60_000),
}
"""Each between the two people: only the booth's network is weak. Delays are one way."""
SETTLE_SECONDS = 15
"""What plain browsers take to find out; the figures are of the time after it."""
_BEFORE_SECONDS = 5
_BEEPS = 0.8
"""The tone is on for so much of the time."""


@dataclass(frozen=True)
class Heard:
    """What arrived, of both directions together."""

    tone: float
    """Share of the tone that was there to hear."""
    gap: int
    """The longest time without any, ms; the tone itself pauses for 100."""
    made_up: float
    """Share of the sound that did not come in time."""
    fps: float
    lines: int
    """Of the picture; 0 while there is none."""
    frozen: float
    """Share of the time in which the picture stood still."""


@dataclass(frozen=True)
class Row:
    """One network."""

    network: str
    plain: Heard
    okno: Heard
    back: tuple[int | None, int | None]
    """Seconds after the network was good again until the picture had 20 frames a second and 360
    lines, with plain pages and Okno's; None: not within the time."""


async def measure(files: Path, names: Sequence[str], seconds: int, after: int) -> list[Row]:
    """One talk of each kind for each network.

    Args:
        files: An empty directory for data and captured media.
        names: Of `NETWORKS`.
        seconds: How long it is weak.
        after: How long it is watched then.
    """
    async with two(files) as people:
        return [await _compare(people, name, seconds, after) for name in names]


async def _compare(people: Two, name: str, seconds: int, after: int) -> Row:
    heard, back = [], []
    for link in (people.minimal_link, people.okno_link):
        async with link() as pages:
            await pages[1].locator('[data-action="accept"]').click()
            await asyncio.sleep(_BEFORE_SECONDS)
            people.weaken(NETWORKS[name])
            ways = await _listen(pages, seconds)
            heard.append(_together(ways))
            people.weaken(PERFECT)
            back.append(_time_back(await _listen(pages, after)))
    return Row(name, heard[0], heard[1], (back[0], back[1]))


async def _listen(pages: tuple[Page, Page], seconds: int) -> list[list[dict[str, Any]]]:
    listening = (
        page.evaluate(f"listener.listen({other.frequency}, {seconds})")
        for page, other in zip(pages, (CONSULTANT, VISITOR), strict=True)
    )
    return list(await asyncio.gather(*listening))


def _together(ways: list[list[dict[str, Any]]]) -> Heard:
    rows = [row for way in ways for row in way[SETTLE_SECONDS:]]
    return Heard(
        tone=min(1.0, statistics.mean(row["heard"] for row in rows) / _BEEPS),
        gap=max(row["gap"] for row in rows),
        made_up=statistics.mean(row["concealed"] for row in rows),
        fps=statistics.mean(row["fps"] for row in rows),
        lines=round(statistics.median(row["height"] for row in rows)),
        frozen=min(1.0, sum(row["freeze"] for row in rows) / len(rows)),
    )


def _time_back(ways: list[list[dict[str, Any]]]) -> int | None:
    """The later of the two directions."""
    found = [
        next((n for n, row in enumerate(way, 1) if row["fps"] >= 20 and row["height"] >= 360), None)
        for way in ways
    ]
    return None if None in found else max(each for each in found if each is not None)


def as_markdown(rows: Sequence[Row]) -> str:
    lines = [
        "| network | pages | tone | gap, ms | made up | frames/s | lines | frozen | back, s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        for pages, heard, back in (
            ("plain", row.plain, row.back[0]),
            ("Okno", row.okno, row.back[1]),
        ):
            figures = (
                f"{heard.tone:.0%}",
                str(heard.gap),
                f"{heard.made_up:.0%}",
                f"{heard.fps:.0f}",
                str(heard.lines or "none"),
                f"{heard.frozen:.0%}",
                "not" if back is None else str(back),
            )
            lines.append(f"| {row.network} | {pages} | {' | '.join(figures)} |")
    return "\n".join(lines)


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]
