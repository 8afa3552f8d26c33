"""A browser becomes a booth, and the booth leads a visitor in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.archive.database import DATABASE
from server.archive.tables import booth as booth_table
from server.archive.tables import organisation as organisation_table
from signaling import keys
from signaling.cookies import BOOTH_COOKIE
from signaling.errors import Code
from signaling.model import Gate
from signaling.ports import REDIS
from tests.web.stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


def page_data(html: str) -> dict[str, object]:
    block = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    found = json.loads(block[1])
    assert isinstance(found, dict)
    return found


def topics_of(page: dict[str, object]) -> list[dict[str, object]]:
    topics = page["topics"]
    assert isinstance(topics, list)
    return topics


async def test_the_start_page_greets_in_every_language(stage: Stage) -> None:
    html = await (await (await stage.booth()).get("/booth")).text()
    assert 'href="/booth/ru"' in html
    assert 'href="/booth/en"' in html
    assert "Разговор со специалистом по видео" in html
    assert "Talk to a specialist by video" in html
    assert "Centre of Home" in html


async def test_the_visit_has_the_topics_in_the_language_of_the_address(stage: Stage) -> None:
    booth = await stage.booth()
    html = await (await booth.get("/booth/ru")).text()
    page = page_data(html)
    assert '<html lang="ru"' in html
    assert (page["surface"], page["language"], page["ws"]) == ("booth", "ru", "/ws?surface=booth")
    always = {"is_open": True, "opens_at": None, "is_stopped": False}
    assert page["topics"] == [{"id": stage.home.topic, "name": "Паспорт", "hint": "", **always}]
    english = page_data(await (await booth.get("/booth/en")).text())
    assert english["topics"] == [
        {
            "id": stage.home.topic,
            "name": "Passport",
            "hint": "Bring the old one <b>too</b>",
            **always,
        }
    ]


async def test_what_people_wrote_cannot_end_the_data_block(stage: Stage) -> None:
    html = await (await (await stage.booth()).get("/booth/en")).text()
    assert "<b>too</b>" not in html


async def test_a_topic_that_staff_have_closed_says_so(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path) as stage:
        booth = await stage.booth()
        for gate, is_stopped in ((Gate.PAUSED, False), (Gate.CLOSED, True), (Gate.ENDED, True)):
            await stage.app[REDIS].hset(keys.gates(stage.home.id), stage.home.topic, gate)
            page = page_data(await (await booth.get("/booth/en")).text())
            assert [each["is_stopped"] for each in topics_of(page)] == [is_stopped]


async def test_visitors_are_asked_only_what_may_be_said_at_a_booth(
    redis_url: str, tmp_path: Path
) -> None:
    async with staged(redis_url, tmp_path) as stage:
        booth = await stage.booth()
        assert 'data-screen="priority"' not in await (await booth.get("/booth/en")).text()
        classes = [
            {"code": code, "names": {"ru": code}, "head_start_seconds": 600, "at_booth": at_booth}
            for code, at_booth in (("veteran", True), ("appointment", False))
        ]
        async with stage.app[DATABASE].write() as connection:
            await connection.execute(
                organisation_table.update()
                .where(organisation_table.c.id == stage.home.id)
                .values(priorities=classes)
            )
        html = await (await booth.get("/booth/en")).text()
        assert re.findall(r'data-priority="(\w*)"', html) == ["veteran", ""]
        assert "up to 10 minutes before you" in html


async def test_a_booth_knows_only_the_topics_of_its_organisation(stage: Stage) -> None:
    html = await (await (await stage.booth(stage.elsewhere)).get("/booth/en")).text()
    assert stage.elsewhere.topic in html
    assert stage.home.topic not in html


async def test_a_browser_that_is_no_booth_is_asked_for_a_code(stage: Stage) -> None:
    visitor = await stage.visitor()
    html = await (await visitor.get("/booth")).text()
    assert 'action="/booth/enrol"' in html
    answer = await visitor.get("/booth/ru")
    assert (answer.status, answer.headers["Location"]) == (303, "/booth")


async def test_a_link_fills_in_the_code_and_does_not_use_it_up(stage: Stage) -> None:
    visitor = await stage.visitor()
    for _ in range(2):
        html = await (await visitor.get(f"/booth/enrol?code={stage.home.code}")).text()
        assert f'value="{stage.home.code}"' in html
    assert not visitor.session.cookie_jar.filter_cookies(stage.server.make_url("/"))


async def test_a_code_makes_the_browser_a_booth_once(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path) as stage:
        visitor = await stage.visitor()
        answer = await visitor.post("/booth/enrol", {"code": f" {stage.home.code.lower()} "})
        assert (answer.status, answer.headers["Location"]) == (303, "/booth")
        cookie = answer.cookies[BOOTH_COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert int(cookie["max-age"]) > 300 * 24 * 3600
        assert (await visitor.get("/booth/ru")).status == 200
        second = await (await stage.visitor()).post("/booth/enrol", {"code": stage.home.code})
        assert second.status == 400


async def test_a_wrong_code_is_said_and_guessing_is_slowed_down(stage: Stage) -> None:
    visitor = await stage.visitor()
    first = await visitor.post("/booth/enrol", {"code": "WRONG"})
    html = await first.text()
    assert first.status == 400
    assert 'value="WRONG"' in html
    assert 'role="alert"' in html
    program = await visitor.post("/booth/enrol", {"code": "WRONG"}, html=False)
    assert (await program.json())["code"] == Code.BAD_CODE
    await visitor.post("/booth/enrol", {"code": "WRONG"})
    throttled = await visitor.post("/booth/enrol", {"code": stage.home.code})
    assert throttled.status == 429
    assert int(throttled.headers["Retry-After"]) > 0


@pytest.mark.parametrize("credential", ["", "x", "x" * 5000, "\xff", "a;b", "'--"])
async def test_a_credential_that_is_garbage_is_no_booth(stage: Stage, credential: str) -> None:
    visitor = await stage.visitor()
    answer = await visitor.session.get(
        "/booth/ru",
        headers={"Cookie": f"{BOOTH_COOKIE}={credential}", "Accept": "text/html"},
        allow_redirects=False,
    )
    assert answer.status == 303


async def test_a_revoked_booth_is_a_booth_no_more(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path) as stage:
        booth = await stage.booth()
        assert (await booth.get("/booth/ru")).status == 200
        async with stage.app[DATABASE].write() as connection:
            await connection.execute(booth_table.update().values(revoked_at=1))
        assert (await booth.get("/booth/ru")).status == 303
