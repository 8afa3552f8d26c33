"""API tokens: whose they are, what they allow, and who is not let in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.archive import tables
from server.archive.database import Database
from server.cli import main
from server.directory.changes import changing
from server.directory.rows import ChangeError
from server.directory.secrets import digest
from server.directory.tokens import (
    USED_COARSELY,
    ApiTokens,
    Scope,
    TokenSpec,
    create_token,
    revoke_token,
)
from signaling.errors import Code, OknoError
from signaling.events import OrganisationChanged
from signaling.ids import OrganisationId, new_ulid
from signaling.journal import read
from signaling.ports import RedisClient
from tests.server.databases import database, database_url, postgresql, sqlite_database
from tests.server.directory.cast import add_region

__all__ = ["database", "database_url", "postgresql", "sqlite_database"]

NOW = 1_800_000_000.0
ATTEMPTS = 1
"""Ten wrong tokens of one address."""


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


async def made(  # noqa: PLR0917 - what a token is made of
    database: Database,
    redis: RedisClient,
    organisation: str,
    name: str = "machine",
    scopes: tuple[Scope, ...] = (Scope.TICKETS_WRITE,),
    days: int | None = None,
) -> str:
    spec = TokenSpec(name=name, scopes=list(scopes), days=days)
    async with changing(database, redis, organisation) as changes:
        return await create_token(changes.rows, spec, now=round(NOW * 1000))


async def traces(redis: RedisClient, organisation: OrganisationId) -> list[str]:
    return [
        entry.event.what
        async for entry in read(redis, organisation)
        if isinstance(entry.event, OrganisationChanged) and "token" in entry.event.what
    ]


async def last_used(database: Database) -> int | None:
    async with database.read() as connection:
        return await connection.scalar(select(tables.api_token.c.last_used_at))


async def test_a_token_says_for_whom_it_speaks_and_what_it_allows(
    database: Database, redis: RedisClient
) -> None:
    west = await add_region(database, redis, "west")
    await add_region(database, redis, "east")
    tokens = ApiTokens(database, redis, attempts=ATTEMPTS)
    token = await made(database, redis, "west", scopes=(Scope.TICKETS_WRITE, Scope.LINES_READ))
    other = await made(database, redis, "east")

    principal = await tokens.check(token)
    stranger = await tokens.check(other)

    assert principal is not None
    assert principal.organisation == west
    assert principal.scopes == {Scope.TICKETS_WRITE, Scope.LINES_READ}
    assert stranger is not None
    assert stranger.organisation != west
    assert stranger.scopes == {Scope.TICKETS_WRITE}


async def test_only_the_hash_is_kept_and_the_journal_says_who_was_made_but_not_how(
    sqlite_database: Database, redis: RedisClient
) -> None:
    west = await add_region(sqlite_database, redis, "west")
    token = await made(sqlite_database, redis, "west")
    async with changing(sqlite_database, redis, "west") as changes:
        await revoke_token(changes.rows, "machine", now=round(NOW * 1000))

    async with sqlite_database.read() as connection:
        (row,) = (await connection.execute(select(tables.api_token))).all()
    assert re.fullmatch(r"okno_[\w-]{43}", token)
    assert row.token_hash == digest(token)
    assert token not in str(row)
    assert await traces(redis, west) == [
        "API token created (tickets:write): machine",
        "API token revoked: machine",
    ]


async def test_a_revoked_token_is_none_and_its_name_is_free_again(
    database: Database, redis: RedisClient
) -> None:
    await add_region(database, redis, "west")
    tokens = ApiTokens(database, redis, attempts=ATTEMPTS)
    first = await made(database, redis, "west")
    with pytest.raises(ChangeError, match="already"):
        await made(database, redis, "west")

    async with changing(database, redis, "west") as changes:
        await revoke_token(changes.rows, "machine", now=round(NOW * 1000))
    second = await made(database, redis, "west")

    assert await tokens.check(first) is None
    assert await tokens.check(second) is not None


async def test_sql_itself_refuses_a_second_live_token_of_a_name(
    database: Database, redis: RedisClient
) -> None:
    west = await add_region(database, redis, "west")
    await made(database, redis, "west")
    row = {
        "id": new_ulid(),
        "organisation": west,
        "name": "machine",
        "token_hash": digest("another"),
        "scopes": [],
        "created_at": 0,
    }
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(tables.api_token.insert().values(row))


async def test_nobody_revokes_a_token_of_another_organisation(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    await add_region(sqlite_database, redis, "east")
    token = await made(sqlite_database, redis, "west")

    with pytest.raises(ChangeError, match="no token 'machine'"):
        async with changing(sqlite_database, redis, "east") as changes:
            await revoke_token(changes.rows, "machine", now=round(NOW * 1000))

    assert await ApiTokens(sqlite_database, redis, attempts=ATTEMPTS).check(token) is not None


async def test_a_token_ends_with_its_days(sqlite_database: Database, redis: RedisClient) -> None:
    await add_region(sqlite_database, redis, "west")
    clock = Clock()
    tokens = ApiTokens(sqlite_database, redis, attempts=ATTEMPTS, clock=clock)
    token = await made(sqlite_database, redis, "west", days=1)

    clock.now = NOW + 24 * 3600 - 1
    assert await tokens.check(token) is not None
    clock.now = NOW + 24 * 3600
    assert await tokens.check(token) is None


async def test_its_use_is_noted_once_an_hour(sqlite_database: Database, redis: RedisClient) -> None:
    await add_region(sqlite_database, redis, "west")
    clock = Clock()
    tokens = ApiTokens(sqlite_database, redis, attempts=ATTEMPTS, clock=clock)
    token = await made(sqlite_database, redis, "west")
    assert await last_used(sqlite_database) is None

    noted = []
    for seconds in (0, USED_COARSELY - 1, USED_COARSELY):
        clock.now = NOW + seconds
        await tokens.check(token)
        noted.append(await last_used(sqlite_database))

    assert noted == [NOW * 1000, NOW * 1000, (NOW + USED_COARSELY) * 1000]


GARBAGE = ["", "okno_", "okno_" + "x" * 43, "okno_" + "x" * 5000, "\0", "пропуск", "Bearer okno_"]


@pytest.mark.parametrize("token", GARBAGE)
async def test_garbage_is_nobodys(
    sqlite_database: Database, redis: RedisClient, token: str
) -> None:
    await add_region(sqlite_database, redis, "west")
    assert await ApiTokens(sqlite_database, redis, attempts=ATTEMPTS).check(token) is None


async def test_an_address_that_guesses_waits_and_no_other_does(
    sqlite_database: Database, redis: RedisClient
) -> None:
    await add_region(sqlite_database, redis, "west")
    tokens = ApiTokens(sqlite_database, redis, attempts=ATTEMPTS)
    token = await made(sqlite_database, redis, "west")
    guessing, working = "192.0.2.77", "192.0.2.78"
    for _ in range(20):
        assert await tokens.check(token, working) is not None
    for _ in range(10):
        assert await tokens.check("okno_" + "x" * 43, guessing) is None

    with pytest.raises(OknoError) as refused:
        await tokens.check(token, guessing)

    assert refused.value.code is Code.TOO_FAST
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= 300
    assert await tokens.check(token, working) is not None


async def test_without_sql_nobody_knows(sqlite_database: Database, redis: RedisClient) -> None:
    await add_region(sqlite_database, redis, "west")
    token = await made(sqlite_database, redis, "west")
    async with sqlite_database.write() as connection:
        await connection.execute(tables.api_token.delete())
        await connection.exec_driver_sql("DROP TABLE api_token")

    with pytest.raises(OknoError) as refused:
        await ApiTokens(sqlite_database, redis, attempts=ATTEMPTS).check(token)

    assert refused.value.code is Code.UNAVAILABLE


def okno(tmp_path: Path, redis_url: str, *arguments: str) -> Result:
    environment = {"OKNO_DATA_DIR": str(tmp_path), "OKNO_REDIS_URL": redis_url}
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)


def test_tokens_are_managed_in_a_terminal(tmp_path: Path, redis_url: str) -> None:
    def say(*arguments: str) -> str:
        result = okno(tmp_path, redis_url, *arguments)
        assert result.exit_code == 0, result.output
        return result.output

    say("organisation", "add", "west", "--name", "West", "--timezone", "UTC")
    assert say("token", "list") == "No token yet.\n"
    shown = say("token", "create", "kiosk", "--scope", "tickets:write", "--scope", "lines:read")
    (token,) = re.findall(r"okno_[\w-]{43}", shown)
    say("token", "create", "report", "--scope", "consultations:read", "--days", "30")

    listed = say("token", "list")
    assert token not in listed
    assert re.search(r"kiosk +lines:read, tickets:write +never +good until revoked", listed)
    assert re.search(r"report +consultations:read +never +good until 20\d\d-", listed)

    assert say("token", "revoke", "kiosk") == "API token revoked: kiosk\n"
    assert re.search(r"kiosk .* revoked 20\d\d-", say("token", "list"))
    again = okno(tmp_path, redis_url, "token", "revoke", "kiosk")
    assert (again.exit_code, "There is no token 'kiosk'" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("kiosk",),
        ("kiosk", "--scope", "everything"),
        ("Kiosk 1", "--scope", "lines:read"),
        ("kiosk", "--scope", "lines:read", "--days", "0"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(
    tmp_path: Path, redis_url: str, arguments: tuple[str, ...]
) -> None:
    assert okno(tmp_path, redis_url, "token", "create", *arguments).exit_code == 2


async def test_no_token_is_left_by_a_dry_run(sqlite_database: Database, redis: RedisClient) -> None:
    await add_region(sqlite_database, redis, "west")
    async with changing(sqlite_database, redis, "west", dry_run=True) as changes:
        spec = TokenSpec(name="machine", scopes=[Scope.LINES_READ])
        await create_token(changes.rows, spec, now=0)
    async with sqlite_database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.api_token)) == 0
