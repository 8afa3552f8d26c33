"""``okno log``: the same log as the desk's, in a terminal."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from server.archive.database import Database
from server.archive.migrate import migrate_database
from server.archive.store import Delivered, store
from server.cli import main
from server.directory.people import SqlPeople
from signaling.events import LogExported, RecordViewed
from signaling.ids import OrganisationId, new_ulid
from signaling.journal import read
from signaling.model import Outcome, Trigger
from signaling.store import open_redis
from tests.histories import START, History
from tests.server.directory.cast import PASSWORD, add_region

Okno = Callable[..., str]
HOUR = 3_600_000


class Region:
    """An organisation with two consultations: Anna served one, the other visitor left."""

    directory: Path
    organisation: OrganisationId
    served: History
    left: History


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Region:
    region = Region()
    region.directory = tmp_path_factory.mktemp("region")

    async def fill() -> None:
        database = Database(f"sqlite+aiosqlite:///{region.directory / 'okno.sqlite'}")
        await migrate_database(database)
        async with open_redis(redis_url) as redis:
            region.organisation = await add_region(database, redis, "west")
        people = SqlPeople(database)
        names = await people.organisation(region.organisation)
        anna = await people.sign_in("anna@west.example", PASSWORD)
        assert anna is not None
        centres = {centre.code: centre.id for centre in names.centres.values()}
        topics = {topic.code: topic.id for topic in names.topics.values()}
        booth = next(iter(names.booths))
        region.served = History(
            organisation=region.organisation,
            centre=centres["north"],
            booth=booth,
            topic=topics["passport"],
        )
        region.served.served(anna.user)
        region.left = History(
            organisation=region.organisation,
            centre=centres["south"],
            topic=topics["taxes"],
            ticket="A-007",
            joined_at=START + 30 * HOUR,
        )
        region.left.close(Outcome.ABANDONED, Trigger.LEAVE)
        for history in (region.served, region.left):
            entries = [
                Delivered(entry.id, entry.event, msgspec.json.encode(entry.event).decode())
                for entry in history.entries()
            ]
            await store(database, region.organisation, entries)
        await database.close()

    asyncio.run(fill())
    return region


@pytest.fixture
def okno(region: Region, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Okno:
    monkeypatch.setenv("OKNO_DATA_DIR", str(region.directory))
    monkeypatch.setenv("OKNO_REDIS_URL", redis_url)

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["log", *arguments], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return run


def journaled(redis_url: str, organisation: OrganisationId) -> list[object]:
    async def work() -> list[object]:
        async with open_redis(redis_url) as redis:
            return [entry.event async for entry in read(redis, organisation)]

    return asyncio.run(work())


def test_the_list_has_a_line_for_each_consultation(region: Region, okno: Okno) -> None:
    lines = okno("list").splitlines()
    assert len(lines) == 3
    assert lines[1].split()[:2] == [region.left.consultation, "A-007"]
    assert "Left while waiting" in lines[1]
    for word in ("B-042", "North centre", "Passport", "Served", "Anna", "2 s"):
        assert word in lines[2]


@pytest.mark.parametrize(
    ("options", "tickets"),
    [
        (["--centre", "north"], ["B-042"]),
        (["--topic", "taxes"], ["A-007"]),
        (["--consultant", "Anna@west.example"], ["B-042"]),
        (["--outcome", "abandoned"], ["A-007"]),
        (["--from", "2026-01-02"], ["A-007"]),
        (["--to", "2026-01-01"], ["B-042"]),
        (["--from", "2026-01-01", "--to", "2026-01-02"], ["A-007", "B-042"]),
    ],
)
def test_lists_and_exports_are_narrowed_alike(
    okno: Okno, options: list[str], tickets: list[str]
) -> None:
    listed = [line.split()[1] for line in okno("list", *options).splitlines()[1:]]
    exported = json.loads(okno("export", "--format", "json", *options))
    assert listed == tickets
    assert [each["ticket"] for each in exported] == tickets


def test_a_longer_list_says_so(okno: Okno) -> None:
    assert "1 of 2." in okno("list", "--limit", "1")
    assert okno("list", "--from", "2030-01-01") == "No consultation matches.\n"


def test_a_consultation_is_told_in_words_and_the_look_is_journaled(
    region: Region, okno: Okno, redis_url: str
) -> None:
    told = okno("show", region.served.consultation.lower())

    assert "04:00:00  The visitor took ticket B-042 at Booth 1, North centre: Passport" in told
    assert "Anna accepted." in told
    assert "The consultant wrote down the outcome: Served." in told
    viewed = journaled(redis_url, region.organisation)[-1]
    assert isinstance(viewed, RecordViewed)
    assert (viewed.consultation, viewed.user) == (region.served.consultation, None)


def test_an_export_is_csv_and_is_journaled(region: Region, okno: Okno, redis_url: str) -> None:
    rows = list(csv.DictReader(io.StringIO(okno("export", "--outcome", "served"), newline="")))

    assert [(row["consultation"], row["consultant"]) for row in rows] == [
        (region.served.consultation, "Anna")
    ]
    exported = journaled(redis_url, region.organisation)[-1]
    assert isinstance(exported, LogExported)
    assert (exported.user, exported.format) == (None, "csv")
    assert exported.filters == {"outcome": "served"}


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (["show", "garbage"], "There is no consultation 'garbage'"),
        (["show", new_ulid()], "There is no consultation"),
        (["list", "--centre", "moon"], "There is no centre 'moon'. There are: north, south."),
        (["list", "--topic", "moon"], "There is no topic 'moon'"),
        (["list", "--consultant", "moon"], "There is no user 'moon'"),
        (["list", "--outcome", "moon"], "'moon' is not one of"),
        (["list", "--from", "moon"], "day_from"),
        (["export", "--to", "2026-02-30"], "day_to"),
    ],
)
def test_garbage_is_refused_by_name(okno: Okno, command: list[str], complaint: str) -> None:
    assert complaint in okno(*command, code=2)
