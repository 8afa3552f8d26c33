"""Samples of the media: kept like everything else, and folded when the talk is over."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from server.archive import store as store_module
from server.archive.database import Database
from server.archive.log import SqlSessionLog
from server.archive.outbox import wants
from server.archive.store import store
from signaling.events import Entry, Measured
from signaling.fold import fold
from signaling.measures import Picture, Sample, Sound, Way
from signaling.model import Side
from signaling.record import Record
from tests.histories import History
from tests.server.archive.watching import add_organisation, archived, count, delivered

SAMPLE = Sample(
    span=5000,
    rtt=23,
    offset=14,
    received=Way(
        audio=Sound(kbps=34, jitter=4, level=33, concealed=2),
        video=Picture(kbps=1480, jitter=6, fps=29, width=1280, height=720),
    ),
    sent=Way(
        audio=Sound(kbps=36, jitter=3, level=29),
        video=Picture(kbps=1510, jitter=5, fps=30, width=1280, height=720),
    ),
)


async def talk(database: Database, samples: int) -> History:
    """A talk that goes on, of which both sides have reported so often."""
    history = History(organisation=await add_organisation(database), pause=10)
    history.offer("anna").accept().connect()
    for number in range(samples):
        history.measure((Side.VISITOR, Side.CONSULTANT)[number % 2], SAMPLE)
    return history


async def test_samples_are_kept_and_the_record_has_their_sum_at_the_end(
    database: Database,
) -> None:
    history = await talk(database, 10)
    await store(database, history.organisation, delivered(history))
    going_on = await archived(database, history)
    assert going_on is not None
    assert going_on.contact_legs[0].quality == []

    history.end_talk().close()
    await store(database, history.organisation, delivered(history)[-2:])
    record = await archived(database, history)
    assert record == fold(history.entries())
    assert record is not None
    assert [(row.side, row.kind, row.samples) for row in record.contact_legs[0].quality] == [
        (side, kind, 5) for side in ("consultant", "visitor") for kind in ("audio", "video")
    ]

    log = SqlSessionLog(database)
    found = await log.record(history.organisation, history.consultation)
    assert found is not None
    assert "consultation.quality" not in {entry.type for entry in found[1]}
    assert [each.sample for each in await log.measured(record)] == [SAMPLE] * 10


async def test_a_sample_that_comes_after_the_end_of_its_talk_is_not_missed(
    database: Database,
) -> None:
    """Two nodes archive side by side, so the end may be committed first."""
    history = await talk(database, 4)
    history.end_talk().close()
    entries = delivered(history)
    late = [entry for entry in entries if isinstance(entry.event, Measured)]
    rest = [entry for entry in entries if entry not in late]

    await store(database, history.organisation, rest)
    await asyncio.gather(*(store(database, history.organisation, [entry]) for entry in late))

    assert await archived(database, history) == fold(history.entries())


async def test_a_sample_costs_the_same_however_long_the_talk_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is folded for a sample, so the hundredth costs what the first did."""
    folded: list[int] = []

    def counting(entries: list[Entry]) -> Record | None:
        folded.append(len(entries))
        return fold(entries)

    history = await talk(database, 200)
    entries = delivered(history)
    monkeypatch.setattr(store_module, "fold", counting)
    for start in range(0, len(entries), 20):
        await store(database, history.organisation, entries[start : start + 20])
    before = sum(folded)
    history.end_talk().close()
    await store(database, history.organisation, delivered(history)[-2:])
    assert before <= 20, "what began the talk was folded once"
    assert sum(folded) == before + len(history.events)
    assert await count(database) == len(history.events)


def test_no_webhook_is_told_of_samples() -> None:
    assert not wants(["consultation.*"], "consultation.quality")
    assert not wants(["consultation.quality"], "consultation.quality")


def test_a_sample_is_small_in_the_journal() -> None:
    """A large city writes some 20 million a day."""
    history = History().offer().accept().connect().measure(Side.CONSULTANT, SAMPLE)
    assert len(msgspec.json.encode(history.events[-1])) < 420
