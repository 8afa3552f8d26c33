"""A browser becomes a booth, and the booth leads a visitor in."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.archive.database import DATABASE
from server.archive.tables import booth as booth_table
from server.archive.tables import organisation as organisation_table
from server.archive.tables import skill as skill_table
from server.archive.tables import staff as staff_table
from signaling import keys
from signaling.client import Client
from signaling.cookies import BOOTH_COOKIE
from signaling.errors import Code, OknoError
from signaling.messages import TakeTicket
from signaling.model import Gate, Mode
from signaling.ports import REDIS
from tests.web.stage import House, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


def page_data(html: str) -> dict[str, object]:
    block = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    found = json.loads(block[1])
    assert isinstance(found, dict)
    return found


async def knows(house: House, stage: Stage, language: str, mode: Mode) -> None:
    """Give the house's consultant a skill in its topic."""
    line = {"topic": house.topic, "language": language, "mode": mode.value}
    who = {"organisation": house.id, "staff": house.staff["consultant"]}
    async with stage.app[DATABASE].write() as connection:
        await connection.execute(skill_table.insert().values({**who, **line}))


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
    always = {"is_open": True, "opens_at": None, "is_stopped": False, "is_signed": False}
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


async def test_sign_language_is_offered_only_where_a_consultant_signs(
    redis_url: str, tmp_path: Path
) -> None:
    async with staged(redis_url, tmp_path) as stage:
        booth = await stage.booth()
        assert 'data-screen="way"' not in await (await booth.get("/booth/ru")).text()
        await knows(stage.home, stage, "ru", Mode.SIGN)
        await knows(stage.home, stage, "en", Mode.TEXT)

        html = await (await booth.get("/booth/ru")).text()
        assert [each["is_signed"] for each in topics_of(page_data(html))] == [True]
        assert html.count('data-action="sign"') == 1
        assert "Я говорю на жестовом языке" in html
        assert re.findall(r'data-interpreter="(\w*)"', html) == [""]
        for other, address in ((stage.home, "/booth/en"), (stage.elsewhere, "/booth/ru")):
            page = await (await (await stage.booth(other)).get(address)).text()
            assert 'data-screen="way"' not in page


async def test_who_signs_is_offered_before_who_interprets(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path) as stage:
        await knows(stage.home, stage, "en", Mode.SIGN)
        async with stage.app[DATABASE].write() as connection:
            await connection.execute(
                organisation_table.update()
                .where(organisation_table.c.id == stage.home.id)
                .values(interpreters=[{"code": "rsl", "names": {"en": "<Signs>"}}])
            )
            await connection.execute(
                staff_table.update()
                .where(staff_table.c.id == stage.home.staff["consultant"])
                .values(interprets=["rsl"])
            )
        html = await (await (await stage.booth()).get("/booth/en")).text()
        way = html.partition('data-screen="way"')[2].partition("</section>")[0]
        assert re.findall(r'data-action="(sign|interpreter)"', way) == [
            "sign",
            "interpreter",
            "interpreter",
        ]
        assert "With an interpreter: &lt;Signs&gt;" in way
        assert re.findall(r'data-interpreter="(\w*)"', way) == ["rsl", ""]


@pytest.mark.parametrize("mode", [Mode.SIGN, Mode.TEXT])
async def test_a_way_to_talk_that_is_not_offered_gets_no_ticket(stage: Stage, mode: Mode) -> None:
    booth = await stage.booth()
    page = Client(booth.session, str(stage.server.make_url("/")).rstrip("/"), "booth")
    await page.open()
    with pytest.raises(OknoError) as told:
        await page.request(TakeTicket(topic=stage.home.topic, language="ru", mode=mode))
    assert (told.value.code, told.value.field) == (Code.NOT_OFFERED, "mode")
    await page.close()


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


async def test_the_start_page_knows_how_the_booth_checks_itself_and_what_to_say_when_it_fails(
    stage: Stage,
) -> None:
    page = await (await (await stage.booth()).get("/booth")).text()
    assert re.search(r'"checks": ?{"minutes": ?30.0, ?"sound_hours": ?12.0}', page)
    assert 'data-screen="unfit"' in page
    assert "Эта кабина сейчас не может звонить по видео" in page
    assert "This booth cannot make video calls now" in page
