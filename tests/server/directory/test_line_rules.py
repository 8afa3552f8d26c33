"""How an organisation's line runs: from its file, through SQL, to what signalling is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.directory.changes import changing
from server.directory.listed import Listed, remove_listed
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from server.directory.rows import ChangeError
from signaling.errors import NotFoundError
from signaling.hours import parse_opening
from signaling.ids import LineId, OrganisationId, UserId, line_id, new_ulid
from signaling.model import Duty, Mode, Policy, Preference, PriorityClass, ScopeKind
from signaling.ports import RedisClient
from tests.server.directory.cast import organisation_id
from tests.server.directory.rules import RULES, applied


class Clock:
    """Time that passes when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def user_id(database: Database, email: str) -> UserId:
    async with database.read() as connection:
        query = select(tables.staff.c.id).where(tables.staff.c.email == email)
        return UserId((await connection.execute(query)).scalar_one())


async def duty_of(database: Database, email: str = "anna@west.example") -> Duty | None:
    organisation = await organisation_id(database, "west")
    return await SqlDirectory(database).duty(organisation, await user_id(database, email))


async def test_the_rules_of_the_file_are_what_signalling_is_told(
    database: Database, redis: RedisClient
) -> None:
    await applied(database, redis, RULES)
    organisation = await organisation_id(database, "west")
    directory, people = SqlDirectory(database), SqlPeople(database)

    policy = await directory.policy(organisation)
    found = await people.organisation(organisation)

    assert policy == Policy(
        timezone="Europe/Samara",
        priorities=(
            PriorityClass(
                code="disability",
                names={"en": "People with disabilities"},
                head_start_seconds=600,
            ),
            PriorityClass(
                code="appointment",
                names={"en": "By appointment"},
                head_start_seconds=900,
                at_booth=False,
            ),
        ),
        cut_off_seconds=900,
        callback_seconds=600,
        callbacks=False,
        claim_seconds=1800,
        breaks={"lunch": {"ru": "Обед", "en": "Lunch"}},
        interpreters={"rsl": {"en": "Russian sign language"}},
    )
    assert found.policy == policy
    passport, taxes = found.topics.values()
    assert await directory.topic(organisation, passport.id) == passport
    assert passport.service_level_seconds == 120
    assert passport.prefer == (
        Preference(scope=ScopeKind.CONSULTANT, seconds=60),
        Preference(scope=ScopeKind.CENTRE, seconds=30),
    )
    assert (passport.overflow_at, passport.last_ticket_minutes) == (12, 15)
    assert passport.hours == (
        parse_opening("mon-fri 08:00-20:00"),
        parse_opening("sat 09:00-14:00"),
    )
    assert (taxes.service_level_seconds, taxes.prefer, taxes.hours) == (60, (), ())
    with pytest.raises(NotFoundError):
        await directory.policy(OrganisationId(new_ulid()))


async def test_a_duty_tells_levels_modes_tags_and_interpreting(
    database: Database, redis: RedisClient
) -> None:
    await applied(database, redis, RULES)
    found = await SqlPeople(database).organisation(await organisation_id(database, "west"))
    passport, taxes = found.topics
    (centre,) = found.centres

    def line(topic: object, mode: Mode = Mode.SPEECH) -> LineId:
        return line_id(topic, "ru", mode)  # type: ignore[arg-type] # ids of topics

    duty = await duty_of(database)

    assert duty == Duty(
        lines=(line(passport, Mode.SIGN), line(passport), line(taxes)),
        levels={line(taxes): 3},
        tags=(f"user:{await user_id(database, 'anna@west.example')}", f"centre:{centre}"),
        interprets=("rsl",),
    )
    assert await duty_of(database, "boris@west.example") is None
    assert {each.interprets for each in found.users.values()} == {("rsl",)}


async def test_a_line_is_signed_while_a_consultant_who_signs_it_has_not_left(
    database: Database, redis: RedisClient
) -> None:
    await applied(database, redis, RULES)
    organisation = await organisation_id(database, "west")
    clock = Clock()
    people, directory = SqlPeople(database), SqlDirectory(database, clock=clock)
    passport, taxes = (await people.organisation(organisation)).topics

    async def served() -> list[tuple[bool, ...]]:
        """What is told of both topics: by voice, signing, writing."""
        return [
            tuple([await directory.serves(organisation, topic, "ru", mode) for mode in Mode])
            for topic in (passport, taxes)
        ]

    found = await people.organisation(organisation)
    assert found.signed == {line_id(passport, "ru", Mode.SIGN)}
    assert await served() == [(True, True, False), (True, False, False)]
    assert not await directory.serves(organisation, passport, "en", Mode.SIGN)
    assert not await directory.serves(OrganisationId(new_ulid()), passport, "ru", Mode.SIGN)

    async with changing(database, redis, "west") as changes:
        await changes.close_user("anna@west.example")
    clock.now += 2
    assert (await people.organisation(organisation)).signed == frozenset()
    assert await served() == [(False, False, False)] * 2


