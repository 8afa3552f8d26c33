"""The commands that manage an organisation, as an administrator types them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from server.archive import tables
from server.archive.database import Database
from server.cli import main
from server.directory.people import SqlPeople
from signaling.consent import RecordingRule
from signaling.events import OrganisationChanged
from signaling.hours import opening_text
from signaling.journal import read
from signaling.model import Policy, Preference, Role, ScopeKind, StaffPrincipal, Topic
from signaling.store import open_redis
from tests.server.directory.cast import REGION, organisation_id

Okno = Callable[..., Result]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'okno.sqlite'}"


@pytest.fixture
def okno(
    tmp_path: Path, redis_url: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Okno:
    """Types a command, and expects it to end well unless told otherwise."""
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OKNO_REDIS_URL", redis_url)
    monkeypatch.setenv("OKNO_DATABASE_URL", database_url)

    def run(*arguments: str, typed: str = "", code: int = 0) -> Result:
        result = CliRunner().invoke(main, arguments, input=typed, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Path:
    """A data directory with a region, made by commands; copied because making it takes a while."""
    directory = tmp_path_factory.mktemp("region")
    environment = {"OKNO_DATA_DIR": str(directory), "OKNO_REDIS_URL": redis_url}
    for command in (
        ("organisation", "add", "west", "--name", "West", "--timezone", "Europe/Samara"),
        ("centre", "add", "north", "--name", "North"),
        ("topic", "add", "taxes", "--name", "ru=Налоги", "--name", "en=Taxes", "--minutes", "5"),
    ):
        assert CliRunner().invoke(main, command, env=environment).exit_code == 0
    return directory


@pytest.fixture
def region(okno: Okno, prepared: Path, tmp_path: Path) -> Okno:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return okno


def sign_in(database_url: str, email: str, password: str) -> StaffPrincipal | None:
    async def work() -> StaffPrincipal | None:
        database = Database(database_url)
        try:
            return await SqlPeople(database).sign_in(email, password)
        finally:
            await database.close()

    return asyncio.run(work())


def test_an_empty_database_says_what_to_do(okno: Okno) -> None:
    assert okno("organisation", "list").output == "No organisation yet.\n"
    answer = okno("centre", "list", code=2)
    assert "There is no organisation yet" in answer.stderr


def test_an_organisation_is_built_command_by_command(region: Okno, database_url: str) -> None:
    region("booth", "add", "north/1", "--name", "Booth 1")
    region(
        *("user", "add", "Anna@West.example", "--name", "Anna", "--role", "consultant"),
        *("--topic", "taxes", "--language", "ru", "--password-stdin"),
        typed="correct horse\n",
    )

    assert "west" in region("organisation", "list").output
    assert region("centre", "list").output.splitlines()[1].split() == [
        *("north", "A", "North", "Europe/Samara")
    ]
    assert "north/1  Booth 1  not enrolled" in region("booth", "list").output
    assert "taxes  5 min  open  always  ru: Налоги, en: Taxes" in region("topic", "list").output
    assert "anna@west.example  Anna  consultant  active" in region("user", "list").output
    anna = sign_in(database_url, "anna@west.example", "correct horse")
    assert anna is not None
    assert anna.roles == {Role.CONSULTANT}


def test_a_code_from_the_terminal_enrols_a_booth(region: Okno, database_url: str) -> None:
    region("booth", "add", "north/1", "--name", "Booth 1")
    answer = region("booth", "enroll", "north/1")
    code = answer.output.split("Code: ")[1].split()[0]

    async def enrol() -> str | None:
        database = Database(database_url)
        try:
            return await SqlPeople(database).enrol(code)
        finally:
            await database.close()

    assert f"http://127.0.0.1:8080/booth/enrol?code={code}" in answer.output
    assert "waits for its code" in region("booth", "list").output
    assert asyncio.run(enrol()) is not None
    assert "enrolled 2" in region("booth", "list").output
    region("booth", "revoke", "north/1")
    assert "revoked" in region("booth", "list").output


def test_a_revoked_booth_does_not_wait_for_its_void_code(region: Okno) -> None:
    region("booth", "add", "north/1", "--name", "Booth 1")
    region("booth", "enroll", "north/1")
    region("booth", "revoke", "north/1")
    listed = region("booth", "list").output
    assert "revoked" in listed
    assert "waits" not in listed


def test_passwords_are_typed_twice_or_read_from_the_input(region: Okno, database_url: str) -> None:
    region(
        *("user", "add", "vera@west.example", "--name", "Vera", "--role", "administrator"),
        typed="first password\nfirst password\n",
    )
    assert sign_in(database_url, "vera@west.example", "first password") is not None
    region("user", "password", "VERA@west.example", "--password-stdin", typed="second password\n")
    assert sign_in(database_url, "vera@west.example", "first password") is None
    assert sign_in(database_url, "vera@west.example", "second password") is not None
    region("user", "close", "vera@west.example")
    assert sign_in(database_url, "vera@west.example", "second password") is None
    assert "closed" in region("user", "list").output

    short = region("user", "password", "vera@west.example", "--password-stdin", typed="x\n", code=2)
    assert "at least 10 characters" in short.stderr
    assert "--password " not in region("user", "add", "--help").output


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (["centre", "add", "north", "--name", "Again"], "There is a centre 'north' already."),
        (["centre", "add", "No", "--name", "X"], "code: must be lower-case"),
        (["centre", "add", "x", "--name", "X", "--timezone", "Mars"], "timezone: must be a time"),
        (["centre", "add", "x", "--name", "X", "--ticket-prefix", "A"], "belongs to another"),
        (["booth", "add", "north", "--name", "X"], "A booth is called CENTRE/BOOTH"),
        (["booth", "add", "east/1", "--name", "X"], "There is no centre 'east'"),
        (["booth", "enroll", "north/9"], "There is no booth 'north/9'"),
        (["booth", "edit", "north/9", "--name", "X"], "There is no booth 'north/9'"),
        (["topic", "add", "taxes", "--name", "ru=X"], "There is a topic 'taxes' already."),
        (["topic", "add", "x", "--name", "X"], "Say in which language, such as ru=X"),
        (["topic", "add", "x", "--name", "de=X"], "must be one of the languages ru, en"),
        (["topic", "edit", "moon", "--minutes", "5"], "There is no topic 'moon'"),
        (["topic", "edit", "taxes", "--hours", "daily"], "hours.0: must be days and hours"),
        (["topic", "edit", "taxes", "--prefer", "centre"], "Say for how many seconds"),
        (["topic", "edit", "taxes", "--prefer", "moon:5"], "prefer.0.scope: Input should be"),
        (["organisation", "edit", "east", "--name", "X"], "There is no organisation 'east'"),
        (["organisation", "edit", "west", "--claim", "1"], "claim_seconds: Input should be"),
        (["centre", "edit", "east", "--name", "X"], "There is no centre 'east'"),
        (["priority", "edit", "moon", "--head-start", "5"], "There is no priority 'moon'"),
        (["priority", "remove", "moon"], "There is no priority 'moon'"),
        (["priority", "add", "x", "--name", "X", "--head-start", "5"], "such as ru=X"),
        (["priority", "add", "x", "--head-start", "5"], "names: Dictionary should have at least"),
        (["break-reason", "remove", "moon"], "There is no break 'moon'"),
        (["user", "edit", "x@west.example", "--skill", ":ru"], "A skill is TOPIC:LANGUAGE"),
        (["user", "edit", "x@west.example", "--skill", "a:b:c:1:2"], "A skill is TOPIC:LANGUAGE"),
        (["user", "edit", "x@west.example", "--skill", "taxes:de"], "languages.0: must be one of"),
        (["user", "edit", "x@west.example", "--name", "X"], "There is no user 'x@west.example'"),
        (["topic", "close", "moon"], "There is no topic 'moon'"),
        (["user", "close", "nobody@west.example"], "There is no user"),
        (["user", "password", "nobody@west.example", "--password-stdin"], "There is no user"),
        (["centre", "list", "--organisation", "east"], "There is no organisation 'east'"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_done(
    region: Okno, command: list[str], complaint: str
) -> None:
    answer = region(*command, typed="a long password\n", code=2)
    assert complaint in answer.stderr
    assert len(region("centre", "list").output.splitlines()) == 2
    assert len(region("topic", "list").output.splitlines()) == 2


def test_the_rules_of_the_line_are_changed_command_by_command(
    region: Okno, database_url: str
) -> None:
    changes = (
        (
            ("organisation", "edit", "west", "--cut-off", "60", "--no-callbacks"),
            "organisation changed (cut_off_seconds, callbacks): west",
        ),
        (("centre", "edit", "north", "--region", "river"), "centre changed (region): north"),
        (
            ("topic", "edit", "taxes", "--hours", "Mon-Fri 08:00-20:00", "--last-ticket", "15"),
            "topic changed (hours, last_ticket_minutes): taxes",
        ),
        (
            ("topic", "edit", "taxes", "--prefer", "centre:30", "--overflow-at", "9"),
            "topic changed (prefer, overflow_at): taxes",
        ),
        (
            ("topic", "edit", "taxes", "--recording", "ask"),
            "topic changed (recording): taxes",
        ),
        (
            ("topic", "edit", "taxes", "--name", "en=Tax", "--minutes", "6"),
            "topic changed (names, handling_seconds): taxes",
        ),
        (
            ("priority", "add", "veteran", "--name", "ru=Ветераны", "--head-start", "600"),
            "priority added: veteran",
        ),
        (
            ("priority", "edit", "veteran", "--name", "en=Veterans", "--not-at-booth"),
            "priority changed (names, at_booth): veteran",
        ),
        (("break-reason", "add", "lunch", "--name", "ru=Обед"), "break added: lunch"),
        (("break-reason", "edit", "lunch", "--name", "en=Lunch"), "break changed (names): lunch"),
        (("interpreter", "add", "rsl", "--name", "ru=Жестовый"), "interpreter added: rsl"),
    )
    for command, answer in changes:
        assert region(*command).output == f"{answer}\n"

    policy, topic = rules(database_url)
    assert (policy.cut_off_seconds, policy.callbacks, policy.claim_seconds) == (60, False, 7200)
    assert [msgspec.to_builtins(each) for each in policy.priorities] == [
        {
            "code": "veteran",
            "names": {"ru": "Ветераны", "en": "Veterans"},
            "head_start_seconds": 600,
            "at_booth": False,
        }
    ]
    assert policy.breaks == {"lunch": {"ru": "Обед", "en": "Lunch"}}
    assert topic.names == {"ru": "Налоги", "en": "Tax"}
    assert (topic.handling_seconds, topic.overflow_at, topic.last_ticket_minutes) == (360, 9, 15)
    assert topic.recording is RecordingRule.ASK
    assert [opening_text(each) for each in topic.hours] == ["mon-fri 08:00-20:00"]
    assert topic.prefer == (Preference(scope=ScopeKind.CENTRE, seconds=30),)
    assert "mon-fri 08:00-20:00" in region("topic", "list").output
    assert "river" in region("centre", "list").output
    listed = region("priority", "list").output.splitlines()[1]
    assert listed == "veteran  600 s       staff only  ru: Ветераны, en: Veterans"

    cleared = ("--hours", "always", "--last-ticket", "0", "--prefer", "everyone")
    region("topic", "edit", "taxes", *cleared, "--overflow-at", "0")
    for removed in (("priority", "remove", "veteran"), ("break-reason", "remove", "lunch")):
        region(*removed)
    policy, topic = rules(database_url)
    assert (topic.hours, topic.prefer, topic.overflow_at) == ((), (), None)
    assert (policy.priorities, policy.breaks) == ((), {})
    assert region("priority", "list").output == "No priority class yet.\n"


def rules(database_url: str) -> tuple[Policy, Topic]:
    """Of the organisation in the database, and of its only topic."""

    async def work() -> tuple[Policy, Topic]:
        database = Database(database_url)
        try:
            people = SqlPeople(database)
            found = await people.organisation(await organisation_id(database, "west"))
        finally:
            await database.close()
        (topic,) = found.topics.values()
        return found.policy, topic

    return asyncio.run(work())


def test_skills_are_given_and_changed_in_a_line(region: Okno, database_url: str) -> None:
    region("interpreter", "add", "rsl", "--name", "ru=Жестовый")
    region(
        *("user", "add", "anna@west.example", "--name", "Anna", "--role", "consultant"),
        *("--skill", "taxes:ru:speech:2", "--skill", "taxes::sign", "--centre", "north"),
        *("--interprets", "rsl", "--password-stdin"),
        typed="correct horse\n",
    )
    assert skills(database_url) == [
        ("taxes", "en", "sign", 1),
        ("taxes", "ru", "sign", 1),
        ("taxes", "ru", "speech", 2),
    ]

    renamed = region("user", "edit", "anna@west.example", "--name", "Anna Belova")
    assert renamed.output == "user changed (name): anna@west.example\n"
    moved = region("user", "edit", "anna@west.example", "--centre", "", "--interprets", "")
    assert moved.output == "user changed (centre, interprets): anna@west.example\n"
    skilled = region("user", "edit", "anna@west.example", "--skill", "*:en", "--reserve")
    assert skilled.output.splitlines() == [
        "user changed (reserve): anna@west.example",
        "user's skills set: anna@west.example",
    ]
    assert skills(database_url) == [("taxes", "en", "speech", 1)]
    both = ("user", "add", "b@west.example", "--name", "B", "--role", "consultant")
    answer = region(*both, "--skill", "taxes", "--topic", "taxes", code=2)
    assert "but not both" in answer.stderr


def skills(database_url: str) -> list[tuple[str, str, str, int]]:
    """Topic, language, mode and level of every skill there is."""

    async def work() -> list[tuple[str, str, str, int]]:
        database = Database(database_url)
        try:
            async with database.read() as connection:
                query = select(
                    tables.topic.c.code, skill.c.language, skill.c.mode, skill.c.level
                ).join(tables.topic, tables.topic.c.id == skill.c.topic)
                return sorted(tuple(row) for row in await connection.execute(query))
        finally:
            await database.close()

    skill = tables.skill
    return asyncio.run(work())


def test_with_several_organisations_one_must_be_named(region: Okno) -> None:
    region("organisation", "add", "east", "--name", "East", "--timezone", "Asia/Omsk")
    assert "--organisation: east, west" in region("topic", "list", code=2).stderr
    assert region("topic", "list", "--organisation", "east").output == "No topic yet.\n"
    again = ("organisation", "add", "east", "--name", "East", "--timezone", "Asia/Omsk")
    assert "There is an organisation 'east' already." in region(*again, code=2).stderr


def test_every_change_is_journaled(region: Okno, redis_url: str, database_url: str) -> None:
    region("topic", "close", "taxes")

    async def journal() -> list[OrganisationChanged]:
        database = Database(database_url)
        organisation = await organisation_id(database, "west")
        await database.close()
        async with open_redis(redis_url) as redis:
            entries = [entry.event async for entry in read(redis, organisation)]
        return [event for event in entries if isinstance(event, OrganisationChanged)]

    changes = asyncio.run(journal())
    lines = [change.what for change in changes]
    assert lines[:3] == ["organisation added: west", "centre added: north", "topic added: taxes"]
    assert lines[-1] == "topic closed: taxes"
    assert {change.user for change in changes} == {None}


def test_a_file_is_tried_applied_and_found_applied(okno: Okno, tmp_path: Path) -> None:
    file = tmp_path / "okno.toml"
    file.write_text(REGION.format(code="west"), "utf-8")

    tried = okno("apply", "--dry-run", str(file)).output
    assert okno("organisation", "list").output == "No organisation yet.\n"
    done = okno("apply", str(file)).output
    again = okno("apply", str(file)).output

    assert tried.splitlines() == [f"would: {line}" for line in done.splitlines()]
    assert "user added: anna@west.example" in done
    assert again == "All is so already; nothing to do.\n"
    assert "anna@west.example   Anna   consultant" in okno("user", "list").output
    assert "has no password" in okno("user", "list").output


def test_a_faulty_file_is_refused_with_all_its_faults(okno: Okno, tmp_path: Path) -> None:
    file = tmp_path / "okno.toml"
    file.write_text(REGION.format(code="West").replace("taxes", "Taxes"), "utf-8")
    complaint = okno("apply", str(file), code=2).stderr
    assert "okno.toml:5: organisation.code" in complaint
    assert "topics[2].code" in complaint
    file.write_bytes(b"\xff")
    assert "utf-8" in okno("apply", str(file), code=2).stderr


def test_a_database_that_is_away_is_said_in_a_line(
    okno: Okno, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKNO_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/okno")
    assert "The database cannot be used" in okno("organisation", "list", code=1).stderr
