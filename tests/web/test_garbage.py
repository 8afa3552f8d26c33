"""Tables of garbage for every route: a coded answer each time, and never a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from signaling.errors import Code
from signaling.ids import new_ulid
from tests.web.stage import Person, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

MACHINES = ("/healthz", "/readyz", "/metrics", "/api/")
"""Not for people, and without their cookies; `tests/server` holds them."""

TEXTS = [
    "",
    "%00",
    "%ff%fe",
    "%F0%9F%99%82",
    "x" * 3000,
    "../../etc/passwd",
    "' OR 1=1 --",
    "{{7*7}}",
]
FORMS: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b""),
    ("application/x-www-form-urlencoded", b"%%%=&&=&\x00=\xff"),
    ("application/x-www-form-urlencoded", b"email=%00&password=%00&code=%00&theme=%00"),
    ("application/x-www-form-urlencoded", b"email=%ff&password=%ff&code=%ff&theme=%ff"),
    ("application/x-www-form-urlencoded", b"email=" + b"a" * 60_000),
    ("application/x-www-form-urlencoded", b"a=&" * 20_000),
    ("application/x-www-form-urlencoded; charset=klingon", b"a=b"),
    ("multipart/form-data", b"a=b"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="code"; filename="a"\r\n\r\nfile\r\n--x--',
    ),
    ("application/json", b'{"email": "a"}'),
    ("text/plain", b"\x00\xff"),
]


def routes(stage: Stage) -> Iterator[tuple[str, str]]:
    """(method, path pattern) of every route that people's browsers use."""
    for resource in stage.app.router.resources():
        for route in resource:
            if route.method != "HEAD" and not resource.canonical.startswith(MACHINES):
                yield route.method, resource.canonical


async def test_the_tables_below_meet_the_real_routes(stage: Stage) -> None:
    found = set(routes(stage))
    assert {("POST", "/sign-in"), ("GET", "/desk/log/{consultation}")} <= found


async def cast(stage: Stage) -> list[Person]:
    return [
        await stage.visitor(),
        await stage.booth(),
        await stage.staff("consultant"),
        await stage.staff("administrator"),
    ]


async def test_garbage_in_an_address_is_never_a_fault_of_ours(stage: Stage) -> None:
    people = await cast(stage)
    for method, pattern in routes(stage):
        if method != "GET" or pattern == "/ws":
            continue
        for text in TEXTS:
            path = re.sub(r"\{\w+\}", text or "x", pattern)
            for person in people:
                for address in (path, f"{path}?next={text}&code={text}&before={text}&{text}"):
                    answer = await person.get(address, html=False)
                    assert answer.status < 500, (address, answer.status)


async def test_garbage_in_a_form_is_never_a_fault_of_ours(stage: Stage) -> None:
    for method, pattern in routes(stage):
        if method != "POST":
            continue
        for content_type, body in FORMS:
            # Each time somebody else, or guessing would be slowed down instead.
            person = await stage.visitor()
            answer = await person.session.post(
                pattern, data=body, headers={"Content-Type": content_type}, allow_redirects=False
            )
            assert answer.status < 500, (pattern, content_type, body[:40])
            if answer.status >= 400:
                assert Code((await answer.json())["code"])


async def test_other_methods_are_refused_with_those_that_work(stage: Stage) -> None:
    person = await stage.staff("administrator")
    for _, pattern in routes(stage):
        path = re.sub(r"\{\w+\}", new_ulid(), pattern).replace("/booth/0", "/booth/ru?")
        answer = await person.session.patch(path, allow_redirects=False)
        assert answer.status in {404, 405}, path
        if answer.status == 405:
            assert answer.headers["Allow"]
            assert (await answer.json())["code"] == Code.METHOD_NOT_ALLOWED


async def test_other_sites_cannot_post_anything(stage: Stage) -> None:
    person = await stage.staff("administrator")
    for method, pattern in routes(stage):
        if method == "POST":
            answer = await person.session.post(
                pattern, headers={"Origin": "https://evil.example"}, allow_redirects=False
            )
            assert (answer.status, (await answer.json())["code"]) == (403, Code.BAD_ORIGIN)
    assert (await person.get("/desk")).status == 200
