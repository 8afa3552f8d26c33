"""A whole node, and the standing cast of people who open its pages."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from sqlalchemy import Table, insert

from server.app import create_app
from server.archive.database import DATABASE, Database
from server.archive.tables import booth, centre, organisation, staff, topic
from server.directory.people import SqlPeople
from server.directory.secrets import Passwords, code_digest, digest
from server.settings import Settings
from signaling import journal
from signaling.cookies import BOOTH_COOKIE
from signaling.events import (
    Accepted,
    AnyEvent,
    Closed,
    Connected,
    Joined,
    Measured,
    Offered,
    TalkEnded,
)
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    LinkId,
    OrganisationId,
    TopicId,
    UserId,
    new_ulid,
)
from signaling.measures import Picture, Sample, Sound, Way
from signaling.model import EndedBy, Mode, Outcome, Role, Rule, Side, State, Trigger
from signaling.ports import REDIS
from tests.waiting import until
from web.ports import PEOPLE, SESSION_LOG

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
SAMPLE = Sample(
    span=5000,
    rtt=30,
    received=Way(audio=Sound(level=30), video=Picture(fps=25, width=1280, height=720)),
)
PASSWORD = "correct horse battery staple"

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""As safe as a door of paper, but tests sign in a hundred times."""

_addresses = (f"10.1.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))


class Person:
    """Someone with a browser of their own and an address of their own."""

    def __init__(self, server: TestServer, user: UserId | None = None, email: str = "") -> None:
        self.user = user
        self.email = email
        self.address = next(_addresses)
        self.session = ClientSession(
            server.make_url("/"),
            cookie_jar=CookieJar(unsafe=True),
            headers={"X-Forwarded-For": self.address},
        )

    async def get(self, path: str, *, html: bool = True) -> ClientResponse:
        return await self.session.get(path, headers=HTML if html else {}, allow_redirects=False)

    async def post(
        self, path: str, form: Mapping[str, str] | None = None, *, html: bool = True
    ) -> ClientResponse:
        return await self.session.post(
            path, data=form, headers=HTML if html else {}, allow_redirects=False
        )

    async def sign_in(self, password: str = PASSWORD) -> ClientResponse:
        return await self.post("/sign-in", {"email": self.email, "password": password})


class House:
    """One organisation with a centre, a booth, a topic and its people."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.id = OrganisationId(new_ulid())
        self.centre = CentreId(new_ulid())
        self.booth = BoothId(new_ulid())
        self.topic = TopicId(new_ulid())
        self.credential = f"credential-{new_ulid()}"
        self.code = new_ulid()[-8:]
        self.staff: dict[str, UserId] = {}

    def email(self, name: str) -> str:
        return f"{name}-{self.staff[name].lower()}@example.org"

    async def build(
        self, database: Database, passwords: Passwords, people: Mapping[str, list[Role]]
    ) -> None:
        hashed = await passwords.hash(PASSWORD)
        mine = {"organisation": self.id}
        rows: list[tuple[Table, dict[str, object]]] = [
            (
                organisation,
                {
                    "id": self.id,
                    "code": self.id.lower(),
                    "name": self.name,
                    "timezone": "Europe/Moscow",
                },
            ),
            (
                centre,
                {
                    **mine,
                    "id": self.centre,
                    "code": "main",
                    "name": f"Centre of {self.name}",
                    "timezone": "Europe/Moscow",
                    "ticket_prefix": "B",
                },
            ),
            (
                booth,
                {
                    **mine,
                    "id": self.booth,
                    "centre": self.centre,
                    "code": "1",
                    "name": "Booth 1",
                    "credential_hash": digest(self.credential),
                    "code_hash": code_digest(self.code),
                    "code_expires_at": 2**52,
                },
            ),
            (
                topic,
                {
                    **mine,
                    "id": self.topic,
                    "code": "passport",
                    "names": {"ru": "Паспорт", "en": "Passport"},
                    "hints": {"en": "Bring the old one <b>too</b>"},
                    "handling_seconds": 300,
                    "position": 1,
                },
            ),
        ]
        for name, roles in people.items():
            self.staff[name] = UserId(new_ulid())
            rows.append(
                (
                    staff,
                    {
                        **mine,
                        "id": self.staff[name],
                        "email": self.email(name),
                        "name": f"{name.capitalize()} <{self.name}>",
                        "roles": [role.value for role in roles],
                        "password_hash": hashed,
                        "password_set_at": 1,
                    },
                )
            )
        async with database.write() as connection:
            for table, row in rows:
                await connection.execute(insert(table).values(row))


class Stage:
    """One running node with two organisations."""

    def __init__(self, app: web.Application, server: TestServer) -> None:
        self.app = app
        self.server = server
        self.home = House("Home")
        self.elsewhere = House("Elsewhere")
        self._stack = contextlib.AsyncExitStack()

    async def build(self) -> None:
        roles = {
            "consultant": [Role.CONSULTANT],
            "supervisor": [Role.SUPERVISOR],
            "administrator": [Role.ADMINISTRATOR],
        }
        for house in (self.home, self.elsewhere):
            await house.build(self.app[DATABASE], QUICK, roles)

    async def visitor(self) -> Person:
        """Someone with a browser and nothing else."""
        return await self._enter(Person(self.server))

    async def booth(self, house: House | None = None) -> Person:
        """An enrolled booth."""
        person = await self._enter(Person(self.server))
        person.session.cookie_jar.update_cookies(
            {BOOTH_COOKIE: (house or self.home).credential}, self.server.make_url("/")
        )
        return person

    async def signed_out(self, name: str, house: House | None = None) -> Person:
        """A member of staff who has not signed in yet."""
        house = house or self.home
        return await self._enter(Person(self.server, house.staff[name], house.email(name)))

    async def staff(self, name: str, house: House | None = None) -> Person:
        """A signed-in member of staff."""
        person = await self.signed_out(name, house)
        answer = await person.sign_in()
        assert answer.status == 303, await answer.text()
        return person

    async def consultation(
        self, house: House, *, ticket: str = "B-001", joined_at: int | None = None
    ) -> ConsultationId:
        """A finished consultation that has reached the log by way of the journal."""
        consultation = ConsultationId(new_ulid())
        for event in await self._story(house, consultation, ticket, joined_at):
            await journal.append(self.app[REDIS], house.id, event)

        async def archived() -> bool:
            found = await self.app[SESSION_LOG].record(house.id, consultation)
            return found is not None and found[0].outcome is not None

        await until(archived)
        return consultation

    async def close(self) -> None:
        await self._stack.aclose()

    async def _story(
        self, house: House, consultation: ConsultationId, ticket: str, joined_at: int | None
    ) -> list[AnyEvent]:
        start = joined_at or await journal.now_ms(self.app[REDIS])
        consultant, link = house.staff["consultant"], LinkId(f"{consultation}-1")
        return [
            Joined(
                at=start,
                consultation=consultation,
                centre=house.centre,
                booth=house.booth,
                ticket=ticket,
                topic=house.topic,
                language="ru",
                mode=Mode.SPEECH,
                place=1,
                waiting=1,
            ),
            Offered(
                at=start + 1_000,
                consultation=consultation,
                consultant=consultant,
                link=link,
                rule=Rule.LONGEST_AVAILABLE,
                rivals=0,
            ),
            Accepted(at=start + 5_000, consultation=consultation, consultant=consultant, link=link),
            Connected(at=start + 5_200, consultation=consultation, link=link),
            *(
                Measured(
                    at=start + 10_000,
                    consultation=consultation,
                    side=side,
                    link=link,
                    sample=SAMPLE,
                )
                for side in (Side.VISITOR, Side.CONSULTANT)
            ),
            TalkEnded(
                at=start + 65_200,
                consultation=consultation,
                by=EndedBy.VISITOR,
                reason=Trigger.HANG_UP,
                was=State.ACTIVE,
            ),
            Closed(
                at=start + 70_000,
                consultation=consultation,
                outcome=Outcome.SERVED,
                reason=Trigger.FINISH,
                was=State.WRAPPING_UP,
            ),
        ]

    async def _enter(self, person: Person) -> Person:
        await self._stack.enter_async_context(person.session)
        return person


@contextlib.asynccontextmanager
async def staged(redis_url: str, directory: Path, **settings: object) -> AsyncIterator[Stage]:
    """A node on that Redis and a new SQLite file, behind one trusted proxy: the test itself."""
    app = create_app(
        Settings.model_validate(
            {
                "redis_url": redis_url,
                "data_dir": directory,
                "trusted_proxies": 1,
                "sign_in_attempts": 3,
                **settings,
            }
        )
    )
    app[PEOPLE] = SqlPeople(app[DATABASE], passwords=QUICK)
    server = TestServer(app)
    await server.start_server()
    stage = Stage(app, server)
    try:
        await stage.build()
        yield stage
    finally:
        await stage.close()
        await server.close()
