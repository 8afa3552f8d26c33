"""``okno line`` and ``okno doctor``: a hand on a line in a terminal, a check of a live system."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.archive.database import Database
from server.archive.migrate import migrate_database
from server.cli import main
from server.directory.changes import changing
from server.directory.listed import Listed, put_listed
from server.directory.people import SqlPeople
from server.directory.specs import PrioritySpec
from signaling import keys
from signaling.events import GateChanged
from signaling.ids import UserId
from signaling.model import Outcome, State, Topic
from signaling.store import open_redis
from tests.server.directory.cast import add_region
from tests.signaling.room import Room, serves

Okno = Callable[..., str]


class Hall:
    """An organisation in SQL, and its line in Redis."""

    def __init__(self, room: Room, topics: dict[str, Topic]) -> None:
        self.room = room
        self.passport = topics["passport"]
        self.taxes = topics["taxes"]


@pytest.fixture
async def hall(tmp_path: Path, redis_url: str) -> AsyncIterator[Hall]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'okno.sqlite'}")
    await migrate_database(database)
    async with open_redis(redis_url) as redis:
        room = Room(redis)
        room.organisation = await add_region(database, redis, "west")
        async with changing(database, redis, "west") as changes:
            veterans = PrioritySpec(
                code="veteran", names={"en": "Veterans"}, head_start_seconds=600
            )
            await put_listed(changes.rows, Listed.PRIORITIES, veterans)
        names = await SqlPeople(database).organisation(room.organisation)
        yield Hall(room, {topic.code: topic for topic in names.topics.values()})
    await database.close()


@pytest.fixture
def okno(hall: Hall, tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Okno:
    del hall
    monkeypatch.setenv("OKNO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OKNO_REDIS_URL", redis_url)

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, [*arguments], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return run


async def said(okno: Okno, *arguments: str, code: int = 0) -> str:
    """What the command says; it has an event loop of its own."""
    return await asyncio.to_thread(okno, *arguments, code=code)


async def test_lines_are_shown_with_who_waits_and_who_is_there(hall: Hall, okno: Okno) -> None:
    assert "Nobody waits" in await said(okno, "line", "show")
    await hall.room.join("1", hall.passport)
    await hall.room.available("anna", serves(hall.taxes))
    rows = [each.split() for each in (await said(okno, "line", "show")).splitlines()[1:]]
    assert [(each[0], each[3], each[4], each[6]) for each in rows] == [
        ("passport", "open", "1", "0"),
        ("taxes", "open", "0", "1"),
    ]


async def test_visitors_of_a_topic_are_shown_next_first(hall: Hall, okno: Okno) -> None:
    for name in ("1", "2"):
        await hall.room.join(name, hall.passport)
    await said(okno, "line", "priority", "b-002", "veteran")
    rows = (await said(okno, "line", "show", "passport")).splitlines()[1:]
    assert [each.split()[:2] for each in rows] == [["1", "B-002"], ["2", "B-001"]]
    assert "veteran" in rows[0]
    assert "no priority class 'old'" in await said(okno, "line", "priority", "B-001", "old", code=2)


@pytest.mark.parametrize(
    ("verb", "gate"), [("pause", "paused"), ("close", "closed"), ("end", "ended")]
)
async def test_gates_are_shut_with_a_note_and_opened(
    hall: Hall, okno: Okno, verb: str, gate: str
) -> None:
    consultation = await hall.room.join("1", hall.passport)
    assert gate in await said(okno, "line", verb, "passport", "--note", "Fire drill")
    changed = [each for each in await hall.room.events() if isinstance(each, GateChanged)]
    assert [(each.gate, each.note) for each in changed] == [(gate, "Fire drill")]
    ended = verb == "end"
    assert (await hall.room.fact(consultation, "outcome") == Outcome.CLOSED_BY_HOURS) == ended
    assert "passport is open" in await said(okno, "line", "open", "passport")
    assert "There is no topic" in await said(okno, "line", verb, "nothing", code=2)


async def test_a_visitor_is_moved_and_taken_out_by_their_ticket(hall: Hall, okno: Okno) -> None:
    consultation = await hall.room.join("1", hall.passport)
    assert "B-001 waits for taxes" in await said(okno, "line", "move", "B-001", "taxes")
    assert await hall.room.in_line(hall.taxes) == [consultation]
    assert "not offered in 'en'" in await said(
        okno, "line", "move", "B-001", "taxes", "--language", "en", code=2
    )
    assert "out of the line" in await said(okno, "line", "remove", consultation)
    assert await hall.room.state(consultation) == State.CLOSED
    assert "Nobody waits with ticket" in await said(okno, "line", "remove", "B-001", code=2)


async def test_doctor_finds_nothing_wrong_with_what_is_right(hall: Hall, okno: Okno) -> None:
    await hall.room.available("anna", serves(hall.passport))
    for name in ("1", "2", "3"):
        await hall.room.join(name, hall.passport)
    assert "Nothing is wrong." in await said(okno, "doctor")


async def test_doctor_says_what_is_wrong(hall: Hall, okno: Okno) -> None:
    room, organisation = hall.room, hall.room.organisation
    anna = await room.available("anna", serves(hall.passport))
    offered = await room.join("1", hall.passport)
    lost = await room.join("2", hall.passport)
    line = serves(hall.passport).lines[0]
    await room.redis.zrem(keys.line(organisation, line), lost)
    await room.redis.hset(keys.consultant(organisation, UserId(anna)), "consultation", "")
    await room.redis.zadd(keys.deadlines(organisation), {f"offer:{offered}": 1})
    rules = [each.split()[0] for each in (await said(okno, "doctor", code=1)).splitlines()[2:]]
    assert {"place", "busy", "overdue", "able"} <= set(rules)
