"""Consent to a recording, and the work of recorders, as verbs of the line."""

from __future__ import annotations

import msgspec
import pytest

from signaling import keys
from signaling.consent import RecordingRule, RecordingState
from signaling.errors import Code
from signaling.examine import examine, read_holdings
from signaling.fold import fold, live_state
from signaling.ids import ConsultationId, NodeId, UserId
from signaling.journal import read
from signaling.model import Side, Topic
from signaling.ports import RedisClient, Timings
from signaling.recording_events import Recorded, RecordingChanged
from signaling.recordings import Job, Recordings, Written
from signaling.scripts import Scripts
from tests.signaling.room import PASSPORT, Room, refused

ONE, OTHER = NodeId("recorder-1"), NodeId("recorder-2")
ASKED = msgspec.structs.replace(PASSPORT, recording=RecordingRule.ASK)
ALWAYS = msgspec.structs.replace(PASSPORT, recording=RecordingRule.ALWAYS)


class Studio:
    """Anna talks to a visitor about a topic."""

    def __init__(self, redis: RedisClient, days: int = 30) -> None:
        timings = Timings(recording_days=days)
        self.room = Room(redis, timings)
        self.recordings = Recordings(Scripts(redis), timings)
        self.anna = UserId("anna")
        self.talk = ConsultationId("")

    async def begin(self, topic: Topic = ASKED) -> None:
        await self.room.available("anna")
        await self.room.join(topic=topic)
        self.talk = await self.room.talk(self.anna)

    async def ask(self) -> None:
        await self.recordings.ask(self.room.organisation, self.anna, self.talk)

    async def answer(self, *, agree: bool) -> None:
        booth = self.room.booth().booth
        await self.recordings.answer(self.room.organisation, booth, self.talk, agree=agree)

    async def stop(self, side: Side) -> None:
        who = self.room.booth().booth if side is Side.VISITOR else self.anna
        await self.recordings.stop(self.room.organisation, side, who, self.talk)

    async def claim(self, node: NodeId = ONE) -> Job | None:
        return await self.recordings.claim(self.room.organisation, node)

    async def renew(self, job: Job, node: NodeId = ONE, segments: int = 0) -> None:
        wrote = {Side.VISITOR: Written(segments=segments, milliseconds=5000 * segments)}
        await self.recordings.renew(self.room.organisation, node, job, wrote, running=True)

    async def done(self, job: Job, why: str, node: NodeId = ONE, segments: int = 1) -> None:
        wrote = {Side.VISITOR: Written(segments=segments, milliseconds=5000 * segments)}
        await self.recordings.done(self.room.organisation, node, job, wrote, why=why)

    async def told(self) -> RecordingState | None:
        """What both are told; it must be the same."""
        visitor, consultant = await self.room.visitor(), await self.room.consultant(self.anna)
        assert visitor.consultation is not None
        assert consultant.consultation is not None
        found, same = visitor.consultation.recording, consultant.consultation.recording
        assert (found and found.state) == (same and same.state)
        return found.state if found else None

    async def links(self) -> list[str]:
        """Those to the recorder that the two pages are told of."""
        visitor, consultant = await self.room.visitor(), await self.room.consultant(self.anna)
        told = [each.consultation and each.consultation.recording for each in (visitor, consultant)]
        return [each.link for each in told if each and each.link]

    async def steps(self) -> list[tuple[str, Side | None]]:
        return [
            (each.what, each.by)
            for each in await self.room.events()
            if isinstance(each, RecordingChanged)
        ]


@pytest.fixture
def studio(redis: RedisClient) -> Studio:
    return Studio(redis)


async def test_nothing_is_recorded_before_the_visitor_agrees(studio: Studio) -> None:
    await studio.begin()
    assert await studio.told() is None

    await studio.ask()
    assert await studio.told() is RecordingState.ASKED
    assert await studio.claim() is None
    assert await studio.links() == []

    await studio.answer(agree=True)
    assert await studio.told() is RecordingState.AGREED
    job = await studio.claim()
    assert job is not None
    assert (job.consultation, job.take) == (studio.talk, 1)
    assert sorted(await studio.links()) == sorted(end.link for end in job.ends)
    assert await studio.claim(OTHER) is None, "one recorder is enough"

    await studio.renew(job)
    assert await studio.told() is RecordingState.RUNNING
    holdings = await read_holdings(studio.room.redis, studio.room.organisation)
    assert not list(examine(holdings, live_state(await studio.room.events())))
    assert await studio.steps() == [
        ("asked", Side.CONSULTANT),
        ("agreed", Side.VISITOR),
        ("began", None),
    ]


async def test_who_refuses_is_not_asked_again_and_nothing_else_changes(studio: Studio) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=False)

    assert await studio.told() is RecordingState.REFUSED
    assert await refused(studio.ask()) is Code.WRONG_STATE
    assert await studio.claim() is None
    assert await studio.room.state(studio.talk) == "active"


