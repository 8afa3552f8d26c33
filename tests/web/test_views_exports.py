"""The session log as files."""

from __future__ import annotations

import csv
import io
import json

import pytest

from signaling import journal
from signaling.errors import Code
from signaling.events import LogExported
from signaling.ports import REDIS
from tests.web.stage import Stage
from web.export import COLUMNS

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = ["/desk/log.csv", "/desk/log.json"]


async def test_the_csv_opens_in_a_spreadsheet(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home, ticket="B-101")
    answer = await (await stage.staff("supervisor")).get("/desk/log.csv")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="okno-' in answer.headers["Content-Disposition"]
    raw = await answer.read()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["ticket"]: row for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))}
    assert tuple(rows["B-101"]) == COLUMNS
    assert rows["B-101"]["consultation"] == consultation
    assert rows["B-101"]["outcome"] == "served"


async def test_the_json_holds_the_whole_records(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home, ticket="B-102")
    answer = await (await stage.staff("administrator")).get("/desk/log.json")
    assert answer.content_type == "application/json"
    found = {each["consultation"]: each for each in json.loads(await answer.text())}
    assert found[consultation]["ticket"] == "B-102"
    assert found[consultation]["record"]["contact_legs"][0]["consultant"]


@pytest.mark.parametrize("path", FILES)
async def test_the_filters_of_the_page_hold_for_the_file(stage: Stage, path: str) -> None:
    await stage.consultation(stage.home, ticket="B-103")
    supervisor = await stage.staff("supervisor")
    assert "B-103" in await (await supervisor.get(f"{path}?outcome=served")).text()
    assert "B-103" not in await (await supervisor.get(f"{path}?outcome=abandoned")).text()


@pytest.mark.parametrize("path", FILES)
async def test_taking_a_file_is_written_down(stage: Stage, path: str) -> None:
    supervisor = await stage.staff("supervisor")
    await supervisor.get(f"{path}?outcome=no_show&day_from=")
    exports = [
        entry.event
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, LogExported)
    ]
    last = exports[-1]
    assert (last.user, last.format) == (supervisor.user, path.rpartition(".")[2])
    assert last.filters == {"outcome": "no_show"}


@pytest.mark.parametrize("path", FILES)
async def test_files_are_for_the_desk_of_their_organisation(stage: Stage, path: str) -> None:
    await stage.consultation(stage.home, ticket="B-104")
    assert (await (await stage.visitor()).get(path)).status == 303
    assert (await (await stage.visitor()).get(path, html=False)).status == 401
    assert (await (await stage.staff("consultant")).get(path, html=False)).status == 403
    outsider = await stage.staff("supervisor", stage.elsewhere)
    assert "B-104" not in await (await outsider.get(path)).text()
    refused = await outsider.get(f"{path}?centre={stage.home.centre}", html=False)
    assert (refused.status, (await refused.json())["field"]) == (400, "centre")


@pytest.mark.parametrize("path", FILES)
async def test_garbage_gives_a_code_and_no_file(stage: Stage, path: str) -> None:
    supervisor = await stage.staff("supervisor")
    for query in ("day_from=x", "day_to=9999-12-31", "topic=%00", "outcome=%ff"):
        answer = await supervisor.get(f"{path}?{query}", html=False)
        assert (answer.status, (await answer.json())["code"]) == (400, Code.BAD_FIELD), query
        assert "Content-Disposition" not in answer.headers
