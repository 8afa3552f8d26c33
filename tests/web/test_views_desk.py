"""The desk: the wall, the log, one record; each confined to its organisation."""

from __future__ import annotations

import pytest

from signaling import journal
from signaling.errors import Code
from signaling.events import RecordViewed
from signaling.ids import new_ulid
from signaling.ports import REDIS
from tests.waiting import until
from tests.web.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = "/desk/log/01ARZ3NDEKTSV4RRFFQ69G5FAV"
PAGES = ["/desk", "/desk/wall", "/desk/log"]


@pytest.mark.parametrize("path", [*PAGES, UNKNOWN, "/workspace"])
async def test_staff_pages_ask_who_you_are(stage: Stage, path: str) -> None:
    visitor = await stage.visitor()
    answer = await visitor.get(path)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/sign-in?next=%2F")
    program = await visitor.get(path, html=False)
    assert (program.status, (await program.json())["code"]) == (401, Code.NOT_SIGNED_IN)
    booth = await stage.booth()
    assert (await booth.get(path, html=False)).status == 401


@pytest.mark.parametrize("path", [*PAGES, UNKNOWN])
async def test_the_desk_is_not_for_consultants(stage: Stage, path: str) -> None:
    consultant = await stage.staff("consultant")
    answer = await consultant.get(path, html=False)
    assert (answer.status, (await answer.json())["code"]) == (403, Code.NOT_ALLOWED)
    page = await consultant.get(path)
    assert page.status == 403
    assert "Sign in as someone else" in await page.text()


@pytest.mark.parametrize("name", ["supervisor", "administrator"])
async def test_the_workspace_is_for_consultants_only(stage: Stage, name: str) -> None:
    assert (await (await stage.staff(name)).get("/workspace")).status == 403


async def test_the_workspace_knows_its_topics(stage: Stage) -> None:
    html = await (await (await stage.staff("consultant")).get("/workspace")).text()
    assert stage.home.topic in html
    assert stage.elsewhere.topic not in html


@pytest.mark.parametrize("name", ["supervisor", "administrator"])
@pytest.mark.parametrize("path", PAGES)
async def test_the_desk_opens_for_supervisors_and_administrators(
    stage: Stage, name: str, path: str
) -> None:
    answer = await (await stage.staff(name)).get(path)
    assert (answer.status, answer.content_type) == (200, "text/html")


async def test_the_log_shows_a_consultation_and_its_record_tells_it(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home, ticket="B-017")
    supervisor = await stage.staff("supervisor")
    log = await (await supervisor.get("/desk/log")).text()
    assert f'href="/desk/log/{consultation}"' in log
    assert "B-017" in log
    assert consultation in await (await supervisor.get("/desk")).text()
    record = await (await supervisor.get(f"/desk/log/{consultation}")).text()
    assert "Ticket B-017" in record
    assert "The conversation began: each saw or heard the other." in record
    assert "The consultant wrote down the outcome: Served." in record
    assert "Consultant &lt;Home&gt;" in record


async def test_a_look_at_a_record_is_written_down_and_shown(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home)
    first, second = await stage.staff("supervisor"), await stage.staff("administrator")
    path = f"/desk/log/{consultation}"
    assert "Nobody before you" in await (await first.get(path)).text()
    viewed = [
        entry.event
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, RecordViewed) and entry.event.consultation == consultation
    ]
    assert [event.user for event in viewed] == [first.user]

    async def shown() -> bool:
        return "Supervisor &lt;Home&gt;" in await (await second.get(path)).text()

    await until(shown)


async def test_another_organisation_is_not_there(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home)
    outsider = await stage.staff("supervisor", stage.elsewhere)
    theirs = await outsider.get(f"/desk/log/{consultation}", html=False)
    missing = await outsider.get(f"/desk/log/{new_ulid()}", html=False)
    assert (theirs.status, await theirs.json()) == (404, await missing.json())
    for path in ("/desk", "/desk/log"):
        html = await (await outsider.get(path)).text()
        assert consultation not in html
        assert "Home" not in html
    refused = await outsider.get(f"/desk/log?centre={stage.home.centre}", html=False)
    unknown = await outsider.get(f"/desk/log?centre={new_ulid()}", html=False)
    assert (refused.status, await refused.json()) == (400, await unknown.json())


async def test_the_filters_in_the_address_narrow_the_log(stage: Stage) -> None:
    await stage.consultation(stage.home, ticket="B-333")
    supervisor = await stage.staff("supervisor")
    address = f"/desk/log?outcome=served&topic={stage.home.topic}"
    found = await (await supervisor.get(address)).text()
    assert "B-333" in found
    assert '<option value="served" selected>' in found
    empty = await (await supervisor.get("/desk/log?outcome=abandoned")).text()
    assert "B-333" not in empty
    assert "Nothing fits these filters" in empty


