"""How good sound or picture is, from 0 to 100. Pure; ``web/static/js/core/score.js`` is its twin.

The formula is that of LiveKit's connection-quality scorer: a delay d = trip / 2 + 2 · jitter costs
d / 40 points, or (d - 120) / 10 above 160 ms; each percent of lost packets costs w points. Scores
are never stored: they are computed from samples when they are shown. ``tests/quality_scores.json``
holds the two implementations to each other.
"""

from __future__ import annotations

import math
from enum import StrEnum

from signaling.measures import Kind, Picture, Sample, Sound, Way

_PICTURE = 10.0
"""Points for one percent of packets: the weights of the same scorer. Nothing helps a picture over a
loss; Opus conceals; with its own error correction it bears half as much more; RED sends everything
twice."""
_OPUS = 8.0
_OPUS_WITH_FEC = _OPUS / 1.5
_RED = 4.0

_FELT_MS = 160

FALL = 0.8
"""Share of a fall that is shown at once."""
RISE = 0.4
"""Share of a rise that is believed at once."""

WEAK = 40
"""A score up to this one is weak: poor or lost."""
LOST = 20
"""A score up to this one is lost."""


class Grade(StrEnum):
    """A score in a word."""

    EXCELLENT = "excellent"
    """Above 80."""
    GOOD = "good"
    """Above 40."""
    POOR = "poor"
    """Above 20: people notice, and have to repeat themselves."""
    LOST = "lost"
    """They hardly understand each other, if at all."""


def score(flow: Sound | Picture, rtt: int | None) -> int | None:
    """Points of one direction over one span.

    Args:
        flow: what was measured of it.
        rtt: there and back, ms; None: not known, as if there were no delay.

    Returns:
        0 to 100, or None while nobody knows how much is lost.
    """
    if flow.loss is None:
        return None
    delay = (rtt or 0) / 2 + 2 * (flow.jitter or 0)
    penalty = (delay - 120) / 10 if delay > _FELT_MS else delay / 40
    points = 100 - penalty - flow.loss / 10 * _weight(flow)
    return math.floor(min(100.0, max(0.0, points)) + 0.5)


def points(way: Way, rtt: int | None) -> dict[Kind, int]:
    """The scores of one direction over one span, of what is sent and known."""
    kinds: tuple[tuple[Kind, Sound | Picture | None], ...] = (
        ("audio", way.audio),
        ("video", way.video),
    )
    found = {kind: score(flow, rtt) for kind, flow in kinds if flow is not None}
    return {kind: each for kind, each in found.items() if each is not None}


def worst(sample: Sample) -> int | None:
    """The lower score of sound and picture as the reporter gets them; None: nothing is known."""
    return min(points(sample.received, sample.rtt).values(), default=None)


def grade(score: float) -> Grade:
    """The word for a score."""
    if score > 80:  # noqa: PLR2004 - the limits of the formula
        return Grade.EXCELLENT
    if score > WEAK:
        return Grade.GOOD
    return Grade.POOR if score > LOST else Grade.LOST


def smoothed(before: float | None, score: float) -> float:
    """The next of a row of scores: a bad span shows at once, a good one is not believed yet.

    Args:
        before: the smoothed score before; None: this is the first.
        score: of the span of 5 s that has passed.
    """
    if before is None:
        return score
    return before + (score - before) * (FALL if score < before else RISE)


def _weight(flow: Sound | Picture) -> float:
    if isinstance(flow, Picture):
        return _PICTURE
    if flow.codec.lower() == "red":
        return _RED
    return _OPUS_WITH_FEC if flow.fec else _OPUS
