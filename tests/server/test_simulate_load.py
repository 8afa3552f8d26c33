"""``okno simulate load`` as an operator runs it, beside a node."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from server.archive import tables
from server.load import is_marked
from server.services import cli_services
from server.settings import Settings
from tests.server.nodes import running_node
from tests.server.test_simulate import NOWHERE, said

SMALL = ("--booths=4", "--consultants=2", "--rate=8", "--seconds=3", "--talk=0.1")


async def count(data: Path, table: Table) -> int:
    async with (
        cli_services(Settings(data_dir=data)) as services,
        services.database.read() as connection,
    ):
        found: int = (
            await connection.execute(select(func.count()).select_from(table))
        ).scalar_one()
        return found


async def test_visitors_meet_consultants_and_nobody_can_come_back(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        for _ in range(2):  # the second time everything it needs is there already
            status, output = await said(
                "load", f"--url={node.base}", *SMALL, OKNO_DATA_DIR=str(tmp_path)
            )
            assert status == 0, output
            assert "6 pages are in" in output
            (tickets,) = re.findall(r"Visitors with a ticket: (\d+)", output)
            (talked,) = re.findall(r"talked: (\d+)", output)
            assert int(tickets) == int(talked) > 0
            assert re.search(r"both pages being told, ms: p50 \d+, p95 \d+, p99 \d+", output)
            assert "Refused" not in output
        async with cli_services(Settings(data_dir=tmp_path)) as services:
            assert [each async for each in services.redis.scan_iter("okno:session:*")] == []
            enrolled = select(func.count(tables.booth.c.credential_hash))
            async with services.database.read() as connection:
                assert (await connection.execute(enrolled)).scalar_one() == 0
        assert await count(tmp_path, tables.booth) == 4
        assert await count(tmp_path, tables.staff) == 2


async def test_an_organisation_that_people_use_is_left_alone(tmp_path: Path) -> None:
    status, output = await said(
        "load", f"--url={NOWHERE}", "--organisation=region", OKNO_DATA_DIR=str(tmp_path)
    )
    assert status == 2
    assert "--yes-really" in output
    assert not list(tmp_path.glob("*"))  # noqa: ASYNC240 - a look at an empty directory


async def test_a_node_that_is_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    status, output = await said("load", f"--url={NOWHERE}", *SMALL, OKNO_DATA_DIR=str(tmp_path))
    assert status == 1
    assert f"The node at {NOWHERE} does not answer." in output
    assert await count(tmp_path, tables.organisation) == 0


@pytest.mark.parametrize(
    ("code", "marked"),
    [("load", True), ("load-north", True), ("loading-bay", False), ("region", False)],
)
def test_an_organisation_says_by_its_code_that_it_is_for_load(code: str, marked: bool) -> None:
    assert is_marked(code) == marked