async def test_the_log_goes_on_where_the_page_ended(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor", stage.elsewhere)
    assert "The log is still empty" in await (await supervisor.get("/desk/log")).text()
    tickets = [f"E-{number:03}" for number in range(52)]
    for ticket in tickets:
        await stage.consultation(stage.elsewhere, ticket=ticket)
    newest = await (await supervisor.get("/desk/log")).text()
    assert 'data-total="52"' in newest
    assert newest.index("E-051") < newest.index("E-002")
    assert "E-001" not in newest
    older = newest.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    last = await (await supervisor.get(older.replace("&amp;", "&"))).text()
    assert "E-001" in last
    assert "E-000" in last
    assert "E-002" not in last
    assert 'rel="next"' not in last


GARBAGE = [
    "day_from=yesterday",
    "day_from=2026-02-30",
    "day_to=9999-12-31",
    "day_to=9999-12-31T00",
    "centre=%00",
    "centre=%ff",
    "topic='%20OR%201=1",
    "consultant=../../etc",
    "outcome=SERVED",
    "before=x",
    "before=1-2",
    "before=-",
    "before=99999999999999999999-01ARZ3NDEKTSV4RRFFQ69G5FAV",
    f"before={'9' * 200}",
    "before=%F0%9F%99%82",
]


async def test_garbage_in_the_address_is_named_and_breaks_nothing(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    for query in GARBAGE:
        answer = await supervisor.get(f"/desk/log?{query}", html=False)
        body = await answer.json()
        assert (answer.status, body["code"]) == (400, Code.BAD_FIELD), query
        assert body["field"] == query.partition("=")[0]
        page = await supervisor.get(f"/desk/log?{query}")
        assert (page.status, page.content_type) == (400, "text/html"), query


@pytest.mark.parametrize(
    "query", ["day_from=0001-01-01", "day_from=2999-01-01", "nonsense=1", "outcome=", "?&=&%"]
)
async def test_odd_but_harmless_addresses_show_the_log(stage: Stage, query: str) -> None:
    assert (await (await stage.staff("supervisor")).get(f"/desk/log?{query}")).status == 200


@pytest.mark.parametrize(
    "identity", ["x", "0" * 26, "%00", "%ff", "..%2f..", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "🙂"]
)
async def test_an_id_that_is_none_is_not_found(stage: Stage, identity: str) -> None:
    answer = await (await stage.staff("supervisor")).get(f"/desk/log/{identity}", html=False)
    assert (answer.status, (await answer.json())["code"]) == (404, Code.NOT_FOUND)


async def test_the_wall_alone_is_the_same_as_inside_the_page(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    alone = (await (await supervisor.get("/desk/wall")).text()).strip()
    whole = await (await supervisor.get("/desk")).text()
    assert alone in whole
    assert alone.count("data-figure") == 12
    assert alone.count("data-live-part") == 5


async def test_the_wall_leads_to_every_topic(stage: Stage) -> None:
    html = await (await (await stage.staff("supervisor")).get("/desk/wall")).text()
    assert f'href="/desk/lines/{stage.home.topic}"' in html
    assert stage.elsewhere.topic not in html


async def test_a_record_says_who_was_called_before_and_why(stage: Stage) -> None:
    # They are called one second after they came.
    at = await journal.now_ms(stage.app[REDIS])
    first = await stage.consultation(stage.home, ticket="B-401", joined_at=at - 400)
    second = await stage.consultation(stage.home, ticket="B-402", joined_at=at)
    supervisor = await stage.staff("supervisor")
    html = await (await supervisor.get(f"/desk/log/{second}")).text()
    order = html.split('id="order-title"')[1].split("</section>")[0]
    assert "On coming: place 1 of 1." in order
    assert f'<a href="/desk/log/{first}">B-401</a> Came earlier: at' in order
    assert "was asked" in order


async def test_a_record_shows_how_sound_and_picture_were_without_any_script(stage: Stage) -> None:
    consultation = await stage.consultation(stage.home, ticket="B-501")
    supervisor = await stage.staff("supervisor")
    html = await (await supervisor.get(f"/desk/log/{consultation}")).text()
    section = html.split('id="quality-title"')[1].split("</section>")[0]
    assert "At the booth: never weak in 5 s measured." in section
    assert section.count('<polyline class="quality-sound"') == 2
    assert section.count("<details>") == 2
    assert "100, excellent" in section
    assert "Score of five seconds" in section
    assert "consultation.quality" not in html
