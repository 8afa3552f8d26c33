from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import changing
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from server.directory.secrets import Passwords, code_digest, new_code
from signaling.errors import NotFoundError
from signaling.ids import BoothId, OrganisationId, TopicId, UserId, line_id, new_ulid
from signaling.model import Mode, Role
from signaling.ports import RedisClient
from tests.server.directory.cast import PASSWORD, add_region

DAY = 24 * 3600


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def make_code(database: Database, redis: RedisClient, clock: Clock, booth: str) -> str:
    async with changing(database, redis, "west", clock=clock) as changes:
        return await changes.make_code("north", booth)


async def user_id(database: Database, email: str) -> UserId:
    async with database.read() as connection:
        query = select(tables.staff.c.id).where(tables.staff.c.email == email)
        return UserId((await connection.execute(query)).scalar_one())


async def test_staff_sign_in_with_their_password_however_the_email_is_written(
    database: Database, redis: RedisClient
) -> None:
    organisation = await add_region(database, redis, "west")
    people = SqlPeople(database)

    signed_in = await people.sign_in(" Anna@West.Example ", PASSWORD)

    assert signed_in is not None
    assert (signed_in.organisation, signed_in.name) == (organisation, "Anna")
    assert signed_in.roles == {Role.CONSULTANT}
    assert await people.staff(signed_in.user) == signed_in


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@west.example", "wrong"),
        ("anna@west.example", ""),
        ("nobody@west.example", PASSWORD),
        ("boris@west.example", PASSWORD),
        ("boris@west.example", ""),
        ("\0", PASSWORD),
        ("", ""),
    ],
)
async def test_nobody_else_signs_in(
    database: Database, redis: RedisClient, email: str, password: str
) -> None:
    await add_region(database, redis, "west")
    assert await SqlPeople(database).sign_in(email, password) is None


async def test_an_unknown_email_costs_as_much_as_a_wrong_password(
    sqlite_database: Database,
) -> None:
    tried: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name
            tried.append(str(hash))
            return super().verify(hash, password)

    people = SqlPeople(sqlite_database, passwords=Passwords(Counting()))

    assert await people.sign_in("nobody@west.example", PASSWORD) is None

    assert len(tried) == 1
    assert tried[0].startswith("$argon2id$")


async def test_a_password_hashed_with_old_parameters_is_hashed_anew_and_sessions_go_on(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "west")
    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    async with changing(database, redis, "west") as changes:
        await changes.set_password("anna@west.example", old)
    people = SqlPeople(database)

    first = await people.sign_in("anna@west.example", PASSWORD)

    async with database.read() as connection:
        query = select(tables.staff.c.password_hash).where(
            tables.staff.c.email == "anna@west.example"
        )
        stored = (await connection.execute(query)).scalar_one()
    assert stored != old
    assert not PasswordHasher().check_needs_rehash(stored)
    assert first is not None
    assert await people.staff(first.user) == first
    assert await people.sign_in("anna@west.example", PASSWORD) == first


