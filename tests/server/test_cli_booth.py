"""``okno booth edit``: a booth is fitted to the room it stands in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.archive.database import Database
from server.archive.migrate import migrate_database
from server.cli import main
from server.directory.people import SqlPeople
from signaling.sound import Sound
from signaling.store import open_redis
from tests.server.directory.cast import add_region


async def test_a_booth_is_fitted_to_its_room(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'okno.sqlite'}")
    await migrate_database(database)
    async with open_redis(redis_url) as redis:
        await add_region(database, redis, "west")
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OKNO_REDIS_URL", redis_url)

    async def said(*arguments: str, code: int = 0) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, main, ["booth", *arguments, "north/1"])
        assert result.exit_code == code, result.output
        return str(result.output)

    changed = await said("edit", "--loudness", "40", "--handset", "USB Phone")
    assert changed == "booth changed (sound): north/1\n"
    await said("edit", "--no-gain-control", "--name", "Window")
    assert "loudness" in await said("edit", "--loudness", "101", code=2)
    people = SqlPeople(database)
    code = (await said("enroll")).split("Code: ")[1].split()[0]
    booth = await people.booth(await people.enrol(code) or "")
    assert booth is not None
    assert booth.name == "Window"
    assert booth.sound == Sound(loudness=40, handset="USB Phone", gain_control=False)
    await said("edit", "--handset", "")
    assert await said("edit", "--handset", "") == "", "nothing more is changed"
    await database.close()
