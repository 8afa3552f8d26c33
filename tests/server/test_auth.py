"""Sessions, and who is behind a request, on a whole node."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from aiohttp_session import STORAGE_KEY
from sqlalchemy import update

from server.archive.database import DATABASE
from server.archive.tables import staff
from server.sessions import COOKIE, RedisSessions, session_key
from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.ids import UserId
from signaling.messages import SetStatus
from signaling.model import Status
from signaling.ports import AUTHENTICATE, REDIS
from tests.web.stage import HTML, Person, Stage, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with staged(redis_url, tmp_path_factory.mktemp("node"), sign_in_attempts=3) as stage:
        yield stage


def token(stage: Stage, person: Person) -> str | None:
    cookies = person.session.cookie_jar.filter_cookies(stage.server.make_url("/"))
    return cookies[COOKIE].value if COOKIE in cookies else None


def put_token(stage: Stage, person: Person, value: str) -> None:
    person.session.cookie_jar.update_cookies({COOKIE: value}, stage.server.make_url("/"))


async def change(stage: Stage, user: UserId | None, **values: object) -> None:
    async with stage.app[DATABASE].write() as connection:
        await connection.execute(update(staff).where(staff.c.id == user).values(**values))


def client(stage: Stage, person: Person, surface: str) -> Client:
    base = str(stage.server.make_url("/")).rstrip("/")
    return Client(person.session, base, surface)  # type: ignore[arg-type] # garbage is tried too


async def test_the_cookie_of_a_session_is_for_our_pages_only(stage: Stage) -> None:
    answer = await (await stage.signed_out("supervisor")).sign_in()
    cookie = answer.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]


async def test_under_https_the_cookie_is_secure(redis_url: str, tmp_path: Path) -> None:
    async with staged(redis_url, tmp_path, public_url="https://okno.example") as stage:
        answer = await (await stage.signed_out("supervisor")).sign_in()
        assert answer.cookies[COOKIE]["secure"]


async def test_redis_holds_only_a_hash_of_the_cookie_and_for_a_time(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    mine = token(stage, person)
    assert mine is not None
    redis = stage.app[REDIS]
    assert not [key async for key in redis.scan_iter(f"*{mine}*")]
    assert 0 < await redis.ttl(session_key(mine)) <= 12 * 3600


async def test_a_visit_keeps_the_session_alive(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    mine = token(stage, person)
    assert mine is not None
    await stage.app[REDIS].expire(session_key(mine), 5)
    await person.get("/desk/wall")
    assert await stage.app[REDIS].ttl(session_key(mine)) > 3600


async def test_signing_in_gives_a_new_session_and_ends_the_old_one(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    old = token(stage, person)
    assert old is not None
    await person.sign_in()
    new = token(stage, person)
    assert new is not None
    assert new != old
    thief = await stage.visitor()
    put_token(stage, thief, old)
    assert (await thief.get("/desk")).status == 303


async def test_a_session_id_that_somebody_planted_is_not_taken_over(stage: Stage) -> None:
    planted = "A" * 43
    person = await stage.signed_out("supervisor")
    put_token(stage, person, planted)
    await person.sign_in()
    assert token(stage, person) != planted
    thief = await stage.visitor()
    put_token(stage, thief, planted)
    assert (await thief.get("/desk")).status == 303


async def test_signing_out_ends_the_session_everywhere(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    mine = token(stage, person)
    assert mine is not None
    await person.post("/sign-out")
    assert token(stage, person) is None
    thief = await stage.visitor()
    put_token(stage, thief, mine)
    assert (await thief.get("/desk")).status == 303


async def test_a_session_ends_with_the_account(stage: Stage) -> None:
    person = await stage.staff("administrator", stage.elsewhere)
    await change(stage, person.user, closed_at=1)
    assert (await person.get("/desk")).status == 303
    assert (await person.sign_in()).status == 401
    await change(stage, person.user, closed_at=None)
    assert (await person.get("/desk")).status == 303


async def test_a_session_ends_when_the_password_changes(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    await change(stage, person.user, password_set_at=2)
    assert (await person.get("/desk")).status == 303
    await person.sign_in()
    assert (await person.get("/desk")).status == 200


async def test_a_role_that_is_taken_away_is_gone_at_once(stage: Stage) -> None:
    person = await stage.staff("supervisor", stage.elsewhere)
    await change(stage, person.user, roles=["consultant"])
    assert (await person.get("/desk")).status == 403
    await change(stage, person.user, roles=["supervisor"])
    assert (await person.get("/desk")).status == 200


@pytest.mark.parametrize("garbage", ["", "x", "A" * 43, "A" * 5000, "../../etc", "\xff"])
async def test_a_cookie_that_is_garbage_is_nobody(stage: Stage, garbage: str) -> None:
    visitor = await stage.visitor()
    answer = await visitor.session.get(
        "/desk", headers={**HTML, "Cookie": f"{COOKIE}={garbage}"}, allow_redirects=False
    )
    assert answer.status == 303


async def test_wrong_passwords_are_counted_by_account_over_all_addresses(stage: Stage) -> None:
    name = "consultant"
    for _ in range(3):
        person = await stage.signed_out(name, stage.elsewhere)
        assert (await person.sign_in("wrong")).status == 401
    fresh = await stage.signed_out(name, stage.elsewhere)
    assert (await fresh.sign_in()).status == 429
    colleague = await stage.signed_out("supervisor", stage.elsewhere)
    assert (await colleague.sign_in()).status == 303


async def test_an_office_behind_one_address_may_sign_in_all_together(stage: Stage) -> None:
    people = [await stage.signed_out(name) for name in ("consultant", "supervisor") * 4]
    for person in people:
        person.session.headers["X-Forwarded-For"] = "10.200.0.1"
        assert (await person.sign_in()).status == 303


async def test_an_office_that_signs_in_at_once_is_not_locked_out(stage: Stage) -> None:
    people = [
        await stage.signed_out(name, house)
        for house in (stage.home, stage.elsewhere)
        for name in ("supervisor", "administrator")
        for _ in range(2)
    ]
    for person in people:
        person.session.headers["X-Forwarded-For"] = "10.200.0.2"
    answers = await asyncio.gather(*(person.sign_in() for person in people))
    assert [answer.status for answer in answers] == [303] * 8


async def test_one_address_cannot_guess_for_ever(stage: Stage) -> None:
    guesser = await stage.visitor()
    for number in range(30):
        guesser.email = f"guess-{number}@example.org"
        assert (await guesser.sign_in("wrong")).status == 401
    guesser.email = "guess-30@example.org"
    assert (await guesser.sign_in("wrong")).status == 429


async def test_addresses_and_accounts_are_not_kept_in_plain(stage: Stage) -> None:
    async def counted() -> set[str]:
        return {str(key) async for key in stage.app[REDIS].scan_iter("okno:throttle:*")}

    others = await counted()
    person = await stage.signed_out("supervisor")
    await person.sign_in("wrong")
    found = await counted() - others
    assert found
    for key in found:
        assert re.fullmatch(r"okno:throttle:(sign-in|enrol)-(account|address):[0-9a-f]{32}", key)
        assert 0 < await stage.app[REDIS].ttl(key) <= 300


@pytest.mark.parametrize(
    ("name", "surface"),
    [("consultant", "workspace"), ("supervisor", "desk"), ("administrator", "desk")],
)
async def test_the_socket_admits_each_role_to_its_surface(
    stage: Stage, name: str, surface: str
) -> None:
    page = client(stage, await stage.staff(name), surface)
    await page.open()
    await page.close()


@pytest.mark.parametrize(
    ("name", "surface"),
    [
        ("consultant", "desk"),
        ("consultant", "booth"),
        ("supervisor", "workspace"),
        ("administrator", "workspace"),
    ],
)
async def test_the_socket_admits_nobody_to_another_surface(
    stage: Stage, name: str, surface: str
) -> None:
    page = client(stage, await stage.staff(name), surface)
    with pytest.raises(OknoError) as refused:
        await page.open()
    assert refused.value.code is Code.NOT_SIGNED_IN
    await page.close()


async def test_the_socket_admits_an_enrolled_booth(stage: Stage) -> None:
    page = client(stage, await stage.booth(), "booth")
    await page.open()
    await page.close()
    stranger = client(stage, await stage.visitor(), "booth")
    with pytest.raises(OknoError):
        await stranger.open()
    await stranger.close()


def upgrade_of(stage: Stage, person: Person) -> web.Request:
    """The request a socket was opened with and keeps, behind our sessions."""
    request = make_mocked_request(
        "GET", "/ws", {"Cookie": f"{COOKIE}={token(stage, person)}"}, app=stage.app
    )
    request[STORAGE_KEY] = RedisSessions(lifetime=3600)
    return request


async def test_a_socket_does_not_outlive_sign_out(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    upgrade = upgrade_of(stage, person)
    assert await stage.app[AUTHENTICATE](upgrade, "desk") is not None
    await person.post("/sign-out")
    assert await stage.app[AUTHENTICATE](upgrade, "desk") is None


async def test_a_socket_does_not_outlive_the_password(stage: Stage) -> None:
    person = await stage.staff("supervisor", stage.elsewhere)
    upgrade = upgrade_of(stage, person)
    assert await stage.app[AUTHENTICATE](upgrade, "desk") is not None
    await change(stage, person.user, password_set_at=3)
    assert await stage.app[AUTHENTICATE](upgrade, "desk") is None


async def test_an_open_socket_does_not_keep_the_session_alive(stage: Stage) -> None:
    person = await stage.staff("supervisor")
    mine = token(stage, person)
    assert mine is not None
    await stage.app[REDIS].expire(session_key(mine), 60)
    assert await stage.app[AUTHENTICATE](upgrade_of(stage, person), "desk") is not None
    assert await stage.app[REDIS].ttl(session_key(mine)) <= 60


async def test_signing_out_takes_a_consultant_offline(stage: Stage) -> None:
    person = await stage.staff("consultant")
    page = client(stage, person, "workspace")
    await page.open()
    await page.request(SetStatus(status="available"))
    key = f"okno:{{{stage.home.id}}}:consultant:{person.user}"
    assert await stage.app[REDIS].hget(key, "status") == Status.AVAILABLE
    assert (await person.post("/sign-out")).status == 303
    assert await stage.app[REDIS].hget(key, "status") == Status.OFFLINE
    await page.close()
