"""Booths that nobody is at: what their checks of themselves have found, and who is there at all."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from signaling import keys
from signaling.checkup import NEEDS, Grade, Part, Verdict, Why, judge
from signaling.facts import Facts
from signaling.ids import BoothId, OrganisationId, booth_person
from signaling.model import Mode
from signaling.ports import RedisClient, Timings, milliseconds
from signaling.reading import hashes
from signaling.scripts import Scripts, Verb


class PartHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A part as the checks have left it."""

    grade: Grade | None = None
    """None: bad once, which does not count yet."""
    why: Why | None = None
    since: int | None = None
    """Since when it has this grade (ms)."""
    bad: int = 0
    """Bad checks in a row."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One booth, as its checks have left it."""

    at: int
    """When the last check ended (ms)."""
    parts: dict[Part, PartHealth]
    cannot: str = ""
    """Modes, separated by spaces."""
    since: int | None = None
    """When that changed the last time (ms)."""

    @property
    def modes(self) -> tuple[Mode, ...]:
        """In which the booth takes no visitors."""
        return tuple(Mode(mode) for mode in self.cannot.split())

    @property
    def failed(self) -> dict[Part, PartHealth]:
        """What is marked."""
        return {part: each for part, each in self.parts.items() if each.grade is Grade.FAILED}


class BoothNow(msgspec.Struct, frozen=True, kw_only=True):
    """One booth as staff see it."""

    id: BoothId
    up: bool
    """A page is open there."""
    standing: Standing | None
    """None: never checked."""


class Checks:
    """Takes what a booth has found."""

    def __init__(self, scripts: Scripts, timings: Timings) -> None:
        self._scripts = scripts
        self._keep = milliseconds(timings.resume)

    async def take(self, organisation: OrganisationId, booth: BoothId, facts: Facts) -> Verdict:
        """Judge it and write it down; marks what was bad twice in a row, returns what is good.

        Raises:
            WrongStateError: the booth has a visitor; nothing is written down.
        """
        verdict = judge(facts)
        await self._scripts.run(
            Verb.CHECK,
            organisation,
            booth=booth,
            verdict=msgspec.to_builtins(verdict),
            modes=list(NEEDS),
            needs=msgspec.to_builtins(NEEDS),
            with_sound=facts.speaker is not None and facts.speaker.played,
            keep=self._keep,
        )
        return verdict


_standing = msgspec.json.Decoder(Standing)


async def booths_now(
    redis: RedisClient, organisation: OrganisationId, booths: Iterable[BoothId]
) -> list[BoothNow]:
    """These booths of the organisation, in the order they are given."""
    wanted = list(booths)
    if not wanted:
        return []
    found = await redis.hmget(keys.health(organisation), list(wanted))
    names = [keys.person(organisation, booth_person(booth)) for booth in wanted]
    sockets = await hashes(redis, names, ("node",))
    return [
        BoothNow(
            id=booth,
            up=node is not None,
            standing=None if text is None else _standing.decode(text),
        )
        for booth, text, (node,) in zip(wanted, found, sockets, strict=True)
    ]


async def count_unfit(redis: RedisClient, organisation: OrganisationId) -> int:
    """How many of the organisation's booths refuse some conversations or all."""
    found = await redis.hvals(keys.health(organisation))
    return sum(1 for text in found if _standing.decode(text).cannot)
