"""SQL that is away cuts off nobody who waits: it is an answer, and it comes in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from server.archive.database import ANSWER_SECONDS, DATABASE, Database
from server.archive.migrate import migrate_database
from server.directory.lookups import SqlDirectory
from server.directory.people import SqlPeople
from signaling.client import Client
from signaling.cookies import BOOTH_COOKIE
from signaling.errors import Code, OknoError
from signaling.ids import BoothId, OrganisationId, TopicId, UserId
from signaling.messages import SetStatus, TakeTicket
from signaling.model import Mode
from tests.engines import PostgresqlProcess
from tests.waiting import until
from tests.web.stage import Person, Stage, staged

NOBODY = OrganisationId("nobody")

QUESTIONS: dict[str, Callable[[Database], Awaitable[object]]] = {
    "sign_in": lambda database: SqlPeople(database).sign_in("anna@west.example", "password"),
    "staff": lambda database: SqlPeople(database).staff(UserId("anna")),
    "booth": lambda database: SqlPeople(database).booth("credential"),
    "enrol": lambda database: SqlPeople(database).enrol("code"),
    "enrol_demo": lambda database: SqlPeople(database, demo=True).enrol_demo(),
    "organisation": lambda database: SqlPeople(database).organisation(NOBODY),
    "organisations": lambda database: SqlDirectory(database).organisations(),
    "topic": lambda database: SqlDirectory(database).topic(NOBODY, TopicId("topic")),
    "duty": lambda database: SqlDirectory(database).duty(NOBODY, UserId("anna")),
    "serves": lambda database: SqlDirectory(database).serves(
        NOBODY, TopicId("topic"), "ru", Mode.SIGN
    ),
    "policy": lambda database: SqlDirectory(database).policy(NOBODY),
    "names": lambda database: SqlDirectory(database).names(NOBODY, BoothId("booth")),
}
WRITES = {"enrol", "enrol_demo"}
"""The engine's own, longer limits hold for these: what may have been done is not given up."""


class Proxy:
    """Stands before PostgreSQL, and can fall silent."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.talks = asyncio.Event()
        self.talks.set()

    @asynccontextmanager
    async def listening(self, at: Path) -> AsyncIterator[None]:
        server = await asyncio.start_unix_server(self._serve, at)
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(self._target)
        with suppress(ConnectionError):
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, ours))
                both.create_task(self._pass_on(theirs, writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self.talks.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


async def refused_by(database: Database, question: str) -> OknoError:
    with pytest.raises(OknoError) as told:
        await QUESTIONS[question](database)
    return told.value


@pytest.mark.parametrize("question", QUESTIONS)
async def test_sql_that_refuses_is_unavailable(question: str) -> None:
    database = Database("postgresql+asyncpg://okno@127.0.0.1:1/okno")
    told = await refused_by(database, question)
    assert told.code is Code.UNAVAILABLE
    assert told.retry_after


async def test_sql_without_its_tables_is_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}")
    for question in QUESTIONS:
        assert (await refused_by(database, question)).code is Code.UNAVAILABLE
    await database.close()


async def test_sql_that_hangs_is_unavailable_in_time(postgresql: PostgresqlProcess) -> None:
    url = make_url(postgresql.database())
    real = Path(str(url.query["host"])) / ".s.PGSQL.5432"
    here = real.parent / "proxy"
    here.mkdir()
    proxy = Proxy(real)
    async with proxy.listening(here / real.name):
        through = url.set(query={"host": str(here)})
        database = Database(through.render_as_string(hide_password=False))
        await migrate_database(database)
        assert await SqlDirectory(database).organisations() == []

        proxy.talks.clear()
        begun = time.monotonic()
        told = await asyncio.gather(
            *(refused_by(database, question) for question in QUESTIONS if question not in WRITES)
        )
        assert {each.code for each in told} == {Code.UNAVAILABLE}
        assert ANSWER_SECONDS <= time.monotonic() - begun < ANSWER_SECONDS + 1

        proxy.talks.set()
        assert await SqlDirectory(database).organisations() == []
        await database.close()


@pytest.fixture
async def stage(redis_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(redis_url, tmp_path) as stage:
        yield stage


async def lose_tables(stage: Stage) -> None:
    async with stage.app[DATABASE].write() as connection:
        for table in ("topic", "staff", "booth"):
            await connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))


@asynccontextmanager
async def socket(stage: Stage, person: Person, surface: str) -> AsyncIterator[Client]:
    base = str(stage.server.make_url("/")).rstrip("/")
    page = Client(person.session, base, surface)  # type: ignore[arg-type] # one of the three
    await page.open()
    yield page
    await page.close()


async def test_sql_away_is_no_fault_of_ours_to_a_visitor(stage: Stage) -> None:
    async with socket(stage, await stage.booth(), "booth") as page:
        await lose_tables(stage)
        with pytest.raises(OknoError) as told:
            await page.request(TakeTicket(topic=stage.home.topic, language="ru"))
        assert told.value.code is Code.UNAVAILABLE


async def test_sql_away_is_no_fault_of_ours_to_a_consultant(stage: Stage) -> None:
    async with socket(stage, await stage.staff("consultant"), "workspace") as page:
        await lose_tables(stage)
        told = []

        async def refused() -> bool:
            """What the page's arrival found out is good for a moment yet."""
            try:
                await page.request(SetStatus(status="available"))
            except OknoError as refusal:
                told.append(refusal.code)
            return bool(told)

        await until(refused)
        assert told == [Code.UNAVAILABLE]


async def test_sql_away_is_not_a_stranger_at_the_door(stage: Stage) -> None:
    booth = await stage.booth()
    await lose_tables(stage)
    answer = await booth.get("/booth/ru")
    assert answer.status == 503
    assert BOOTH_COOKIE not in answer.cookies
