"""The lines as programs see them, and the gates they set."""

from __future__ import annotations

import pytest

from signaling import journal
from signaling.events import GateChanged
from signaling.ports import REDIS
from tests.server.api.programs import Program, token_id
from tests.web.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_open_topic_has_its_lines(machine: Program) -> None:
    await machine.take(topic="pension", language="en", mode="text")
    lines = (await machine.get("/lines")).json
    assert lines["at"] > 0
    topics = {each["topic"]: each for each in lines["topics"]}
    assert next(iter(topics)) == "passport"
    assert set(topics) == {"passport", "pension", "shut"}
    (line,) = topics["pension"]["lines"]
    assert (line["language"], line["mode"], line["waiting"]) == ("en", "text", 1)
    assert (line["available"], line["on_duty"]) == (0, 0)
    assert topics["passport"]["lines"] == []
    assert topics["passport"]["takes_tickets"] is True
    assert topics["shut"]["takes_tickets"] is False
    one = (await machine.get("/lines/pension")).json
    assert (one["topic"], one["gate"]) == ("pension", "open")
    assert len(one["lines"]) == 1


@pytest.mark.parametrize(
    ("gate", "takes_tickets", "status"),
    [("paused", True, 201), ("closed", False, 409), ("ended", False, 409), ("open", True, 201)],
)
async def test_a_gate_decides_who_gets_a_ticket(
    machine: Program, gate: str, takes_tickets: bool, status: int
) -> None:
    answer = await machine.ask("PUT", "/lines/passport/gate", {"gate": gate})
    assert answer.status == 200
    assert (answer.json["gate"], answer.json["takes_tickets"]) == (gate, takes_tickets)
    assert (await machine.get("/lines/passport")).json["gate"] == gate
    assert (await machine.take()).status == status


async def test_why_a_gate_was_set_is_written_down(stage: Stage, machine: Program) -> None:
    for gate, note in (("closed", "Power cut"), ("open", "")):
        await machine.ask("PUT", "/lines/pension/gate", {"gate": gate, "note": note})
    found = [
        (entry.event.gate, entry.event.note, entry.event.user, entry.event.token)
        async for entry in journal.read(stage.app[REDIS], stage.home.id)
        if isinstance(entry.event, GateChanged)
    ]
    token = await token_id(stage, machine)
    assert found[-2:] == [("closed", "Power cut", None, token), ("open", "", None, token)]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"gate": "ajar"}, (400, "bad_field", "gate")),
        ({}, (400, "bad_field", "gate")),
        ({"gate": "open", "note": "x" * 201}, (400, "bad_field", "note")),
        ({"gate": "open", "until": 1}, (400, "bad_field", "until")),
    ],
)
async def test_a_gate_that_is_none_is_refused(
    machine: Program, body: dict[str, object], refusal: tuple[int, str, str]
) -> None:
    assert (await machine.ask("PUT", "/lines/passport/gate", body)).refusal == refusal


async def test_topics_that_are_not_offered_here_have_no_lines(
    machine: Program, outsider: Program
) -> None:
    for topic in ("gone", "nothing"):
        for method, path, body in (
            ("GET", f"/lines/{topic}", None),
            ("PUT", f"/lines/{topic}/gate", {"gate": "closed"}),
        ):
            answer = await machine.ask(method, path, body)
            assert answer.refusal == (404, "not_found", "topic")
    # The same code elsewhere is another topic.
    await outsider.ask("PUT", "/lines/passport/gate", {"gate": "closed"})
    assert (await machine.get("/lines/passport")).json["gate"] == "open"
