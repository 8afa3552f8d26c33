"""A node with nothing but signalling, and the people who meet on it.

Who someone is stands in a cookie; everything else is the real thing.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from signaling.client import Client
from signaling.errors import Code, OknoError
from signaling.ids import (
    BoothId,
    CentreId,
    OrganisationId,
    TopicId,
    UserId,
    line_id,
    new_ulid,
)
from signaling.install import add_signalling
from signaling.measures import Kind
from signaling.model import (
    BoothPrincipal,
    Duty,
    Mode,
    Policy,
    Principal,
    Role,
    Side,
    StaffPrincipal,
    Topic,
)
from signaling.ports import (
    ALLOWED_ORIGIN,
    AUTHENTICATE,
    DIRECTORY,
    ICE,
    OBSERVER,
    REDIS,
    TIMINGS,
    TRANSLATE,
    IceSettings,
    RedisClient,
    Timings,
)
from signaling.store import open_redis
from tests.signaling.room import PASSPORT, PENSION, serves

ICE_OF_TESTS = IceSettings(stun_urls=("stun:127.0.0.1:3478",))
"""Nobody answers there: for what is only passed on. With real media it costs seconds."""
TIMINGS_OF_TESTS = Timings(heartbeat=5, grace=30, resume=30, offer=30, connect=30, wrap_up=30)


class Counts:
    """An observer that only counts."""

    def __init__(self) -> None:
        self.open = 0
        self.messages: list[str] = []
        self.refusals: list[str] = []
        self.scores: list[tuple[Side, Kind, int]] = []

    def connected(self, surface: str) -> None:
        self.open += bool(surface)

    def disconnected(self, surface: str) -> None:
        self.open -= bool(surface)

    def received(self, message: str) -> None:
        self.messages.append(message)

    def refused(self, code: str) -> None:
        self.refusals.append(code)

    def scored(self, side: Side, kind: Kind, score: int) -> None:
        self.scores.append((side, kind, score))


class Worker(TestServer):
    """A server as it really runs: a page that goes away does not cancel what it asked for."""

    async def _make_runner(self, **options: Any) -> web.AppRunner:
        return web.AppRunner(self.app, **{**options, "handler_cancellation": False})


class Cast:
    """Two organisations of the same shape: everyone's cookie is ``organisation/name``."""

    def __init__(self) -> None:
        self.home = OrganisationId(new_ulid())
        self.elsewhere = OrganisationId(new_ulid())
        self.duties: dict[str, Duty] = {}
        self.policies = Policy()
        self.barred: set[str] = set()
        """Names whose credential is no longer good."""
        self.away = False
        """Whether the directory answers nothing now."""

    async def authenticate(self, request: web.Request, surface: str) -> Principal | None:
        if self.away:
            raise OknoError(Code.UNAVAILABLE)
        organisation, _, name = request.cookies.get("who", "").partition("/")
        if not name or name in self.barred:
            return None
        if surface == "booth":
            return BoothPrincipal(
                organisation=OrganisationId(organisation),
                centre=CentreId("centre"),
                booth=BoothId(name),
                name=f"Booth {name}",
                centre_name="Centre",
                ticket_prefix="B",
                timezone="Europe/Moscow",
            )
        roles = {"workspace": Role.CONSULTANT, "desk": Role.SUPERVISOR}
        return StaffPrincipal(
            organisation=OrganisationId(organisation),
            user=UserId(name),
            name=name,
            roles=frozenset({roles[surface]}),
        )

    async def organisations(self) -> list[OrganisationId]:
        return [self.home, self.elsewhere]

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        known = {each.id: each for each in (PASSPORT, PENSION)}
        return known.get(topic) if organisation in (self.home, self.elsewhere) else None

    async def duty(self, organisation: OrganisationId, user: UserId) -> Duty | None:
        del organisation
        if self.away:
            raise OknoError(Code.UNAVAILABLE)
        return self.duties.get(user, serves(PASSPORT))

    async def serves(
        self, organisation: OrganisationId, topic: TopicId, language: str, mode: Mode
    ) -> bool:
        del organisation
        line = line_id(topic, language, mode)
        return any(line in duty.lines for duty in self.duties.values())

    async def policy(self, organisation: OrganisationId) -> Policy:
        del organisation
        return self.policies

    async def names(self, organisation: OrganisationId, booth: BoothId) -> tuple[str, str] | None:
        del organisation
        return "Centre", f"Booth {booth}"


class Stage:
    """One running node, and clients for it."""

    def __init__(self, cast: Cast, server: TestServer, redis: RedisClient, counts: Counts) -> None:
        self.cast = cast
        self.server = server
        self.redis = redis
        self.counts = counts
        self.base = str(server.make_url("/")).rstrip("/")
        self._stack = contextlib.AsyncExitStack()

    async def client(
        self, name: str, surface: str, organisation: OrganisationId | None = None
    ) -> Client:
        """A greeted page of that person."""
        session = await self._stack.enter_async_context(
            ClientSession(
                cookie_jar=CookieJar(unsafe=True),
                cookies={"who": f"{organisation or self.cast.home}/{name}"},
            )
        )
        client = Client(session, self.base, surface)  # type: ignore[arg-type] # garbage is tried too
        await client.open()
        self._stack.push_async_callback(client.close)
        return client

    async def close(self) -> None:
        await self._stack.aclose()


@contextlib.asynccontextmanager
async def staged(
    redis_url: str,
    *,
    cast: Cast | None = None,
    timings: Timings = TIMINGS_OF_TESTS,
    ice: IceSettings = ICE_OF_TESTS,
) -> AsyncIterator[Stage]:
    """A node on that Redis; several with one cast are several nodes of one installation."""
    cast = cast or Cast()
    counts = Counts()
    redis = open_redis(redis_url)
    app = web.Application()
    app[REDIS] = redis
    app[TIMINGS] = timings
    app[ICE] = ice
    app[DIRECTORY] = cast
    app[AUTHENTICATE] = cast.authenticate
    app[TRANSLATE] = lambda language, text: f"[{language}] {text}"
    app[ALLOWED_ORIGIN] = lambda request: request.headers.get("Origin") != "http://evil.example"
    app[OBSERVER] = counts
    add_signalling(app)
    server = Worker(app)
    await server.start_server()
    stage = Stage(cast, server, redis, counts)
    try:
        yield stage
    finally:
        await stage.close()
        await server.close()
        await redis.aclose()


def state_of(client: Client) -> str:
    """The state of the client's consultation in a word, or ``free``."""
    state = client.state
    if state is None or state.consultation is None:
        return "free"
    return state.consultation.state
