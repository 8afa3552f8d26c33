"""The document is what the code says, and the running API is what the document says.

schemathesis makes requests of every operation from the document: valid ones, ones that break it in
one place, other methods, no token or a wrong one, and chains of operations. The checks are its own.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.api import openapi
from server.api.operation import ROOT
from server.api.shapes import ChangeTicket, NewTicket, Ticket
from server.api.table import OPERATIONS
from server.errors_http import TEXTS_FOR_PROGRAMS, Refusal
from signaling.errors import Code
from signaling.ids import new_ulid
from tests.server.api.programs import furnish, program, token_for
from tests.web.stage import Stage, staged

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"
GUIDE = DOCUMENT.with_name("API.md")
SEED = 1
EXAMPLES = 40
"""Of each operation in each phase: some 20 seconds for all."""
SECONDS = 120
"""After that something hangs."""

CONFIG = """
[auth.openapi.token]
bearer = "{token}"

# What is valid by itself may still not be what is wanted now: 409, or 422 for a key that was used.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 404, 409, 422]
"""


def test_the_document_is_as_the_code_says() -> None:
    assert DOCUMENT.read_text("utf-8") == openapi.text(), "run `make docs`"


def test_every_operation_and_field_says_what_it_means() -> None:
    document = openapi.document()
    found = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert found == {(each.method, each.path) for each in OPERATIONS}
    names = [each.name for each in OPERATIONS]
    assert len(set(names)) == len(names)
    schemas = document["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_the_guide_tells_of_everything() -> None:
    guide = GUIDE.read_text("utf-8")
    for operation in OPERATIONS:
        assert operation.path in guide, operation.name
    codes = {code for each in OPERATIONS for code in each.refusals} | set(TEXTS_FOR_PROGRAMS)
    of_pages = {
        Code.UNKNOWN_TYPE,
        Code.HELLO_FIRST,
        Code.WRONG_ROLE,
        Code.ALREADY_WAITING,
        Code.NOT_OFFERED,
        Code.BOOTH_UNFIT,
        Code.NOT_RECORDED,
        Code.RECORDED_BY_TWO,
        Code.BUSY,
        Code.TOO_EARLY,
        Code.WRONG_CREDENTIALS,
        Code.BAD_CODE,
        Code.BAD_ORIGIN,
    }
    assert {code for code in codes - of_pages if f"`{code}`" not in guide} == set()


def test_the_examples_of_the_guide_are_right() -> None:
    guide = GUIDE.read_text("utf-8")
    bodies = re.findall(r"-d '(.*?)'", guide)
    answers = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    assert [type(msgspec.json.decode(each, type=NewTicket)) for each in bodies] == [NewTicket]
    ticket, refusal = answers
    assert msgspec.json.decode(ticket).keys() == set(Ticket.__struct_fields__)
    assert msgspec.json.decode(ticket, type=Ticket).estimate is not None
    assert msgspec.json.decode(refusal, type=Refusal).code is Code.BAD_FIELD
    for change in re.findall(r"`PATCH [^|]*with `(\{.*?\})`", guide):
        msgspec.json.decode(change, type=ChangeTicket)


@pytest.fixture
async def stage(redis_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A node that lets one address guess and one token ask as often as schemathesis wants."""
    async with staged(
        redis_url, tmp_path, api_requests=1_000_000, sign_in_attempts=1_000_000
    ) as stage:
        await furnish(stage)
        yield stage


async def test_anyone_may_read_the_document(stage: Stage) -> None:
    async with program(stage, None) as stranger:
        answer = await stranger.get("/openapi.json")
    assert answer.status == HTTPStatus.OK
    assert answer.json == openapi.document()


def narrowed(tickets: list[str], consultations: list[str]) -> dict[str, Any]:
    """The document with codes and ids that exist, beside some that do not."""
    document = msgspec.json.decode(openapi.text(), type=dict[str, Any])
    schemas = document["components"]["schemas"]
    known = {
        "centre": ["main"],
        "topic": ["passport", "pension", "shut", "nothing"],
        "language": ["ru", "en"],
        "priority": ["wheelchair", None],
        "interpreter": ["uzbek", None],
    }
    for struct in ("NewTicket", "ChangeTicket"):
        for name, values in known.items():
            if name in schemas[struct]["properties"]:
                schemas[struct]["properties"][name] = {"enum": values}
    for path, methods in document["paths"].items():
        ids = consultations if path.startswith("/consultations") else tickets
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "id":
                    parameter["schema"] = {"type": "string", "enum": [*ids, new_ulid()]}
                elif parameter["name"] in known:
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}
    return document


async def test_the_running_api_is_as_the_document_says(stage: Stage, tmp_path: Path) -> None:
    token = await token_for(stage, stage.home)
    async with program(stage, token) as machine:
        tickets = [(await machine.take()).json["id"] for _ in range(5)]
    consultations = [await stage.consultation(stage.home) for _ in range(3)]
    document = tmp_path / "narrowed.json"
    document.write_bytes(msgspec.json.encode(narrowed(tickets, list(consultations))))
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(token=token), "utf-8")
    command = ["--config-file", str(config), "--no-color", "run", str(document)]
    command += ["--url", str(stage.server.make_url(ROOT)), "--checks", "all"]
    # A ticket that was taken back can still be looked at: it is closed.
    command += ["--exclude-checks", "use_after_free"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--mode", "all"]
    command += ["--seed", str(SEED), "--max-examples", str(EXAMPLES), "--generation-deterministic"]
    command += ["--request-timeout", "10", "--warnings", "off"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", *command),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        said, _ = await process.communicate()
    text = said.decode()
    assert process.returncode == 0, text
    # It must not have found everything in order because it tried nothing.
    (tested,) = re.findall(r"Tested: (\d+)", text)
    assert int(tested) == len(OPERATIONS), text
    (generated,) = re.findall(r"(\d+) generated", text)
    assert int(generated) > 50 * len(OPERATIONS), text
