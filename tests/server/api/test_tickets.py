"""Tickets that are taken outside Okno, from the machine to the booth and out of the line."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from server.api.operation import ROOT
from server.archive import tables
from server.archive.database import DATABASE
from signaling import journal
from signaling.events import Closed, Joined, Moved, Prioritised
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    PersonId,
    UserId,
    booth_person,
    consultant_person,
    line_id,
    new_ulid,
)
from signaling.model import BoothPrincipal, DeclaredBy, Duty, Mode, Source, Status
from signaling.node import NODE
from signaling.ports import REDIS
from tests.server.api.programs import Program, token_id
from tests.waiting import until
from tests.web.stage import House, Stage
from web.ports import PEOPLE

pytestmark = pytest.mark.asyncio(loop_scope="module")


def booth_of(house: House) -> BoothPrincipal:
    """A booth of the main centre that nobody else sits at."""
    return BoothPrincipal(
        organisation=house.id,
        centre=CentreId(house.centre),
        booth=BoothId(new_ulid()),
        name="Booth",
        centre_name="Main",
        ticket_prefix="B",
        timezone="Europe/Moscow",
    )


async def told(stage: Stage, house: House, consultation: str) -> list[object]:
    """What the journal says of a consultation."""
    return [
        entry.event
        async for entry in journal.read(stage.app[REDIS], house.id)
        if getattr(entry.event, "consultation", None) == consultation
    ]


async def test_a_machine_takes_a_ticket_for_a_visitor(stage: Stage, machine: Program) -> None:
    answer = await machine.take(
        external="A117", mode="sign", priority="wheelchair", interpreter="uzbek"
    )
    assert answer.status == 201, answer.body
    ticket = answer.json
    assert answer.headers["Location"] == f"{ROOT}/tickets/{ticket['id']}"
    assert re.fullmatch(r"B-\d{3}", ticket["ticket"])
    place = (ticket.pop("place"), ticket.pop("waiting"))
    assert place == (1, 1)
    expected = {
        "external": "A117",
        "centre": "main",
        "topic": "passport",
        "language": "ru",
        "mode": "sign",
        "interpreter": "uzbek",
        "priority": "wheelchair",
        "state": "waiting",
        "outcome": None,
        "at_booth": False,
        "closed_at": None,
    }
    assert {name: ticket[name] for name in expected} == expected
    (joined,) = await told(stage, stage.home, ticket["id"])
    assert isinstance(joined, Joined)
    assert (joined.source, joined.external) == (Source.API, "A117")
    assert (joined.declared_by, joined.head_start) == (DeclaredBy.STAFF, 600)


async def test_a_ticket_says_how_long_it_may_take(stage: Stage, machine: Program) -> None:
    nobody = (await machine.take(language="en")).json
    assert nobody["estimate"] is None
    consultant = UserId(new_ulid())
    duty = Duty(lines=(line_id(stage.home.topic, "en", Mode.SPEECH),))
    node = stage.app[NODE]
    await _at_work(stage, consultant, duty)

    async def estimated() -> bool:
        """A forecast may be a few seconds old."""
        estimate = (await machine.get(f"/tickets/{nobody['id']}")).json["estimate"]
        return estimate is not None and 0 < estimate["low_minutes"] <= estimate["high_minutes"]

    await until(estimated)
    await node.waiting_room.sign_out(stage.home.id, consultant)


async def test_a_visitor_may_wish_for_a_consultant(stage: Stage, machine: Program) -> None:
    topic = update(tables.topic).where(tables.topic.c.id == stage.home.topic)
    async with stage.app[DATABASE].write() as connection:
        prefer = [{"scope": "consultant", "seconds": 60}]
        await connection.execute(topic.values(prefer=prefer))
    anna = stage.home.staff["consultant"]
    duty = Duty(lines=(line_id(stage.home.topic, "ru", Mode.SPEECH),), tags=(f"user:{anna}",))
    room = stage.app[NODE].waiting_room
    await _at_work(stage, anna, duty)

    async def is_held_for_her() -> bool:
        """What a topic prefers may be a second old."""
        await machine.take(consultant=stage.home.email("consultant").upper())
        joined = [
            entry.event
            async for entry in journal.read(stage.app[REDIS], stage.home.id)
            if isinstance(entry.event, Joined)
        ]
        return joined[-1].scope == f"user:{anna}"

    await until(is_held_for_her)
    await room.sign_out(stage.home.id, anna)


async def test_the_visitor_brings_the_number_to_any_booth(stage: Stage, machine: Program) -> None:
    taken = (await machine.take(external="a118")).json
    booth = booth_of(stage.home)
    await _open(stage, booth_person(booth.booth))
    await stage.app[NODE].waiting_room.claim(booth, " A 118 ")
    ticket = (await machine.get(f"/tickets/{taken['id']}")).json
    assert (ticket["at_booth"], ticket["external"]) == (True, "A118")
    assert (await machine.get("/tickets?centre=main&external=A118")).json == ticket


async def test_without_a_number_of_its_own_it_has_that_of_okno(
    stage: Stage, machine: Program
) -> None:
    ticket = (await machine.take()).json
    assert ticket["external"] is None
    booth = booth_of(stage.home)
    await _open(stage, booth_person(booth.booth))
    await stage.app[NODE].waiting_room.claim(booth, ticket["ticket"])
    assert (await machine.get(f"/tickets/{ticket['id']}")).json["external"] is None


async def test_a_number_is_given_once(machine: Program, outsider: Program) -> None:
    first = (await machine.take(external="A119")).json
    assert (await machine.take(external="a119")).refusal == (409, "ticket_taken", None)
    assert (await outsider.take(external="A119")).status == 201
    await machine.ask("DELETE", f"/tickets/{first['id']}")
    second = await machine.take(external="A119")
    assert second.status == 201
    found = await machine.get("/tickets?centre=main&external=A119")
    assert found.json["id"] == second.json["id"]


async def test_a_ticket_gets_ahead_by_its_priority(stage: Stage, machine: Program) -> None:
    await machine.take(topic="pension")
    late = (await machine.take(topic="pension")).json
    assert late["place"] == 2
    path = f"/tickets/{late['id']}"
    ahead = (await machine.ask("PATCH", path, {"priority": "wheelchair"})).json
    assert (ahead["priority"], ahead["place"]) == ("wheelchair", 1)
    back = (await machine.ask("PATCH", path, {"priority": None})).json
    assert (back["priority"], back["place"]) == (None, 2)
    events = await told(stage, stage.home, late["id"])
    assert [each.head_start for each in events if isinstance(each, Prioritised)] == [600, 0]


async def test_a_ticket_moves_to_another_line(stage: Stage, machine: Program) -> None:
    ticket = (await machine.take()).json
    path = f"/tickets/{ticket['id']}"
    moved = (await machine.ask("PATCH", path, {"topic": "pension", "mode": "text"})).json
    assert (moved["topic"], moved["language"], moved["mode"]) == ("pension", "ru", "text")
    assert moved["joined_at"] == ticket["joined_at"]
    moved = (await machine.ask("PATCH", path, {"language": "en"})).json
    assert (moved["topic"], moved["language"], moved["mode"]) == ("pension", "en", "text")
    events = await told(stage, stage.home, ticket["id"])
    assert len([each for each in events if isinstance(each, Moved)]) == 2
    assert (await machine.ask("PATCH", path, {})).json == moved


async def test_what_a_program_does_to_a_ticket_is_written_down_with_its_token(
    stage: Stage, machine: Program
) -> None:
    ticket = (await machine.take()).json
    path = f"/tickets/{ticket['id']}"
    await machine.ask("PATCH", path, {"priority": "wheelchair"})
    await machine.ask("PATCH", path, {"topic": "pension"})
    await machine.ask("DELETE", path)
    token = await token_id(stage, machine)
    events = await told(stage, stage.home, ticket["id"])
    done = [each for each in events if isinstance(each, (Prioritised, Moved, Closed))]
    assert [(type(each), each.user, each.token) for each in done] == [
        (Prioritised, None, token),
        (Moved, None, token),
        (Closed, None, token),
    ]
    assert machine.token is not None
    assert machine.token not in str(events)
    names = (await stage.app[PEOPLE].organisation(stage.home.id)).tokens
    supervisor = await stage.staff("supervisor")

    async def shown() -> bool:
        page = await (await supervisor.get(f"/desk/log/{ticket['id']}")).text()
        return page.count(f"(the program {names[token]})") == 3

    await until(shown)


async def test_priority_and_line_are_changed_one_at_a_time(machine: Program) -> None:
    ticket = (await machine.take()).json
    both = {"priority": "wheelchair", "topic": "pension"}
    answer = await machine.ask("PATCH", f"/tickets/{ticket['id']}", both)
    assert answer.refusal == (400, "bad_message", None)
    assert (await machine.get(f"/tickets/{ticket['id']}")).json["priority"] is None


async def test_a_ticket_is_taken_back(machine: Program) -> None:
    ticket = (await machine.take(external="A120")).json
    path = f"/tickets/{ticket['id']}"
    gone = await machine.ask("DELETE", path)
    assert (gone.status, gone.body) == (204, b"")
    after = (await machine.get(path)).json
    assert (after["state"], after["outcome"]) == ("closed", "removed_by_staff")
    assert after["closed_at"] >= after["joined_at"]
    assert (after["place"], after["waiting"]) == (None, None)
    for method, body in (
        ("DELETE", None),
        ("PATCH", {"mode": "text"}),
        ("PATCH", {"priority": None}),
    ):
        assert (await machine.ask(method, path, body)).refusal == (409, "wrong_state", None)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"centre": "nowhere"}, (404, "not_found", "centre")),
        ({"topic": "nothing"}, (404, "not_found", "topic")),
        ({"topic": "gone"}, (404, "not_found", "topic")),
        ({"topic": "shut"}, (409, "line_closed", None)),
        ({"language": "de"}, (404, "not_found", "language")),
        ({"language": "russian"}, (400, "bad_field", "language")),
        ({"priority": "friend"}, (404, "not_found", "priority")),
        ({"interpreter": "klingon"}, (404, "not_found", "interpreter")),
        ({"consultant": "nobody@east.example"}, (404, "not_found", "consultant")),
        ({"consultant": "nobody"}, (400, "bad_field", "consultant")),
        ({"external": ""}, (400, "bad_field", "external")),
        ({"external": "A 1"}, (400, "bad_field", "external")),
        ({"external": "b-17"}, (409, "ticket_taken", "external")),
    ],
)
async def test_a_ticket_for_nothing_is_not_given(
    machine: Program, fields: dict[str, object], refusal: tuple[int, str, str | None]
) -> None:
    assert (await machine.take(None, **fields)).refusal == refusal


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"topic": "nothing"}, (404, "not_found", "topic")),
        ({"topic": "gone"}, (404, "not_found", "topic")),
        ({"language": "de"}, (404, "not_found", "language")),
        ({"priority": "friend"}, (404, "not_found", "priority")),
        ({"centre": "main"}, (400, "bad_field", "centre")),
        ({"topic": None}, (400, "bad_field", "topic")),
    ],
)
async def test_a_ticket_is_not_changed_to_nothing(
    machine: Program, change: dict[str, object], refusal: tuple[int, str, str | None]
) -> None:
    before = (await machine.take()).json
    path = f"/tickets/{before['id']}"
    assert (await machine.ask("PATCH", path, change)).refusal == refusal
    after = (await machine.get(path)).json
    assert (after["topic"], after["priority"]) == (before["topic"], before["priority"])


async def test_a_ticket_elsewhere_is_like_none(
    stage: Stage, machine: Program, outsider: Program
) -> None:
    theirs = (await outsider.take(external="X1")).json["id"]
    for consultation in (theirs, new_ulid()):
        path = f"/tickets/{consultation}"
        for method, body in (
            ("GET", None),
            ("DELETE", None),
            ("PATCH", {"mode": "text"}),
            ("PATCH", {"priority": "wheelchair"}),
            ("PATCH", {}),
        ):
            answer = await machine.ask(method, path, body)
            assert answer.refusal == (404, "not_found", None), (method, body)
    missing = await machine.get("/tickets?centre=main&external=X1")
    assert missing.refusal == (404, "not_found", "external")
    assert await told(stage, stage.elsewhere, ConsultationId(theirs))
    assert (await outsider.get(f"/tickets/{theirs}")).json["state"] == "waiting"


async def _at_work(stage: Stage, consultant: UserId, duty: Duty) -> None:
    await _open(stage, consultant_person(consultant), duty)
    room = stage.app[NODE].waiting_room
    await room.set_status(stage.home.id, consultant, Status.AVAILABLE, duty)


async def _open(stage: Stage, person: PersonId, duty: Duty | None = None) -> None:
    """A page of the person's."""
    node = stage.app[NODE]
    await node.presence.attach(
        stage.home.id,
        person,
        node=node.id,
        connection="1",
        token="token",
        resume=None,
        seq=0,
        since=None,
        duty=duty,
    )
