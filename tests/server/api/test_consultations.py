"""The session log for programs, and what a ticket machine is set up with."""

from __future__ import annotations

import pytest

from signaling import journal
from signaling.events import LogExported, RecordViewed
from signaling.ids import new_ulid
from signaling.ports import REDIS
from tests.server.api.programs import Program, token_id
from tests.waiting import until
from tests.web.stage import Stage
from web.ports import PEOPLE

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_log_is_read_page_by_page(stage: Stage, machine: Program) -> None:
    made = [await stage.consultation(stage.home, ticket=f"B-{n:03}") for n in range(5)]
    await stage.consultation(stage.elsewhere)
    seen: list[str] = []
    path = "/consultations?limit=2"
    for expected in (2, 2, 1):
        page = (await machine.get(path)).json
        assert page["total"] == 5
        assert len(page["consultations"]) == expected
        seen += [each["id"] for each in page["consultations"]]
        path = f"/consultations?limit=2&cursor={page['next']}"
    assert page["next"] is None
    assert seen == made[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("centre=main", True),
        ("topic=passport", True),
        ("topic=pension", False),
        ("topic=gone", False),
        ("outcome=served", True),
        ("outcome=abandoned", False),
        ("day_from=2020-01-01&day_to=2100-01-01", True),
        ("day_to=2020-01-01", False),
    ],
)
async def test_filters_narrow(stage: Stage, machine: Program, query: str, found: bool) -> None:
    await stage.consultation(stage.home)
    page = (await machine.get(f"/consultations?{query}")).json
    assert bool(page["total"]) is found


async def test_a_record_is_complete(stage: Stage, machine: Program) -> None:
    consultation = await stage.consultation(stage.home)
    record = (await machine.get(f"/consultations/{consultation}")).json
    assert (record["id"], record["outcome"]) == (consultation, "served")
    assert record["centre"] == stage.home.centre
    assert len(record["contact_legs"]) == 1
    assert "rating" in record


async def test_a_record_elsewhere_is_like_none(stage: Stage, machine: Program) -> None:
    for consultation in (await stage.consultation(stage.elsewhere), new_ulid(), "B-001"):
        answer = await machine.get(f"/consultations/{consultation}")
        assert answer.refusal[:2] == (404, "not_found")


async def test_what_was_read_is_written_down(stage: Stage, machine: Program) -> None:
    consultation = await stage.consultation(stage.home)
    for method in ("GET", "HEAD"):
        await machine.ask(method, f"/consultations/{consultation}")
        await machine.ask(method, "/consultations?outcome=served")
    found = [
        entry.event
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, (RecordViewed, LogExported))
    ]
    viewed, exported = found[-2:]
    assert isinstance(viewed, RecordViewed)
    assert (viewed.consultation, viewed.user) == (consultation, None)
    assert viewed.token == exported.token != ""
    assert isinstance(exported, LogExported)
    assert (exported.user, exported.format) == (None, "api")
    assert exported.filters == {"outcome": "served"}
    assert len([each for each in found if each == viewed]) == 1


async def test_the_page_of_a_record_says_that_a_program_read_it(
    stage: Stage, machine: Program
) -> None:
    consultation = await stage.consultation(stage.home)
    await machine.get(f"/consultations/{consultation}")
    organisation = await stage.app[PEOPLE].organisation(stage.home.id)
    name = organisation.tokens[await token_id(stage, machine)]
    supervisor = await stage.staff("supervisor")

    async def told() -> bool:
        page = await supervisor.get(f"/desk/log/{consultation}")
        return f"the program {name}" in await page.text()

    await until(told)


async def test_a_machine_learns_the_codes(stage: Stage, machine: Program) -> None:
    centres = (await machine.get("/centres")).json["centres"]
    assert [(each["id"], each["code"]) for each in centres] == [(stage.home.centre, "main")]
    topics = (await machine.get("/topics")).json
    assert {each["code"] for each in topics["topics"]} == {"passport", "pension", "shut"}
    assert topics["topics"][0]["names"] == {"ru": "Паспорт", "en": "Passport"}
    assert [each["code"] for each in topics["closed_topics"]] == ["gone"]
    assert topics["priorities"] == [{"code": "wheelchair", "names": {"en": "Wheelchair"}}]
    assert topics["interpreters"] == [{"code": "uzbek", "names": {"en": "Uzbek"}}]
