"""What every call meets, whatever it is for: who asks, how often, and in which form."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.api.operation import ROOT, AnyOperation
from server.api.table import OPERATIONS
from server.archive.database import DATABASE
from server.directory.changes import changing
from server.directory.tokens import Scope, TokenSpec, create_token, revoke_token
from signaling.ids import new_ulid
from signaling.ports import REDIS
from tests.server.api.programs import EVERYTHING, Program, program, token_for
from tests.web.stage import Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = {"centre": "main", "topic": "passport", "language": "ru"}
BODIES: dict[str, object] = {
    "createTicket": NEW,
    "changeTicket": {"mode": "text"},
    "setGate": {"gate": "open"},
}
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)


def path_of(operation: AnyOperation) -> str:
    return operation.path.format(id=new_ulid(), topic="passport")


@every_operation
@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer ", "Bearer okno_x", "Basic YTpi", "okno_x"]
)
async def test_nobody_gets_in_without_a_token(
    stranger: Program, operation: AnyOperation, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await stranger.ask(
        operation.method, path_of(operation), BODIES.get(operation.name), headers=headers
    )
    assert answer.refusal == (401, "not_signed_in", None)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@every_operation
async def test_each_operation_requires_its_own_scope(stage: Stage, operation: AnyOperation) -> None:
    others = tuple(scope for scope in EVERYTHING if scope is not operation.scope)
    for scopes, allowed in ((others, False), (EVERYTHING, True)):
        async with program(stage, await token_for(stage, stage.home, *scopes)) as someone:
            answer = await someone.ask(
                operation.method, path_of(operation), BODIES.get(operation.name)
            )
            if allowed or operation.scope is None:
                assert answer.status not in {401, 403}, answer.body
            else:
                assert answer.refusal == (403, "not_allowed", None)


async def test_a_revoked_token_is_void_at_once(stage: Stage) -> None:
    code = stage.home.id.lower()
    async with changing(stage.app[DATABASE], stage.app[REDIS], code) as changes:
        spec = TokenSpec(name="short", scopes=[Scope.LINES_READ])
        token = await create_token(changes.rows, spec, now=0)
    async with program(stage, token) as someone:
        assert (await someone.get("/lines")).status == 200
        async with changing(stage.app[DATABASE], stage.app[REDIS], code) as changes:
            await revoke_token(changes.rows, "short", now=1)
        assert (await someone.get("/lines")).status == 401


async def test_a_cookie_is_no_token(stage: Stage) -> None:
    supervisor = await stage.staff("supervisor")
    answer = await supervisor.get(f"{ROOT}/consultations", html=False)
    assert answer.status == 401


async def test_a_page_elsewhere_may_not_be_asked_for_its_origin(machine: Program) -> None:
    """Bearer tokens are never sent by a browser on its own, so there is nothing to forge."""
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = await machine.ask("POST", "/tickets", NEW, headers=headers)
    assert answer.status == 201
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/nothing", "/tickets/1/2", "/lines/passport/", ""])
async def test_what_does_not_exist_is_said_in_json(machine: Program, path: str) -> None:
    answer = await machine.ask("GET", path, headers={"Accept": "text/html"})
    assert answer.refusal == (404, "not_found", None)


async def test_refusals_speak_the_language_that_is_asked_for(machine: Program) -> None:
    path = f"/tickets/{new_ulid()}"
    english = await machine.get(path)
    russian = await machine.ask("GET", path, headers={"Accept-Language": "ru"})
    assert english.json["code"] == russian.json["code"] == "not_found"
    assert english.json["text"].isascii()
    assert not russian.json["text"].isascii()


async def test_nothing_is_cached_and_everything_has_a_number(machine: Program) -> None:
    for path in ("/lines", "/nothing"):
        answer = await machine.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/tickets", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/tickets/01JD0000000000000000000000", {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH"}),
        ("/lines/passport/gate", {"OPTIONS", "PUT"}),
        ("/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_a_path_says_what_it_can_do(stranger: Program, path: str, allowed: set[str]) -> None:
    options = await stranger.ask("OPTIONS", path)
    assert options.status == 204
    assert set(options.headers["Allow"].split(", ")) == allowed
    wrong = await stranger.ask("TRACE", path)
    assert wrong.refusal == (405, "method_not_allowed", None)
    assert set(wrong.headers["Allow"].split(",")) == allowed


async def test_the_head_of_an_answer_can_be_looked_at(machine: Program) -> None:
    head = await machine.ask("HEAD", "/centres")
    full = await machine.get("/centres")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.body))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", (400, "bad_message", None)),
        (b"[", (400, "bad_message", None)),
        (b"[]", (400, "bad_message", None)),
        (b"null", (400, "bad_message", None)),
        (b'"\xff"', (400, "bad_message", None)),
        (b"[" * 50_000, (400, "bad_message", None)),
        (b"{}", (400, "bad_field", "centre")),
        (b'{"centre": 1}', (400, "bad_field", "centre")),
        (b'{"centre": "main\\u0000"}', (400, "bad_field", "centre")),
        (b'{"centre": "main\\n"}', (400, "bad_field", "centre")),
        (b'{"centre": "main", "booth": 1}', (400, "bad_field", "booth")),
        (b'{"centre": "main", "mode": "shouting"}', (400, "bad_field", "mode")),
        (b'{"external": "' + b"9" * 33 + b'"}', (400, "bad_field", "external")),
    ],
)
async def test_a_body_that_is_none_is_refused_by_its_field(
    machine: Program, data: bytes, refusal: tuple[int, str, str | None]
) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = await machine.ask("POST", "/tickets", data=data, headers=headers)
    assert answer.refusal == refusal


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"]
)
async def test_a_body_must_say_that_it_is_json(machine: Program, kind: str) -> None:
    answer = await machine.ask("POST", "/tickets", data=b"{}", headers={"Content-Type": kind})
    assert answer.refusal == (415, "not_json", "Content-Type")


async def test_a_body_without_end_is_refused(machine: Program) -> None:
    async def pieces() -> object:
        for _ in range(100):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    for data in (b" " * 100_000, pieces()):
        answer = await machine.ask("POST", "/tickets", data=data, headers=headers)
        assert answer.refusal == (413, "too_large", None)


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/consultations?limit=0", (400, "bad_field", "limit")),
        ("/consultations?limit=many", (400, "bad_field", "limit")),
        ("/consultations?limit=1&limit=2", (400, "bad_field", "limit")),
        ("/consultations?colour=red", (400, "bad_field", "colour")),
        ("/consultations?day_from=2026-02-30", (400, "bad_field", "day_from")),
        ("/consultations?day_to=yesterday", (400, "bad_field", "day_to")),
        ("/consultations?outcome=unknown", (400, "bad_field", "outcome")),
        ("/consultations?outcome=null", (400, "bad_field", "outcome")),
        ("/consultations?cursor=1", (400, "bad_field", "cursor")),
        ("/consultations?centre=nowhere", (404, "not_found", "centre")),
        ("/consultations?topic=nothing", (404, "not_found", "topic")),
        ("/tickets", (400, "bad_field", "centre")),
        ("/tickets?centre=main", (400, "bad_field", "external")),
        ("/tickets?centre=main&external=%00", (400, "bad_field", "external")),
        ("/tickets?centre=main&external=none", (404, "not_found", "external")),
        ("/tickets/B-001", (404, "not_found", "id")),
        ("/tickets/%00", (404, "not_found", "id")),
        ("/lines/PASSPORT", (404, "not_found", "topic")),
        ("/lines/passport?topic=x", (400, "bad_field", "topic")),
    ],
)
async def test_a_parameter_that_is_none_is_named(
    machine: Program, path: str, refusal: tuple[int, str, str]
) -> None:
    assert (await machine.get(path)).refusal == refusal


async def test_a_token_that_asks_too_often_waits(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path, api_requests=3) as stage:
        token = await token_for(stage, stage.home)
        async with program(stage, token) as eager, program(stage, token) as also_eager:
            statuses = [(await one.get("/centres")).status for one in (eager, also_eager, eager)]
            assert statuses == [200, 200, 200]
            refused = await also_eager.get("/centres")
            assert refused.refusal == (429, "too_fast", None)
            assert 1 <= int(refused.headers["Retry-After"]) <= 60
        async with program(stage, await token_for(stage, stage.home)) as other:
            assert (await other.get("/centres")).status == 200
