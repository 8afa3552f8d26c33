"""The score of sound and picture: one table, two implementations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from signaling.measures import Picture, Sound
from signaling.quality import grade, score, smoothed
from tests.web.test_screens import call_each

TABLE: dict[str, list[list[Any]]] = msgspec.json.decode(
    (Path(__file__).parents[1] / "quality_scores.json").read_bytes()
)
MODULE = "core/score.js"
KINDS: tuple[type[Sound | Picture], ...] = (Sound, Picture)
FLOWS: list[tuple[type[Sound | Picture], str, dict[str, Any], int | None, int | None]] = [
    (kind, *row) for kind in KINDS for row in TABLE[kind.__name__.lower()]
]


async def test_server_and_page_give_the_same_score() -> None:
    told = await call_each(MODULE, "scoreOf", [[flow, rtt] for _, _, flow, rtt, _ in FLOWS])
    for (kind, name, flow, rtt, points), there in zip(FLOWS, told, strict=True):
        assert (score(kind(**flow), rtt), there) == (points, points), name


async def test_server_and_page_give_the_same_grades() -> None:
    told = await call_each(MODULE, "gradeOf", [[points] for points, _ in TABLE["grades"]])
    for (points, word), there in zip(TABLE["grades"], told, strict=True):
        assert (grade(points), there) == (word, word), points


async def test_server_and_page_smooth_alike() -> None:
    told = await call_each(MODULE, "smoothed", [row[:2] for row in TABLE["smoothed"]])
    for (before, points, shown), there in zip(TABLE["smoothed"], told, strict=True):
        assert (smoothed(before, points), there) == pytest.approx((shown, shown))
