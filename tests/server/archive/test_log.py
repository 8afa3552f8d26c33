from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite

from server.archive import tables
from server.archive.database import Database
from server.archive.log import SqlSessionLog, find, happenings, neighbours, newest
from server.archive.store import Delivered, store
from signaling.errors import Code, NotFoundError, OknoError
from signaling.events import AnyEvent, GateChanged, PresenceLost, PresenceReturned, RecordViewed
from signaling.fold import fold
from signaling.ids import (
    CentreId,
    ConsultationId,
    EventId,
    OrganisationId,
    TopicId,
    UserId,
    new_ulid,
)
from signaling.model import Gate, Outcome, Trigger
from tests.histories import History
from web.ports import LogFilter

SAMARA = ZoneInfo("Europe/Samara")
EVERYTHING = LogFilter()


def ms(text: str) -> int:
    """A wall-clock time in Samara, where every organisation of these tests is."""
    return round(dt.datetime.fromisoformat(text).replace(tzinfo=SAMARA).timestamp() * 1000)


async def add_organisation(database: Database) -> OrganisationId:
    organisation = OrganisationId(new_ulid())
    async with database.write() as connection:
        await connection.execute(
            insert(tables.organisation).values(
                id=organisation, code=organisation, name="Region", timezone="Europe/Samara"
            )
        )
    return organisation


async def keep(database: Database, *histories: History) -> None:
    """Archive them as one journal: what happened at the same time differs by sequence."""
    events = [event for history in histories for event in history.events]
    entries = [
        Delivered(EventId(f"{event.at}-{number}"), event, msgspec.json.encode(event).decode())
        for number, event in enumerate(events)
    ]
    for start in range(0, len(entries), 500):
        await store(database, histories[0].organisation, entries[start : start + 500])


async def keep_events(database: Database, organisation: OrganisationId, *events: AnyEvent) -> None:
    """Archive events of no consultation."""
    entries = [
        Delivered(EventId(f"{event.at}-0"), event, msgspec.json.encode(event).decode())
        for event in events
    ]
    await store(database, organisation, entries)


async def found(
    database: Database, organisation: OrganisationId, where: LogFilter
) -> list[ConsultationId]:
    page = await SqlSessionLog(database).page(organisation, where, before=None, limit=50)
    assert page.total == len(page.records)
    assert page.older is None
    return [record.id for record in page.records]


async def test_pages_follow_each_other_without_gap_or_repeat(database: Database) -> None:
    organisation = await add_organisation(database)
    # Two of them joined in the same millisecond.
    times = [1000, 2000, 3000, 3000, 4000, 5000, 6000]
    histories = [History(organisation=organisation, joined_at=time) for time in times]
    await keep(database, *histories)
    log = SqlSessionLog(database)
    seen: list[ConsultationId] = []
    before = None

    while True:
        page = await log.page(organisation, EVERYTHING, before=before, limit=3)
        assert page.total == len(times)
        seen += [record.id for record in page.records]
        before = page.older
        if before is None:
            break
        # What arrives meanwhile shifts nothing.
        late = History(organisation=organisation, joined_at=9000 + len(times))
        await keep(database, late)
        times.append(late.now)
        histories.append(late)

    old = [history for history in histories if history.events[0].at < 9000]
    newest_first = sorted(old, key=lambda each: (each.events[0].at, each.consultation))[::-1]
    assert seen == [history.consultation for history in newest_first]


async def test_each_filter_narrows(database: Database) -> None:
    organisation = await add_organisation(database)
    served = History(organisation=organisation, centre="north", topic="tax").served("anna")
    left = History(organisation=organisation, centre="south", topic="tax")
    left.close(Outcome.ABANDONED, Trigger.LEAVE)
    handed_on = History(organisation=organisation, centre="south", topic="passport")
    handed_on.offer("anna").accept().connect().back(Trigger.MEDIA_FAILED).served("boris")
    await keep(database, served, left, handed_on)

    async def ids(where: LogFilter) -> set[ConsultationId]:
        return set(await found(database, organisation, where))

    assert await ids(EVERYTHING) == {each.consultation for each in (served, left, handed_on)}
    assert await ids(LogFilter(centre=CentreId("north"))) == {served.consultation}
    assert await ids(LogFilter(topic=TopicId("tax"))) == {served.consultation, left.consultation}
    assert await ids(LogFilter(outcome=Outcome.ABANDONED)) == {left.consultation}
    assert await ids(LogFilter(consultant=UserId("boris"))) == {handed_on.consultation}
    assert await ids(LogFilter(consultant=UserId("anna"))) == {
        served.consultation,
        handed_on.consultation,
    }
    assert await ids(LogFilter(consultant=UserId("anna"), centre=CentreId("south"))) == {
        handed_on.consultation
    }
    assert await ids(LogFilter(centre=CentreId("nowhere"))) == set()


