"""When a delivery that failed is tried again. Pure."""

from __future__ import annotations

from random import Random

FIRST_MS = 10_000
LONGEST_MS = 4 * 3_600_000


def wait_ms(attempts: int, random: Random) -> int:
    """Milliseconds until the next attempt.

    Each wait is twice the one before, up to four hours: fifteen attempts in a day. Up to half of
    it is taken away at random, so that a receiver that comes back does not get everything at once.

    Args:
        attempts: made so far, 1 or more.
        random: where chance comes from.
    """
    doublings = min(attempts - 1, LONGEST_MS.bit_length())
    longest = min(FIRST_MS << doublings, LONGEST_MS)
    return round(longest * random.uniform(0.5, 1))