async def test_skills_of_somebody_who_is_no_consultant_any_more_do_not_count(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await applied(sqlite_database, redis, RULES)
    async with sqlite_database.write() as connection:
        await connection.execute(tables.staff.update().values(roles=["supervisor"]))
    organisation = await organisation_id(sqlite_database, "west")
    found = await SqlPeople(sqlite_database).organisation(organisation)
    assert found.signed == frozenset()
    (passport, _) = found.topics
    directory = SqlDirectory(sqlite_database)
    assert not await directory.serves(organisation, passport, "ru", Mode.SIGN)


@pytest.mark.parametrize(
    ("prefer", "kinds"),
    [
        ("[]", []),
        ('[{ scope = "centre", seconds = 9 }]', ["centre"]),
        ('[{ scope = "region", seconds = 9 }]', ["region"]),
        ('[{ scope = "centre", seconds = 9 }, { scope = "region", seconds = 9 }]', None),
    ],
)
async def test_only_scopes_that_an_open_topic_prefers_are_tagged(
    sqlite_database: Database, redis: RedisClient, prefer: str, kinds: list[str] | None
) -> None:
    text = RULES.replace(
        '[{ scope = "consultant", seconds = 60 }, { scope = "centre", seconds = 30 }]', prefer
    )
    await applied(sqlite_database, redis, text)

    duty = await duty_of(sqlite_database)

    assert duty is not None
    expected = ["centre", "region"] if kinds is None else kinds
    assert [tag.partition(":")[0] for tag in duty.tags] == expected
    async with changing(sqlite_database, redis, "west") as changes:
        await changes.close_topic("passport")
    after = await duty_of(sqlite_database)
    assert after is not None
    assert after.tags == ()


async def test_a_booth_knows_its_region(sqlite_database: Database, redis: RedisClient) -> None:
    await applied(sqlite_database, redis, RULES)
    async with changing(sqlite_database, redis, "west") as changes:
        code = await changes.make_code("north", "1")
    people = SqlPeople(sqlite_database)
    booth = await people.booth(await people.enrol(code) or "")
    assert booth is not None
    assert booth.region == "river"


async def test_what_pages_ask_for_is_a_second_old_at_most(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await applied(sqlite_database, redis, RULES)
    organisation = await organisation_id(sqlite_database, "west")
    anna = await user_id(sqlite_database, "anna@west.example")
    clock = Clock()
    directory = SqlDirectory(sqlite_database, clock=clock)
    found = await SqlPeople(sqlite_database).organisation(organisation)
    topic = next(iter(found.topics))

    async def told() -> list[object]:
        return [
            await directory.policy(organisation),
            await directory.topic(organisation, topic),
            await directory.duty(organisation, anna),
        ]

    before = await told()
    changed = RULES.replace("claim_seconds = 1800", "claim_seconds = 60")
    changed = changed.replace("overflow_at = 12", "overflow_at = 13").replace(
        "level = 3", "level = 4"
    )
    await applied(sqlite_database, redis, changed)

    clock.now = 0.99
    assert await told() == before
    clock.now = 1.0
    after = await told()
    assert all(new != old for new, old in zip(after, before, strict=True))


async def test_a_second_apply_of_the_rules_does_nothing_and_a_change_only_itself(
    database: Database, redis: RedisClient
) -> None:
    await applied(database, redis, RULES)
    assert await applied(database, redis, RULES) == []

    changed = RULES.replace("claim_seconds = 1800", "claim_seconds = 60")
    changed = changed.replace("head_start_seconds = 900", "head_start_seconds = 800")
    changed = changed.replace('"sat 09:00-14:00"', '"sat 09:00-15:00"')
    changed = changed.replace("level = 3", "level = 4")
    assert await applied(database, redis, changed) == [
        "organisation changed (claim_seconds): west",
        "priority changed (head_start_seconds): appointment",
        "topic changed (hours): passport",
        "user's skills set: anna@west.example",
    ]


async def test_lists_keep_what_the_file_does_not_name_and_take_its_order(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await applied(sqlite_database, redis, RULES)
    first, _, rest = RULES.partition('[[priorities]]\ncode = "disability"')
    disability, _, others = rest.partition("[[priorities]]")
    appointment, _, tail = others.partition("[[breaks]]")

    only = first + "[[priorities]]" + appointment + "[[breaks]]" + tail
    assert await applied(sqlite_database, redis, only) == [
        "priority changed (position): appointment"
    ]
    assert await applied(sqlite_database, redis, only) == []
    organisation = await organisation_id(sqlite_database, "west")
    policy = await SqlDirectory(sqlite_database).policy(organisation)
    assert [each.code for each in policy.priorities] == ["appointment", "disability"]
    assert disability


async def test_an_entry_goes_when_nobody_needs_it(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await applied(sqlite_database, redis, RULES)
    async with changing(sqlite_database, redis, "west") as changes:
        await remove_listed(changes.rows, Listed.PRIORITIES, "appointment")
        for which, code, complaint in (
            (Listed.PRIORITIES, "appointment", "There is no priority 'appointment'"),
            (Listed.INTERPRETERS, "rsl", "Still interpreted by anna@west.example, boris@"),
        ):
            with pytest.raises(ChangeError, match=complaint):
                await remove_listed(changes.rows, which, code)
    assert [change.text for change in changes.done] == ["priority removed: appointment"]


async def test_the_example_in_the_manual_can_be_applied(
    sqlite_database: Database, redis: RedisClient
) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "OPERATIONS.md").read_text("utf-8")
    example = manual.partition("```toml\n")[2].partition("```")[0]
    assert "topic added: passport" in await applied(sqlite_database, redis, example)