async def test_a_day_is_a_day_of_the_organisation(database: Database) -> None:
    organisation = await add_organisation(database)
    before, first, last, after = (
        History(organisation=organisation, joined_at=ms(time))
        for time in (
            "2026-03-01T23:59:59.999",
            "2026-03-02T00:00:00",
            "2026-03-02T23:59:59.999",
            "2026-03-03T00:00:00",
        )
    )
    await keep(database, before, first, last, after)
    day = "2026-03-02"

    assert await found(database, organisation, LogFilter(day_from=day, day_to=day)) == [
        last.consultation,
        first.consultation,
    ]
    assert len(await found(database, organisation, LogFilter(day_from=day))) == 3
    assert len(await found(database, organisation, LogFilter(day_to=day))) == 3


async def test_a_record_comes_with_its_events_and_those_who_looked(database: Database) -> None:
    history = History(organisation=await add_organisation(database)).served()
    await keep(database, history)
    viewed = RecordViewed(at=history.now + 5, consultation=history.consultation, user=None)
    body = msgspec.json.encode(viewed).decode()
    entry = Delivered(EventId(f"{viewed.at}-0"), viewed, body)
    await store(database, history.organisation, [entry])

    answer = await SqlSessionLog(database).record(history.organisation, history.consultation)

    assert answer is not None
    record, timeline = answer
    expected = fold(history.entries())
    assert expected is not None
    assert (record.contact_legs, record.events) == (expected.contact_legs, expected.events)
    assert timeline[0].type == "consultation.joined"
    assert timeline[-1].type == "staff.record_viewed"
    assert timeline[1].facts == {
        "consultant": "anna",
        "link": history.link,
        "rule": "longest_available",
        "rivals": 0,
        "level": 1,
        "scope": "",
        "interpreter": None,
        "passed_over": 0,
    }
    assert timeline[0].at == history.events[0].at


async def test_an_export_is_everything_the_filter_finds_newest_first(database: Database) -> None:
    organisation = await add_organisation(database)
    histories = [
        History(
            organisation=organisation,
            joined_at=1000 + number,
            topic="odd" if number % 2 else "even",
        )
        for number in range(1203)
    ]
    await keep(database, *histories)

    log = SqlSessionLog(database)
    odd = LogFilter(topic=TopicId("odd"))
    exported = [record.id async for record in log.export(organisation, EVERYTHING)]
    narrowed = [record.id async for record in log.export(organisation, odd)]

    newest_first = [history.consultation for history in reversed(histories)]
    assert exported == newest_first
    assert narrowed == [each for number, each in enumerate(newest_first) if number % 2]


async def test_another_organisation_sees_nothing(database: Database) -> None:
    ours, theirs = await add_organisation(database), await add_organisation(database)
    history = History(organisation=ours).served("anna")
    await keep(database, history)
    log = SqlSessionLog(database)

    assert await found(database, theirs, EVERYTHING) == []
    assert await found(database, theirs, LogFilter(consultant=UserId("anna"))) == []
    assert await log.record(theirs, history.consultation) is None
    assert [record async for record in log.export(theirs, EVERYTHING)] == []
    with pytest.raises(NotFoundError):
        await found(database, OrganisationId(new_ulid()), EVERYTHING)


@pytest.mark.parametrize(
    ("where", "before", "field"),
    [
        (LogFilter(day_from="yesterday"), None, "day_from"),
        (LogFilter(day_to="2026-02-30"), None, "day_to"),
        (LogFilter(day_to="9999-12-31"), None, "day_to"),
        (EVERYTHING, "garbage", "before"),
        (EVERYTHING, "x-01ARZ3NDEKTSV4RRFFQ69G5FAV", "before"),
        (EVERYTHING, "99999999999999999999999-01ARZ3NDEKTSV4RRFFQ69G5FAV", "before"),
        (EVERYTHING, "1-' OR 1=1", "before"),
    ],
)
async def test_garbage_is_refused_by_name(
    sqlite_database: Database, where: LogFilter, before: str | None, field: str
) -> None:
    organisation = await add_organisation(sqlite_database)
    with pytest.raises(OknoError) as refusal:
        await SqlSessionLog(sqlite_database).page(organisation, where, before=before, limit=10)
    assert (refusal.value.code, refusal.value.field) == (Code.BAD_FIELD, field)


