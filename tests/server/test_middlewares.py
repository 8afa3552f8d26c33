"""Every answer, good or bad, of an app with the middlewares of a node."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import structlog
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from server import errors_http, middlewares
from server.errors_http import STATUSES
from server.front import FRONT, Front
from server.settings import Settings
from signaling.errors import TEXTS, Code, OknoError
from signaling.ports import ALLOWED_ORIGIN
from web.routes import add_pages

HTML = {"Accept": "text/html,*/*;q=0.8"}

Client = TestClient[web.Request, web.Application]


async def fail(request: web.Request) -> web.StreamResponse:
    match request.match_info["how"]:
        case "refused":
            raise OknoError(Code.WRONG_STATE, field="state")
        case "throttled":
            raise OknoError(Code.TOO_FAST, retry_after=12.3)
        case "redis":
            raise RedisConnectionError("no route to 10.0.0.1")
        case "sql":
            raise OperationalError("SELECT secret", {}, Exception("database is locked"))
        case "timeout":
            raise TimeoutError
        case "http":
            raise web.HTTPForbidden
        case "teapot":
            raise web.HTTPException
    raise RuntimeError("a secret of the code")


async def echo(request: web.Request) -> web.StreamResponse:
    response = web.Response(text=str(len(await request.read())))
    response.set_cookie("crumb", "1")
    return response


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"part")
    if "broken" in request.query:
        raise OknoError(Code.UNAVAILABLE)
    return response


def make_app(settings: Settings) -> web.Application:
    app = web.Application(client_max_size=middlewares.MAX_BODY)
    app[FRONT] = Front(settings)
    app[ALLOWED_ORIGIN] = app[FRONT].allowed_origin
    middlewares.install(app)
    add_pages(app)
    app.router.add_get("/fail/{how}", fail)
    app.router.add_get("/stream", stream)
    app.router.add_route("*", "/echo", echo)
    return app


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(Settings()))) as client:
        yield client


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("refused", 409, Code.WRONG_STATE),
        ("throttled", 429, Code.TOO_FAST),
        ("redis", 503, Code.UNAVAILABLE),
        ("sql", 503, Code.UNAVAILABLE),
        ("timeout", 503, Code.UNAVAILABLE),
        ("http", 403, Code.NOT_ALLOWED),
        ("broken", 500, Code.INTERNAL),
    ],
)
async def test_every_fault_has_a_code_for_programs_and_a_page_for_people(
    client: Client, how: str, status: int, code: Code
) -> None:
    answer = await client.get(f"/fail/{how}", headers={"Accept-Language": "en"})
    assert answer.status == status
    body = await answer.json()
    assert (body["code"], body["text"]) == (code, TEXTS[code])
    page = await client.get(f"/fail/{how}", headers={**HTML, "Accept-Language": "ru"})
    assert page.status == status
    assert page.content_type == "text/html"
    html = await page.text()
    assert f'data-error="{code}"' in html
    assert 'lang="ru"' in html
    assert f"<p>{TEXTS[code]}</p>" not in html


async def test_the_offending_field_and_the_time_to_wait_are_named(client: Client) -> None:
    assert (await (await client.get("/fail/refused")).json())["field"] == "state"
    answer = await client.get("/fail/throttled")
    assert (await answer.json())["retry_after"] == 13
    assert answer.headers["Retry-After"] == "13"


@pytest.mark.parametrize("how", ["broken", "sql", "redis"])
async def test_nothing_of_the_inside_is_told(client: Client, how: str) -> None:
    for headers in ({}, HTML):
        text = await (await client.get(f"/fail/{how}", headers=headers)).text()
        assert "secret" not in text
        assert "10.0.0.1" not in text


async def test_a_fault_of_ours_is_logged_under_the_number_people_see(client: Client) -> None:
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as logs:
        answer = await client.get("/fail/broken", headers=HTML)
    (entry,) = [entry for entry in logs if entry["event"] == "request.broken"]
    assert entry["request_id"] == answer.headers["X-Request-Id"]
    assert entry["request_id"] in await answer.text()


async def test_a_stream_that_breaks_is_cut_and_not_ended_with_an_error_page(
    client: Client,
) -> None:
    answer = await client.get("/stream?broken")
    with pytest.raises(ClientPayloadError):
        await answer.read()


async def test_unknown_addresses_and_methods_are_answered_like_everything_else(
    client: Client,
) -> None:
    missing = await client.get("/nowhere", headers=HTML)
    assert (missing.status, missing.content_type) == (404, "text/html")
    wrong = await client.put("/sign-in")
    assert wrong.status == 405
    assert (await wrong.json())["code"] == Code.METHOD_NOT_ALLOWED
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/fail/broken", "/stream"])
async def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "camera=(self), microphone=(self)" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9A-Z]{26}", headers["X-Request-Id"])
    assert "Strict-Transport-Security" not in headers


async def test_under_https_browsers_are_told_to_stay_there() -> None:
    app = make_app(Settings(public_url="https://okno.example"))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/echo")
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert answer.cookies["crumb"]["secure"]


async def test_over_plain_http_cookies_are_not_secure(client: Client) -> None:
    answer = await client.get("/echo")
    assert not answer.cookies["crumb"]["secure"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_unsafe_requests_of_other_sites_are_refused(client: Client, method: str) -> None:
    own = str(client.make_url("")).rstrip("/")
    assert (await client.request(method, "/echo", headers={"Origin": own})).status == 200
    refused = await client.request(method, "/echo", headers={"Origin": "https://evil.example"})
    assert refused.status == 403
    assert (await refused.json())["code"] == Code.BAD_ORIGIN


async def test_reading_is_not_asked_where_it_comes_from(client: Client) -> None:
    assert (await client.get("/echo", headers={"Origin": "https://evil.example"})).status == 200


async def test_large_bodies_are_refused(client: Client) -> None:
    fits = await client.post("/echo", data=b"x" * middlewares.MAX_BODY)
    assert fits.status == 200
    large = await client.post("/echo", data=b"x" * (middlewares.MAX_BODY + 1))
    assert large.status == 413
    assert (await large.json())["code"] == Code.TOO_LARGE


async def test_large_bodies_without_a_length_are_refused(client: Client) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * (middlewares.MAX_BODY // 4)

    answer = await client.post("/echo", data=chunks())
    assert answer.status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=klingon"},
        {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"},
    ],
)
async def test_forms_that_are_none_are_refused(client: Client, headers: dict[str, str]) -> None:
    answer = await client.post("/preferences", data=b"\xff\xfe--x\r\n\x00=", headers=headers)
    assert answer.status in {204, 400}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RedisConnectionError("gone"), Code.UNAVAILABLE),
        (ReadOnlyError("replica"), Code.UNAVAILABLE),
        (ResponseError("WRONGTYPE"), Code.INTERNAL),
        (OperationalError("", {}, Exception()), Code.UNAVAILABLE),
        (DBAPIError("", {}, Exception("shutting down")), Code.UNAVAILABLE),
        (DBAPIError("", {}, Exception(), connection_invalidated=True), Code.UNAVAILABLE),
        (IntegrityError("", {}, Exception()), Code.INTERNAL),
        (ConnectionRefusedError(), Code.UNAVAILABLE),
        (KeyError("x"), Code.INTERNAL),
    ],
)
def test_an_engine_that_is_away_is_told_apart_from_a_fault_of_ours(
    error: Exception, code: Code
) -> None:
    assert errors_http.as_okno_error(error).code is code


def test_every_code_has_a_status() -> None:
    assert set(STATUSES) == set(Code)


def test_what_the_framework_refuses_is_the_clients_fault_or_ours() -> None:
    assert errors_http.as_okno_error(web.HTTPUnsupportedMediaType()).code is Code.BAD_MESSAGE
    assert errors_http.as_okno_error(web.HTTPBadGateway()).code is Code.INTERNAL
