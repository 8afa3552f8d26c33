"""Staff answer booths that call a person, from the wall."""

from __future__ import annotations

import pytest

from signaling import journal
from signaling.errors import Code
from signaling.host_events import HostComing, HostEnd, HostEvent, HostReleased
from signaling.hosts import Hosts
from signaling.ids import new_ulid
from signaling.issues import Issue
from signaling.node import NODE
from signaling.ports import REDIS
from tests.web.stage import Person, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


def hosts(stage: Stage) -> Hosts:
    return stage.app[NODE].hosts


def address(stage: Stage) -> str:
    return f"/desk/booths/{stage.home.booth}/call"


async def last(stage: Stage) -> HostEvent:
    everything = journal.read(stage.app[REDIS], stage.home.id)
    return [each.event async for each in everything if isinstance(each.event, HostEvent)][-1]


async def wall(person: Person) -> str:
    return await (await person.get("/desk/wall")).text()


async def test_the_wall_shows_a_call_until_it_is_settled(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    assert "data-call=" not in await wall(supervisor)
    await hosts(stage).call(stage.home.id, stage.home.booth, [Issue.CAMERA_MISSING])
    shown = await wall(supervisor)
    assert "no camera was connected" in shown
    assert ">not answered<" in shown

    answer = await supervisor.post(address(stage), {"step": "coming"})
    assert (answer.status, answer.headers["Location"]) == (303, "/desk")
    coming = await last(stage)
    assert isinstance(coming, HostComing)
    assert coming.user == supervisor.user
    shown = await wall(supervisor)
    assert "On the way:" in shown
    assert 'value="coming"' not in shown

    administrator = await stage.staff("administrator")
    late = await administrator.post(address(stage), {"step": "coming"}, html=False)
    assert (late.status, (await late.json())["code"]) == (409, Code.WRONG_STATE)
    assert (await administrator.post(address(stage), {"step": "coming"})).status == 303

    done = await administrator.post(address(stage), {"step": "done"}, html=False)
    assert done.status == 204
    released = await last(stage)
    assert isinstance(released, HostReleased)
    assert (released.reason, released.user) == (HostEnd.DONE, administrator.user)
    assert "data-call=" not in await wall(supervisor)


async def test_only_the_desk_of_the_organisation_answers(stage: Stage) -> None:
    form = {"step": "done"}
    await hosts(stage).call(stage.home.id, stage.home.booth)
    for person, status in (
        (await stage.visitor(), 401),
        (await stage.staff("consultant"), 403),
        (await stage.staff("supervisor", stage.elsewhere), 404),
    ):
        assert (await person.post(address(stage), form, html=False)).status == status
    supervisor = await stage.staff("supervisor")
    unknown = await supervisor.post(f"/desk/booths/{new_ulid()}/call", form, html=False)
    assert unknown.status == 404
    for garbage in ({}, {"step": "dance"}):
        refused = await supervisor.post(address(stage), garbage, html=False)
        assert (refused.status, (await refused.json())["field"]) == (400, "step")
    assert "data-call=" in await wall(supervisor)
    assert "data-call=" not in await wall(await stage.staff("supervisor", stage.elsewhere))


async def test_the_booth_says_it_in_every_language_at_first_and_then_in_one(stage: Stage) -> None:
    booth = await stage.booth()
    first = await (await booth.get("/booth")).text()
    assert first.count("data-called=") == 2
    assert first.count('data-action="call-host"') >= 3
    visit = await (await booth.get("/booth/en")).text()
    assert visit.count("data-called=") == 1
    assert "They come to you." in visit