@pytest.mark.parametrize(
    ("where", "indexes"),
    [
        (EVERYTHING, {"ix_record_organisation_joined_at_id"}),
        (LogFilter(day_from="2026-03-01"), {"ix_record_organisation_joined_at_id"}),
        (LogFilter(centre=CentreId("c")), {"ix_record_organisation_centre_joined_at_id"}),
        (LogFilter(topic=TopicId("t")), {"ix_record_organisation_topic_joined_at_id"}),
        (LogFilter(outcome=Outcome.SERVED), {"ix_record_organisation_outcome_joined_at_id"}),
        (LogFilter(consultant=UserId("u")), {"sqlite_autoindex_record_consultant_1"}),
        (
            LogFilter(topic=TopicId("t"), outcome=Outcome.SERVED),
            {
                "ix_record_organisation_topic_joined_at_id",
                "ix_record_organisation_outcome_joined_at_id",
            },
        ),
    ],
)
async def test_every_page_of_the_log_is_read_from_an_index_in_its_order(
    sqlite_database: Database, where: LogFilter, indexes: set[str]
) -> None:
    query = newest(find(OrganisationId("o"), where, SAMARA), (1000, new_ulid()), 50)
    sql = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})

    async with sqlite_database.read() as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
        plan = [row.detail for row in rows]

    assert indexes & set(plan[0].split()), plan
    assert not [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step], plan


async def test_what_happened_around_a_wait_is_found(database: Database) -> None:
    organisation, other = await add_organisation(database), await add_organisation(database)
    start = ms("2026-03-02T12:00:00")
    minute, hour = 60_000, 3_600_000
    visitor = History(organisation=organisation, joined_at=start, booth="mine")
    joined = {"earlier": -minute, "later": minute, "long ago": -13 * hour, "too late": 9 * hour}
    others = {
        name: History(organisation=organisation, joined_at=start + at)
        for name, at in joined.items()
    }
    stranger = History(organisation=other, joined_at=start)
    elsewhere = History(organisation=organisation, joined_at=start, topic="tax")
    await keep(database, visitor, *others.values(), elsewhere)
    await keep(database, stranger)
    await keep_events(
        database,
        organisation,
        GateChanged(at=start - 13 * hour, topic=TopicId("topic"), gate=Gate.ENDED),
        GateChanged(at=start - hour, topic=TopicId("topic"), gate=Gate.PAUSED, note="%_"),
        PresenceLost(at=start - minute, person="booth:mine"),
        PresenceLost(at=start + 1, person="booth:mine"),
        PresenceLost(at=start + 2, person="booth:other"),
        GateChanged(at=start + 3, topic=TopicId("tax"), gate=Gate.PAUSED),
        PresenceReturned(at=start + 4, person="booth:mine"),
    )
    record = fold(visitor.entries())
    assert record is not None

    around = await SqlSessionLog(database).around(record, start + hour)

    found = {each.id for each in around.records}
    assert found == {others["earlier"].consultation, others["later"].consultation}
    assert [(each.type, each.at) for each in around.entries] == [
        ("line.gate", start - hour),
        ("presence.lost", start + 1),
        ("presence.returned", start + 4),
    ]
    assert around.entries[0].facts["gate"] == "paused"


async def test_of_very_many_around_a_wait_the_nearest_are_found(database: Database) -> None:
    organisation = await add_organisation(database)
    start = ms("2026-03-02T12:00:00")
    histories = [
        History(organisation=organisation, joined_at=start + 100 * number)
        for number in range(-310, 311)
    ]
    await keep(database, *histories)
    record = fold(histories[310].entries())
    assert record is not None

    around = await SqlSessionLog(database).around(record, start + 10_000_000)

    offsets = sorted((each.joined_at - start) // 100 for each in around.records)
    assert offsets == [*range(-300, 0), *range(1, 301)]


async def test_what_is_around_a_wait_is_read_from_an_index(sqlite_database: Database) -> None:
    record = fold(History().entries())
    assert record is not None
    steps = {
        "ix_record_organisation_topic_joined_at_id": neighbours(record, record.joined_at),
        "ix_event_organisation_consultation": (happenings(record, record.joined_at),),
    }
    for index, queries in steps.items():
        for query in queries:
            sql = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            async with sqlite_database.read() as connection:
                rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")
                plan = [row.detail for row in rows]
            assert index in plan[0], plan
            assert not [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step], plan