@pytest.mark.parametrize("side", [Side.VISITOR, Side.CONSULTANT])
async def test_either_side_stops_it_at_once(studio: Studio, side: Side) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    job = await studio.claim()
    assert job is not None
    await studio.renew(job)
    async with studio.room.redis.pubsub() as channel:
        await channel.subscribe(keys.node_channel(ONE))
        await channel.get_message(timeout=1)
        await studio.stop(side)
        told = await channel.get_message(timeout=1)

    assert await studio.told() is RecordingState.STOPPED
    assert await studio.links() == [], "the pages drop their links to the recorder by themselves"
    assert told["data"].startswith("stop\n")
    assert await refused(studio.renew(job)) is Code.WRONG_STATE
    await studio.done(job, "stopped")
    assert (await studio.steps())[-1] == ("stopped", side)
    await studio.ask()
    assert await studio.told() is RecordingState.ASKED, "but it may be asked again"


async def test_it_ends_with_the_conversation_and_is_on_record(studio: Studio) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    job = await studio.claim()
    assert job is not None
    await studio.renew(job)
    await studio.room.finish(studio.anna, studio.talk)
    assert await refused(studio.renew(job)) is Code.WRONG_STATE
    await studio.done(job, "stopped", segments=3)
    assert await refused(studio.done(job, "stopped")) is Code.WRONG_STATE

    entries = [
        entry
        async for entry in read(studio.room.redis, studio.room.organisation)
        if getattr(entry.event, "consultation", None) == studio.talk
    ]
    record = fold(entries)
    assert record is not None
    [part] = record.recorded
    assert (part.side, part.take, part.segments, part.milliseconds) == (Side.VISITOR, 1, 3, 15000)


async def test_a_recorder_that_dies_is_replaced(studio: Studio) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    job = await studio.claim()
    assert job is not None
    await studio.renew(job, segments=2)

    assert await studio.room.run_out(f"recording:{studio.talk}")

    assert await studio.told() is RecordingState.AGREED
    again = await studio.claim(OTHER)
    assert again is not None
    assert again.take == 2
    assert again.agreed_at == job.agreed_at, "both are on one clock"
    assert {end.link for end in again.ends}.isdisjoint(end.link for end in job.ends)
    assert await refused(studio.renew(job)) is Code.WRONG_STATE
    written = [each for each in await studio.room.events() if isinstance(each, Recorded)]
    assert [(each.take, each.segments) for each in written] == [(1, 2)]
    assert ("interrupted", None) in await studio.steps()


async def test_one_that_is_stopped_hands_over(studio: Studio) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    job = await studio.claim()
    assert job is not None
    await studio.done(job, "leaves")

    assert await studio.claim(OTHER) is not None


@pytest.mark.parametrize("claimed", [False, True], ids=["nobody came", "it failed"])
async def test_when_nothing_can_record_both_are_told(studio: Studio, claimed: bool) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    if claimed:
        job = await studio.claim()
        assert job is not None
        await studio.done(job, "failed", segments=0)
    else:
        assert await studio.room.run_out(f"recording:{studio.talk}")

    assert await studio.told() is RecordingState.UNAVAILABLE
    assert await studio.claim() is None
    assert await studio.room.state(studio.talk) == "active", "the talk does not depend on it"
    await studio.ask()


async def test_a_topic_may_have_every_visitor_asked(studio: Studio) -> None:
    await studio.begin(ALWAYS)

    assert await studio.told() is RecordingState.ASKED
    assert await studio.steps() == [("asked", None)]


async def test_off_unless_topic_and_key_allow_it(redis: RedisClient) -> None:
    for topic, days in ((PASSPORT, 30), (ASKED, 0), (ALWAYS, 0)):
        studio = Studio(redis, days=days)
        await studio.begin(topic)

        assert await refused(studio.ask()) is Code.NOT_RECORDED
        assert await studio.told() is None
        state = await studio.room.consultant(studio.anna)
        assert state.consultation is not None
        assert not state.consultation.recordable


async def test_nobody_else_may_answer_or_stop(studio: Studio) -> None:
    await studio.begin()
    line, recordings = studio.room, studio.recordings
    boris, elsewhere = UserId("boris"), line.booth("2").booth
    assert await refused(recordings.ask(line.organisation, boris, studio.talk)) is Code.NOT_FOUND
    await studio.ask()
    answer = recordings.answer(line.organisation, elsewhere, studio.talk, agree=True)
    assert await refused(answer) is Code.NOT_FOUND
    stop = recordings.stop(line.organisation, Side.CONSULTANT, boris, studio.talk)
    assert await refused(stop) is Code.NOT_FOUND
    assert await studio.told() is RecordingState.ASKED


async def test_the_talk_does_not_heed_the_links_to_the_recorder(studio: Studio) -> None:
    await studio.begin()
    await studio.ask()
    await studio.answer(agree=True)
    job = await studio.claim()
    assert job is not None
    line, organisation = studio.room.line, studio.room.organisation
    booth = studio.room.booth().booth
    [link] = [end.link for end in job.ends if end.side is Side.VISITOR]
    for report in (line.media_arrived, line.media_failed):
        assert await refused(report(organisation, Side.VISITOR, booth, link)) is Code.WRONG_STATE
    assert await studio.room.state(studio.talk) == "active"
