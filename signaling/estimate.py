"""How long a visitor may have to wait: pure arithmetic, told in minutes as people say them.

The line moves each time one of the consultants on duty finishes. With n of them busy for an
exponentially distributed time of mean h, the k-th visitor is called after a time that is gamma
distributed with shape k and scale h/n (the k-th event of a Poisson process; L. Kleinrock, *Queueing
Systems* I, 1975, section 2.4). The shown range goes from its median to its 80th percentile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from signaling.parts import Estimate

MINIMUM_SAMPLES = 5
"""Fewer past consultations than this say nothing yet; the configured time is used and marked."""

STEPS = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120)
"""Minutes that are ever shown; a longer wait is shown as the last."""

_Z50 = 0.0
_Z80 = 0.8416212335729143
"""Quantiles of the standard normal distribution."""


def gamma_quantile(shape: int, scale: float, z: float) -> float:
    """Quantile of a gamma distribution by the Wilson-Hilferty approximation (PNAS 17, 1931).

    `z` is the standard normal quantile of the wanted probability. The result has `scale`'s unit;
    for shape 1 it is 2 % off at the median, for more it is closer.
    """
    return shape * scale * (1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3


def minutes_up(seconds: float) -> int:
    """The first step that is not less than so many seconds."""
    return next((step for step in STEPS if seconds <= step * 60), STEPS[-1])


def estimate(
    place: int, on_duty: int, configured_seconds: float, past_seconds: Sequence[float]
) -> Estimate | None:
    """The range for the visitor at `place` (1 is next) of a line with `on_duty` consultants.

    `past_seconds` are how long consultants were busy with past consultations of the topic. None
    when nobody is on duty: then nothing honest can be said.
    """
    if on_duty < 1:
        return None
    samples = len(past_seconds)
    measured = samples >= MINIMUM_SAMPLES
    handling = sum(past_seconds) / samples if measured else configured_seconds
    scale = handling / on_duty
    return Estimate(
        low_minutes=minutes_up(gamma_quantile(place, scale, _Z50)),
        high_minutes=minutes_up(gamma_quantile(place, scale, _Z80)),
        method="measured" if measured else "configured",
        samples=samples,
    )
