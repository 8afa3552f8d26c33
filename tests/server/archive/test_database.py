from __future__ import annotations

import asyncio
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from server.archive import tables
from server.archive.database import Database
from server.archive.migrate import SchemaError, migrate_database
from signaling.ids import new_ulid


def organisation_row(code: str) -> dict[str, str]:
    return {"id": new_ulid(), "code": code, "name": code, "timezone": "UTC"}


async def test_migrations_lead_to_the_tables_the_code_knows(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        return list(compare_metadata(context, tables.metadata))

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_again_and_from_several_processes_at_once_changes_nothing(
    database_url: str,
) -> None:
    databases = [Database(database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(migrate_database(each) for each in databases))
        async with databases[0].write() as connection:
            await connection.execute(insert(tables.organisation), organisation_row("kept"))
        await migrate_database(databases[1])
        async with databases[2].read() as connection:
            assert await connection.scalar(select(tables.organisation.c.code)) == "kept"
    finally:
        for each in databases:
            await each.close()


async def test_a_database_of_a_newer_okno_is_refused(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="newer Okno"):
        await migrate_database(database)


async def test_a_failed_write_leaves_nothing_behind(database: Database) -> None:
    async def write_twice() -> None:
        async with database.write() as connection:
            await connection.execute(insert(tables.organisation), organisation_row("once"))
            await connection.execute(insert(tables.organisation), organisation_row("once"))

    with pytest.raises(IntegrityError):
        await write_twice()
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.organisation)) == 0


async def test_concurrent_read_then_write_transactions_all_succeed(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(tables.organisation), organisation_row("first"))

    async def count_and_add(number: int) -> None:
        async with database.write() as connection:
            await connection.scalar(select(func.count()).select_from(tables.organisation))
            await connection.execute(insert(tables.organisation), organisation_row(f"n{number}"))

    await asyncio.gather(*(count_and_add(number) for number in range(12)))

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.organisation)) == 13


async def test_a_write_that_is_cancelled_lets_others_write_at_once(
    sqlite_database: Database,
) -> None:
    """Although the statement it was at outlives it, in the traceback."""
    loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def stall() -> int:
        loop.call_soon_threadsafe(begun.set)
        return may_end.wait()

    async def write() -> None:
        async with sqlite_database.write() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.create_function("stall", 0, stall)
            await connection.execute(text("SELECT stall() UNION ALL SELECT 2"))

    writing = asyncio.create_task(write())
    await begun.wait()
    writing.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError) as outlived:
        await writing
    async with sqlite_database.write() as connection:
        await connection.execute(insert(tables.organisation), organisation_row("next"))
    assert outlived.traceback


async def test_sql_itself_refuses_a_booth_in_a_centre_of_another_organisation(
    database: Database,
) -> None:
    ours, theirs, centre = organisation_row("ours"), organisation_row("theirs"), new_ulid()
    async with database.write() as connection:
        await connection.execute(insert(tables.organisation), [ours, theirs])
        await connection.execute(
            insert(tables.centre).values(
                id=centre,
                organisation=theirs["id"],
                code="c",
                name="C",
                timezone="UTC",
                ticket_prefix="A",
            )
        )
    booth = insert(tables.booth).values(
        id=new_ulid(), organisation=ours["id"], centre=centre, code="1", name="Booth 1"
    )
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(booth)
