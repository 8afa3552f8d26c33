"""Staff open, pause, close and end lines at the desk."""

from __future__ import annotations

import pytest

from signaling import journal
from signaling.errors import Code
from signaling.events import GateChanged
from signaling.ids import new_ulid
from signaling.model import Gate
from signaling.ports import REDIS
from tests.web.stage import Person, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


def address(stage: Stage) -> str:
    return f"/desk/lines/{stage.home.topic}"


async def changes(stage: Stage) -> list[GateChanged]:
    return [
        entry.event
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, GateChanged)
    ]


async def test_a_pause_is_written_down_with_who_and_why(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    form = {"gate": "paused", "note": " fire drill "}
    answer = await supervisor.post(address(stage), form)
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    last = (await changes(stage))[-1]
    assert (last.topic, last.gate) == (stage.home.topic, Gate.PAUSED)
    assert (last.user, last.note) == (supervisor.user, "fire drill")
    assert ">Paused<" in await (await supervisor.get("/desk")).text()
    page = await (await supervisor.get(address(stage))).text()
    assert 'value="paused" checked' in page
    await supervisor.post(address(stage), {"gate": "open"})
    assert (await changes(stage))[-1].gate is Gate.OPEN


async def test_people_are_sent_home_only_when_it_is_said_twice(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    before = len(await changes(stage))
    unsure = await supervisor.post(address(stage), {"gate": "ended", "note": "storm"})
    html = await unsure.text()
    assert unsure.status == 422
    assert "Please confirm" in html
    assert 'value="ended" checked' in html
    assert 'value="storm"' in html
    program = await supervisor.post(address(stage), {"gate": "ended"}, html=False)
    assert (program.status, (await program.json())["field"]) == (400, "sure")
    assert len(await changes(stage)) == before
    sure = await supervisor.post(address(stage), {"gate": "ended", "sure": "yes"}, html=False)
    assert sure.status == 204
    assert (await changes(stage))[-1].gate is Gate.ENDED
    await supervisor.post(address(stage), {"gate": "open"})


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "gate"),
        ({"gate": "ajar"}, "gate"),
        ({"gate": "open", "note": "x" * 201}, "note"),
        ({"gate": "open", "note": "a\x1bb"}, "note"),
    ],
)
async def test_garbage_changes_nothing(stage: Stage, form: dict[str, str], field: str) -> None:
    supervisor = await stage.staff("supervisor")
    before = len(await changes(stage))
    answer = await supervisor.post(address(stage), form, html=False)
    body = await answer.json()
    assert (answer.status, body["code"], body["field"]) == (400, Code.BAD_FIELD, field)
    assert len(await changes(stage)) == before


async def refused(person: Person, path: str) -> list[int]:
    form = {"gate": "paused"}
    return [
        (await person.get(path, html=False)).status,
        (await person.post(path, form, html=False)).status,
    ]


async def test_only_the_desk_of_the_organisation_may(stage: Stage) -> None:
    before = len(await changes(stage))
    assert await refused(await stage.visitor(), address(stage)) == [401, 401]
    assert await refused(await stage.staff("consultant"), address(stage)) == [403, 403]
    outsider = await stage.staff("supervisor", stage.elsewhere)
    assert await refused(outsider, address(stage)) == [404, 404]
    supervisor = await stage.staff("supervisor")
    assert await refused(supervisor, f"/desk/lines/{new_ulid()}") == [404, 404]
    assert len(await changes(stage)) == before


async def test_another_site_cannot_do_it(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    before = len(await changes(stage))
    answer = await supervisor.session.post(
        address(stage),
        data={"gate": "paused"},
        headers={"Origin": "https://evil.example"},
        allow_redirects=False,
    )
    assert answer.status == 403
    assert len(await changes(stage)) == before