async def test_a_new_password_changes_the_mark_that_sessions_hold(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    people = SqlPeople(sqlite_database)
    before = await people.sign_in("anna@west.example", PASSWORD)
    assert before is not None
    clock = Clock()
    async with changing(sqlite_database, redis, "west", clock=clock) as changes:
        await changes.set_password("anna@west.example", await Passwords().hash("another one"))

    after = await people.staff(before.user)

    assert after is not None
    assert after.password_mark != before.password_mark
    assert await people.sign_in("anna@west.example", PASSWORD) is None


async def test_a_closed_account_is_nobody(database: Database, redis: RedisClient) -> None:
    organisation = await add_region(database, redis, "west")
    people, directory = SqlPeople(database), SqlDirectory(database)
    anna = await user_id(database, "anna@west.example")
    async with changing(database, redis, "west") as changes:
        await changes.close_user("anna@west.example")

    assert await people.sign_in("anna@west.example", PASSWORD) is None
    assert await people.staff(anna) is None
    assert await directory.duty(organisation, anna) is None


async def test_a_code_makes_a_booth_once_however_it_is_typed(
    database: Database, redis: RedisClient
) -> None:
    organisation = await add_region(database, redis, "west")
    clock = Clock()
    people = SqlPeople(database, clock=clock)
    code = await make_code(database, redis, clock, "1")

    credential = await people.enrol(f" {code.replace('-', '').lower()} ")

    assert credential is not None
    booth = await people.booth(credential)
    assert booth is not None
    assert (booth.organisation, booth.name, booth.centre_name) == (
        organisation,
        "Booth 1",
        "North centre",
    )
    assert (booth.ticket_prefix, booth.timezone) == ("A", "Europe/Samara")
    assert await people.enrol(code) is None


async def test_of_two_browsers_with_one_code_only_one_becomes_the_booth(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "west")
    clock = Clock()
    people = SqlPeople(database, clock=clock)
    code = await make_code(database, redis, clock, "1")

    answers = await asyncio.gather(*(people.enrol(code) for _ in range(5)))

    assert len([answer for answer in answers if answer]) == 1


async def test_a_code_runs_out_after_a_day(sqlite_database: Database, redis: RedisClient) -> None:
    await add_region(sqlite_database, redis, "west")
    clock = Clock()
    people = SqlPeople(sqlite_database, clock=clock)
    late, in_time = [await make_code(sqlite_database, redis, clock, each) for each in "12"]

    clock.now += DAY - 1
    assert await people.enrol(in_time) is not None
    clock.now += 1
    assert await people.enrol(late) is None


@pytest.mark.parametrize("code", ["", "K7QM", "K7QM-3XPA-", "\0", "' OR 1=1 --", "K" * 10_000])
async def test_no_other_code_makes_a_booth(
    sqlite_database: Database, redis: RedisClient, code: str
) -> None:
    await add_region(sqlite_database, redis, "west")
    assert await SqlPeople(sqlite_database).enrol(code) is None


async def test_a_new_enrolment_and_a_revocation_void_the_old_credential(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "west")
    clock = Clock()
    people = SqlPeople(database, clock=clock)
    first = await people.enrol(await make_code(database, redis, clock, "1"))
    assert first is not None
    unused = await make_code(database, redis, clock, "1")
    assert await people.booth(first) is not None

    second = await people.enrol(await make_code(database, redis, clock, "1"))
    assert second is not None
    assert await people.enrol(unused) is None
    assert await people.booth(first) is None

    pending = await make_code(database, redis, clock, "1")
    async with changing(database, redis, "west") as changes:
        await changes.revoke("north", "1")
    assert await people.booth(second) is None
    assert await people.enrol(pending) is None

    third = await people.enrol(await make_code(database, redis, clock, "1"))
    assert third is not None
    assert await people.booth(third) is not None


async def test_neither_codes_nor_credentials_are_stored(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    clock = Clock()
    code = await make_code(sqlite_database, redis, clock, "2")
    credential = await SqlPeople(sqlite_database, clock=clock).enrol(
        await make_code(sqlite_database, redis, clock, "1")
    )
    assert credential is not None

    async with sqlite_database.read() as connection:
        stored = str((await connection.execute(select(tables.booth))).all())

    assert credential not in stored
    assert code not in stored
    assert code.replace("-", "") not in stored


async def test_demo_booths_go_to_whoever_asks_the_longest_unused_first(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "demo")
    await add_region(database, redis, "west")
    clock = Clock()
    people = SqlPeople(database, demo=True, clock=clock)
    credentials = []
    for _ in range(3):
        clock.now += 1
        credentials.append(await people.enrol_demo())

    booths = [await people.booth(credential or "") for credential in credentials]

    assert booths[0] is None
    assert [booth.name for booth in booths[1:] if booth] == ["Booth 2", "Booth 1"]
    assert await SqlPeople(database).enrol_demo() is None


async def test_without_a_demo_organisation_there_is_no_demo_booth(database: Database) -> None:
    assert await SqlPeople(database, demo=True).enrol_demo() is None


async def test_an_organisation_is_told_with_closed_topics_apart(
    database: Database, redis: RedisClient
) -> None:
    identity = await add_region(database, redis, "west")
    await add_region(database, redis, "east")
    async with changing(database, redis, "west") as changes:
        await changes.close_topic("taxes")

    found = await SqlPeople(database).organisation(identity)

    assert (found.code, found.timezone) == ("west", "Europe/Samara")
    assert [(centre.code, centre.timezone) for centre in found.centres.values()] == [
        ("north", "Europe/Samara"),
        ("south", "Asia/Yekaterinburg"),
    ]
    assert list(found.booths.values()) == ["Booth 1", "Booth 2"]
    assert [topic.code for topic in found.topics.values()] == ["passport"]
    assert [topic.code for topic in found.closed_topics.values()] == ["taxes"]
    assert [user.name for user in found.users.values()] == ["Anna", "Boris", "Vera"]
    with pytest.raises(NotFoundError):
        await SqlPeople(database).organisation(OrganisationId(new_ulid()))


async def test_a_duty_is_every_line_the_skills_cover(
    database: Database, redis: RedisClient
) -> None:
    organisation = await add_region(database, redis, "west")
    directory = SqlDirectory(database)
    found = await SqlPeople(database).organisation(organisation)
    topics = {topic.code: topic.id for topic in found.topics.values()}

    def line(topic: str, language: str) -> str:
        return line_id(topics[topic], language, Mode.SPEECH)

    anna = await directory.duty(organisation, await user_id(database, "anna@west.example"))
    boris = await directory.duty(organisation, await user_id(database, "boris@west.example"))
    vera = await directory.duty(organisation, await user_id(database, "vera@west.example"))

    assert anna is not None
    assert boris is not None
    assert set(anna.lines) == {
        line(topic, language) for topic in ("passport", "taxes") for language in ("ru", "en")
    }
    assert (boris.lines, boris.reserve) == ((line("taxes", "ru"),), True)
    assert vera is None


async def test_closing_a_topic_strands_nobody_who_waits_for_it(
    database: Database, redis: RedisClient
) -> None:
    organisation = await add_region(database, redis, "west")
    directory = SqlDirectory(database)
    before = await directory.duty(organisation, await user_id(database, "boris@west.example"))
    assert before is not None
    assert before.lines

    async with changing(database, redis, "west") as changes:
        await changes.close_topic("taxes")

    after = await directory.duty(organisation, await user_id(database, "boris@west.example"))
    assert after == before
    (line,) = before.lines
    assert await directory.topic(organisation, TopicId(line.split(":")[0])) is None


async def test_another_organisations_ids_do_not_exist(
    database: Database, redis: RedisClient
) -> None:
    west, east = [await add_region(database, redis, code) for code in ("west", "east")]
    directory = SqlDirectory(database)
    ours = await SqlPeople(database).organisation(west)
    topic, booth = next(iter(ours.topics)), next(iter(ours.booths))
    anna = await user_id(database, "anna@west.example")

    assert await directory.organisations() == sorted([west, east])
    assert await directory.topic(west, topic) == ours.topics[topic]
    assert await directory.names(west, booth) == ("North centre", "Booth 1")
    assert await directory.topic(east, topic) is None
    assert await directory.names(east, booth) is None
    assert await directory.duty(east, anna) is None
    assert await directory.topic(west, TopicId("garbage")) is None
    assert await directory.names(west, BoothId("garbage")) is None


def test_codes_are_read_as_people_misread_them() -> None:
    assert code_digest("0O1I-L1AB") == code_digest("00 11 11 ab")
    assert code_digest("K7QM-3XPA") != code_digest("K7QM-3XPB")
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 9 and code[4] == "-" for code in codes)
    assert not set("".join(codes)) & set("ILOU")
