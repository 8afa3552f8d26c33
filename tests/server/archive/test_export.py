"""The shape of an export: what others build on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

from signaling.fold import fold
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    OrganisationId,
    TopicId,
    UserId,
)
from signaling.model import DeclaredBy, Outcome, Policy, Role, Source, Topic, Trigger
from signaling.record import Record
from tests.histories import History
from web.export import COLUMNS, as_csv, as_json, row
from web.ports import NamedCentre, NamedUser, Organisation


def organisation(consultant: str = "Anna Belova") -> Organisation:
    return Organisation(
        id=OrganisationId("org"),
        code="region",
        name="Region",
        timezone="Europe/Samara",
        policy=Policy(timezone="Europe/Samara"),
        centres={
            CentreId("centre"): NamedCentre(
                id=CentreId("centre"), code="north", name="North", timezone="Europe/Samara"
            )
        },
        booths={BoothId("booth"): "Booth 1"},
        topics={},
        closed_topics={
            TopicId("topic"): Topic(
                id=TopicId("topic"),
                code="passport",
                names={"en": "Passport"},
                hints={},
                handling_seconds=60,
            )
        },
        users={
            UserId("anna"): NamedUser(
                id=UserId("anna"), name=consultant, roles=frozenset({Role.CONSULTANT})
            )
        },
    )


def record_of(history: History) -> Record:
    record = fold(history.entries())
    assert record is not None
    return record


async def stream(*records: Record) -> AsyncIterator[Record]:
    for record in records:
        yield record


async def text_of(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])


def test_a_row_names_things_by_their_codes_and_times_in_the_organisations_zone() -> None:
    history = History(pause=1500).promise(2, 5).served("anna").rate(4)

    assert row(record_of(history), organisation()) == {
        "consultation": history.consultation,
        "ticket": "B-042",
        "centre": "north",
        "booth": "Booth 1",
        "topic": "passport",
        "language": "ru",
        "mode": "speech",
        "state": "closed",
        "outcome": "served",
        "joined_at": "2026-01-01T04:00:00.000+04:00",
        "answered_at": "2026-01-01T04:00:07.500+04:00",
        "ended_at": "2026-01-01T04:00:09.000+04:00",
        "closed_at": "2026-01-01T04:00:10.500+04:00",
        "wait_seconds": 4.5,
        "talk_seconds": 1.5,
        "wrap_up_seconds": 1.5,
        "place_at_entry": 3,
        "promised_low_minutes": 2,
        "promised_high_minutes": 5,
        "offers": 1,
        "consultant": "Anna Belova",
        "ended_by": "consultant",
        "end_reason": "hang_up",
        "rating": 4,
        "interpreter": None,
        "priority": None,
        "declared_by": None,
        "head_start_seconds": None,
        "source": "booth",
        "external": None,
        "previous": None,
        "return_at": None,
        "promise_kept": True,
    }


def test_who_was_let_ahead_says_by_whom_and_how_far() -> None:
    record = record_of(History().promise(1, 1).served("anna"))
    record.priority, record.declared_by, record.head_start = "veteran", DeclaredBy.STAFF, 600
    record.source, record.external = Source.API, "T-9"
    record.previous, record.booth = ConsultationId("earlier"), None
    found = row(record, organisation())
    assert (found["priority"], found["declared_by"]) == ("veteran", "staff")
    assert found["head_start_seconds"] == 600
    assert (found["source"], found["external"]) == ("api", "T-9")
    assert (found["previous"], found["booth"]) == ("earlier", None)


async def test_a_broken_promise_reads_false_in_a_spreadsheet() -> None:
    record = record_of(History(pause=60_000).promise(1, 1).served("anna"))
    [found] = csv.DictReader(io.StringIO(await text_of(as_csv(stream(record), organisation()))))
    assert found["promise_kept"] == "false"


def test_what_did_not_happen_is_empty_and_what_is_gone_keeps_its_id() -> None:
    history = History(centre="gone").close(Outcome.ABANDONED, Trigger.LEAVE)

    found = row(record_of(history), organisation())

    assert found["centre"] == "gone"
    assert found["end_reason"] == "leave"
    empty = {"answered_at", "ended_at", "talk_seconds", "wrap_up_seconds", "consultant", "rating"}
    assert {found[name] for name in empty} == {None}


async def test_csv_reads_back_as_the_rows() -> None:
    records = [record_of(History().served("anna")) for _ in range(230)]

    text = await text_of(as_csv(stream(*records), organisation()))

    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [each["consultation"] for each in rows] == [record.id for record in records]
    assert rows[0]["wait_seconds"] == "2.0"


async def test_csv_begins_with_a_byte_order_mark_when_a_spreadsheet_will_open_it() -> None:
    text = await text_of(as_csv(stream(), organisation(), byte_order_mark=True))
    assert text == "\ufeff" + ",".join(COLUMNS) + "\r\n"


async def test_no_cell_is_a_formula() -> None:
    history = History(ticket="=1+1").served("anna")
    evil = organisation(consultant='@SUM(A1)\t"x"')

    text = await text_of(as_csv(stream(record_of(history)), evil))

    [found] = csv.DictReader(io.StringIO(text))
    assert found["ticket"] == "'=1+1"
    assert found["consultant"] == '\'@SUM(A1)\t"x"'


async def test_json_has_the_same_columns_and_the_whole_record() -> None:
    records = [record_of(History().served("anna")) for _ in range(3)]

    found = json.loads(await text_of(as_json(stream(*records), organisation())))

    assert [{name: each[name] for name in COLUMNS} for each in found] == [
        row(record, organisation()) for record in records
    ]
    assert found[0]["record"]["contact_legs"][0]["consultant"] == "anna"
    assert json.loads(await text_of(as_json(stream(), organisation()))) == []


def test_every_column_stands_in_its_document() -> None:
    text = (Path(__file__).parents[3] / "docs" / "EXPORT.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in text] == []
