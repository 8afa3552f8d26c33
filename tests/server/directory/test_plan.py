"""The file of ``okno apply``: faults by line, and changes that are made once."""

from __future__ import annotations

import pytest
from redis.exceptions import RedisError
from sqlalchemy import func, select

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import changing
from server.directory.plan import PlanError, apply_plan, read_plan
from server.directory.rows import ChangeError
from server.directory.toml_lines import line_of
from signaling.events import OrganisationChanged
from signaling.ids import OrganisationId
from signaling.journal import read
from signaling.ports import RedisClient
from signaling.store import open_redis
from tests.engines import RedisProcess
from tests.server.directory.cast import REGION, add_region

FAULTY = """\
version = 1
colour = "red"

[organisation]
code = "West!"
name = ""
timezone = "Mars/Olympus"

[[centres]]
code = "north"
name = "North"
ticket_prefix = "abc"
booths = [{ code = "1", name = "Booth 1" }, { code = "1", nam = "Booth 2" }]

[[centres]]
name = "Nameless"

[[centres]]
code = "north"
name = "North again"

[[topics]]
code = "taxes"
names.ru = "Налоги"
names.de = "Steuern"
handling_seconds = "300"

[[users]]
email = "anna"
name = "Anna"
roles = ["boss"]

[[users.skills]]
languages = ["de"]
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(PlanError) as refusal:
        read_plan(text, "region.toml")
    return refusal.value.faults


def test_every_fault_is_named_at_once_with_its_line_and_key() -> None:
    where = [fault.split(": ")[:2] for fault in faults_of(FAULTY)]

    assert where == [
        ["region.toml:2", "colour"],
        ["region.toml:5", "organisation.code"],
        ["region.toml:6", "organisation.name"],
        ["region.toml:7", "organisation.timezone"],
        ["region.toml:12", "centres[1].ticket_prefix"],
        ["region.toml:13", "centres[1].booths[2].code"],
        ["region.toml:13", "centres[1].booths[2].nam"],
        ["region.toml:13", "centres[1].booths[2].name"],
        ["region.toml:15", "centres[2].code"],
        ["region.toml:19", "centres[3].code"],
        ["region.toml:25", "topics[1].names.de"],
        ["region.toml:26", "topics[1].handling_seconds"],
        ["region.toml:29", "users[1].email"],
        ["region.toml:31", "users[1].roles[1]"],
        ["region.toml:34", "users[1].skills[1].languages[1]"],
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "region.toml:1: version: must be 1"),
        ("version = 2", "region.toml:1: version: must be 1"),
        ("version = 1\ncentres = 5", "region.toml:2: centres: must be tables headed [[centres]]"),
        ("version = 1\ntopics = [7]", "region.toml:2: topics[1]:"),
        ("version = 1\norganisation = 7", "region.toml:2: organisation:"),
        (
            (
                'version = 1\n[[centres]]\ncode = "a"\nname = "A"\n'
                'booths = [{ code = "1", name = "B", sound = { loudness = 101 } }]'
            ),
            "region.toml:5: centres[1].booths[1].sound.loudness: ",
        ),
        ("version = 1\nx = ", "region.toml: Invalid value"),
        ("\x00", "region.toml:"),
    ],
)
def test_garbage_is_refused(text: str, fault: str) -> None:
    assert any(each.startswith(fault) for each in faults_of(text))


def test_lines_are_found_in_nested_tables_too() -> None:
    text = "[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[[a.b]]\nx = 3\n"
    assert line_of(text, ("a", 0, "b", 1, "x")) == 5
    assert line_of(text, ("a", 1, "b", 0, "x")) == 8
    assert line_of(text, ("a", 1, "b", 0, "missing")) == 7
    assert line_of(text, ("missing",)) == 1


async def applied(database: Database, redis: RedisClient, text: str) -> list[str]:
    plan = read_plan(text, "region.toml")
    async with changing(database, redis, plan.organisation.code) as changes:
        await apply_plan(plan, changes)
    return [change.text for change in changes.done]


async def journaled(redis: RedisClient, organisation: OrganisationId) -> list[str]:
    return [
        entry.event.what
        async for entry in read(redis, organisation)
        if isinstance(entry.event, OrganisationChanged)
    ]


async def test_a_second_apply_does_nothing_and_a_change_does_only_itself(
    database: Database, redis: RedisClient
) -> None:
    organisation = await add_region(database, redis, "west")
    text = REGION.format(code="west")

    assert await applied(database, redis, text) == []
    changed = text.replace("handling_seconds = 300", "handling_seconds = 400")
    changed = changed.replace('name = "Vera"', 'name = "Vera Orlova"')
    changed = changed.replace('name = "Booth 2"', 'name = "Booth II"')
    assert await applied(database, redis, changed) == [
        "booth changed (name): north/2",
        "topic changed (handling_seconds): taxes",
        "user changed (name): vera@west.example",
    ]
    assert (await journaled(redis, organisation))[-3:-1] == [
        "booth changed (name): north/2",
        "topic changed (handling_seconds): taxes",
    ]


async def test_the_journal_names_no_person(sqlite_database: Database, redis: RedisClient) -> None:
    organisation = await add_region(sqlite_database, redis, "west")
    lines = await journaled(redis, organisation)
    assert any(line.startswith("user added: ") for line in lines)
    assert not [line for line in lines if "@" in line or "Anna" in line]


async def test_what_the_file_does_not_name_stays(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    little = REGION.format(code="west").partition("[[topics]]")[0]

    assert await applied(sqlite_database, redis, little) == []

    async with sqlite_database.read() as connection:
        for table, number in ((tables.topic, 2), (tables.staff, 3), (tables.skill, 5)):
            found = await connection.scalar(select(func.count()).select_from(table))
            assert found == number, table.name


async def test_topics_and_people_close_and_open_again_by_the_file(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    text = REGION.format(code="west")
    closed = text.replace('code = "taxes"', 'code = "taxes"\nclosed = true')
    opened = text.replace('code = "taxes"', 'code = "taxes"\nclosed = false')

    assert await applied(sqlite_database, redis, closed) == ["topic closed: taxes"]
    assert await applied(sqlite_database, redis, text) == []
    assert await applied(sqlite_database, redis, opened) == ["topic opened again: taxes"]


async def test_what_cannot_be_applied_is_named_together_and_nothing_is_kept(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "west")
    text = REGION.format(code="east").replace("anna@east.example", "anna@west.example")
    text = text.replace('topics = ["taxes"]', 'topics = ["moon"]')

    with pytest.raises(PlanError) as refusal:
        await applied(database, redis, text)

    assert refusal.value.faults == [
        "The e-mail anna@west.example is taken. An account needs its own.",
        "There is no topic 'moon' in this organisation.",
    ]
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.organisation)) == 1


async def test_two_centres_never_share_a_ticket_prefix(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    async with sqlite_database.read() as connection:
        query = select(tables.centre.c.code, tables.centre.c.ticket_prefix)
        prefixes = {row.code: row.ticket_prefix for row in await connection.execute(query)}
    assert prefixes == {"north": "A", "south": "B"}
    text = REGION.format(code="west").replace('code = "south"', 'code = "new"\nticket_prefix = "A"')

    with pytest.raises(PlanError, match="Ticket prefix A belongs to another centre"):
        await applied(sqlite_database, redis, text)


async def test_a_dry_run_tells_and_does_nothing(database: Database, redis: RedisClient) -> None:
    plan = read_plan(REGION.format(code="west"), "region.toml")

    async with changing(database, redis, "west", dry_run=True) as changes:
        await apply_plan(plan, changes)

    assert changes.done[0].text == "organisation added: west"
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.organisation)) == 0


async def test_nothing_changes_that_cannot_be_journaled(
    mortal_redis: RedisProcess, sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")

    async def close_without_a_journal() -> None:
        async with (
            open_redis(mortal_redis.url) as dead,
            changing(sqlite_database, dead, "west") as changes,
        ):
            await changes.close_topic("taxes")
            mortal_redis.kill()

    with pytest.raises(RedisError):
        await close_without_a_journal()

    async with sqlite_database.read() as connection:
        closed = select(tables.topic.c.code).where(tables.topic.c.closed_at.is_not(None))
        assert (await connection.scalars(closed)).all() == []


async def test_what_is_not_there_cannot_be_changed(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    await add_region(sqlite_database, redis, "east")
    async with changing(sqlite_database, redis, "west") as changes:
        for work in (
            changes.close_topic("moon"),
            changes.make_code("north", "9"),
            changes.revoke("nowhere", "1"),
            changes.close_user("anna@east.example"),
        ):
            with pytest.raises(ChangeError):
                await work
        assert changes.done == []
