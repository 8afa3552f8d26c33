"""From the line as it was read to what each visitor is to be shown. Pure: values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import numpy as np

from signaling.estimate import Ahead, Shown, first, revised
from signaling.forecast import (
    SIMULATED,
    Curve,
    Forecast,
    Hand,
    Scene,
    Visitor,
    forecast,
)
from signaling.ids import ConsultationId, LineId, topic_of
from signaling.snapshot import Snapshot, Waiting, served


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One promise to be kept in mind."""

    consultation: ConsultationId
    before: str
    """What must be stored now for this to hold; empty: nothing."""
    after: str
    told: bool
    """False: only the circumstances are noted, what is shown stays."""


class Outlook(NamedTuple):
    """What follows from one snapshot."""

    changes: list[Change]
    curves: dict[LineId, Curve]
    """By which who joins next is promised something without a forecast of their own."""
    runs: int


def outlook(snapshot: Snapshot, rng: np.random.Generator) -> Outlook:
    """Run the line forward and revise what everyone is shown."""
    moving = [each for each in snapshot.visitors if each.topic not in snapshot.paused]
    still = [each for each in snapshot.visitors if each.topic in snapshot.paused]
    found = forecast(_scene(snapshot, moving), rng)
    changes = [*map(_pause, still), *_revise(snapshot, moving, found)]
    return Outlook([each for each in changes if each is not None], found.curves, found.runs)


def promise(waiting: Waiting, curve: Curve, rank: int, now: int) -> Change | None:
    """The first promise for somebody with `rank` people before them in their line."""
    wait = curve.wait(rank)
    return None if wait is None else _change(waiting, first(wait, curve.base, now), told=True)


def _scene(snapshot: Snapshot, moving: list[Waiting]) -> Scene:
    lines = sorted(served(snapshot.hands) | {*snapshot.waiting})
    open_lines = {
        line: topic
        for line, topic in ((line, topic_of(line)) for line in lines)
        if topic in snapshot.talks and topic not in snapshot.paused
    }
    elsewhere = Counter(each.line for each in moving if not each.here)
    here = [each for each in moving if each.here][:SIMULATED]
    return Scene(
        visitors=[Visitor(each.line, each.topic, each.interpreter) for each in here],
        hands=snapshot.hands,
        talks=snapshot.talks,
        lines=open_lines,
        waiting={
            line: count - elsewhere[line]
            for line, count in snapshot.waiting.items()
            if line in open_lines
        },
    )


def _revise(snapshot: Snapshot, moving: list[Waiting], found: Forecast) -> list[Change]:
    """In the order of the line, so that what stands before each is known."""
    group = _groups(snapshot.hands)
    ahead: dict[LineId, Ahead] = {}
    rank: Counter[LineId] = Counter()
    waits = iter(found.waits)
    changes = []
    for each in moving:
        curve = found.curves.get(each.line)
        # Behind those who are followed, and for who is not here yet, the place says it.
        by_place = curve.wait(rank[each.line]) if curve else None
        wait = next(waits, by_place) if each.here else by_place
        rivals = group.get(each.line, each.line)
        before = ahead.get(rivals, Ahead())
        if each.here:
            rank[each.line] += 1
            ahead[rivals] = Ahead(
                joined_at=max(before.joined_at, each.advanced_at),
                returned_at=max(before.returned_at, each.offered_at),
            )
        if wait is None or curve is None:
            continue
        shown = each.shown
        if shown is None:
            changes.append(_change(each, first(wait, curve.base, snapshot.at), told=True))
            continue
        now = revised(shown, wait, curve.base, before, snapshot.at)
        if now is not shown:
            changes.append(_change(each, now, told=True))
    return changes


def _pause(waiting: Waiting) -> Change | None:
    """Note for whom the line stands still: what they are shown may become longer afterwards."""
    shown = waiting.shown
    if shown is None or shown.paused:
        return None
    return _change(waiting, msgspec.structs.replace(shown, paused=True), told=False)


def _change(waiting: Waiting, shown: Shown, *, told: bool) -> Change:
    return Change(
        consultation=waiting.id,
        before=waiting.raw,
        after=msgspec.json.encode(shown).decode(),
        told=told,
    )


def _groups(hands: Iterable[Hand]) -> dict[LineId, LineId]:
    """Lines whose visitors compete for somebody, each by one name of its group."""
    parent: dict[LineId, LineId] = {}

    def root(line: LineId) -> LineId:
        while parent.setdefault(line, line) != line:
            line = parent[line]
        return line

    for lines in {hand.lines for hand in hands}:
        names = sorted(lines)
        for each in names[1:]:
            parent[root(each)] = root(names[0])
    return {line: root(line) for line in parent}
