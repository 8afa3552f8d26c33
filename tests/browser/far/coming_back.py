"""How long it takes until two people see and hear each other again, as their pages observe it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from tests.browser.people import Person
from tests.browser.waiting import until

RETURNS = Path(__file__).parents[1] / "returns.js"
_PICTURES, _SOUND_SECONDS = 5, 0.2
"""What must have been shown and played for it to be back, and not a last rest of before."""
_GIVEN_UP_AFTER = 30.0


def now() -> float:
    """Milliseconds since 1970, as the pages of this machine count them."""
    return time.time() * 1000


async def back(since: float, *people: Person) -> float:
    """Seconds after that moment (`now`) until all of them saw and heard the other again."""
    took = [_back(since, person) for person in people]
    return max(await asyncio.gather(*took))


async def _back(since: float, person: Person) -> float:
    took = await until(
        person.page,
        "returns.after",
        [since, _PICTURES, _SOUND_SECONDS],
        accept=lambda seen: seen is not None,
        seconds=_GIVEN_UP_AFTER,
    )
    return float(took) / 1000


async def talk(person: Person, other: Person) -> None:
    """Wait until the two see and hear each other."""
    for here, there in ((person, other), (other, person)):
        await here.sees_person(there)
        await here.hears_person(there)
    await person.is_in("active")


def show(took: Mapping[str, float]) -> None:
    """For the table in docs/BENCHMARKS.md (``pytest -s``)."""
    lines = [f"{what:40} {seconds:.1f} s" for what, seconds in took.items()]
    print("\n" + "\n".join(lines))  # noqa: T201 - to be read by people
