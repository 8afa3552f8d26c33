"""Nodes, their Redis and their archive, each in processes that can be killed, and people there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from server.archive.database import Database
from server.directory.changes import changing
from server.directory.secrets import Passwords
from signaling import keys
from signaling.client import Client
from signaling.cookies import browser_session, enrol_booth, sign_in
from signaling.ids import BoothId, OrganisationId, UserId, booth_person, consultant_person
from signaling.journal import now_ms
from signaling.messages import TakeTicket
from signaling.presence import NODE_SILENT_MS
from signaling.store import open_redis
from tests.browser.node import Node
from tests.engines import RedisProcess, redis_process
from tests.faults.page import Page
from tests.faults.wires import Cable, Door

TIMEZONE = "Europe/Samara"
_CODE = "region"
_CENTRE = "leninsky"
_TOPIC = "passport"
_PASSWORD = "a password of the tests"
_PATIENT = {
    "offer_seconds": 120,
    "connect_seconds": 120,
    "wrap_up_seconds": 120,
    "stun_urls": "stun:127.0.0.1:3478",
    "turn_urls": "turn:127.0.0.1:3478",
    "turn_secret": "of the tests",
}
"""Nothing runs out by itself unless a test wants it to."""


class Installation:
    """One organisation on several nodes. People come in by a door before each of the nodes."""

    def __init__(
        self,
        redis: RedisProcess,
        nodes: Sequence[Node],
        cables: Sequence[Cable],
        database_url: str,
    ) -> None:
        self.server = redis
        """The Redis."""
        self.nodes = nodes
        self.cables = cables
        """Each node's way to Redis."""
        self.redis = open_redis(redis.url)
        self.database = Database(database_url)
        self.organisation = OrganisationId("")
        self.booths: list[BoothId] = []
        self.consultants: list[UserId] = []
        self.ticket = TakeTicket(topic=_TOPIC, language="ru")
        """What every visitor asks for."""
        self._codes: list[str] = []
        self._doors: list[Door] = []
        self._people = contextlib.AsyncExitStack()

    async def fill(self, plan: Path, *, booths: int, consultants: int) -> None:
        """Set the organisation up by its file, with passwords and enrolment codes."""
        await self.nodes[0].okno("apply", str(plan))
        password = await Passwords().hash(_PASSWORD)
        async with changing(self.database, self.redis, _CODE) as changes:
            for number in range(consultants):
                await changes.set_password(_email(number), password)
                self.consultants.append(UserId((await changes.user(_email(number))).id))
            for number in range(booths):
                self._codes.append(await changes.make_code(_CENTRE, str(number)))
                self.booths.append(BoothId((await changes.booth(_CENTRE, str(number))).id))
            self.ticket = TakeTicket(topic=(await changes.topic(_TOPIC)).id, language="ru")
            self.organisation = changes.rows.organisation

    async def start(self, *numbers: int) -> None:
        """Start these nodes, or all, and wait until they answer."""
        await asyncio.gather(*(self.nodes[each].start() for each in numbers or self._all()))

    async def kill(self, *numbers: int) -> None:
        """Kill these nodes, or all of them."""
        await asyncio.gather(*(self.nodes[each].kill() for each in numbers or self._all()))

    async def age(self, *pages: Page) -> None:
        """Let these pages' nodes have been silent for so long that they are taken for dead."""
        long_ago = await now_ms(self.redis) - NODE_SILENT_MS
        for page in pages:
            name = keys.person(self.organisation, page.person)
            node = await self.redis.hget(name, "node")
            await self.redis.zadd(keys.NODES, {str(node): long_ago})

    async def booth(self, number: int, *, on: int = 0) -> Page:
        """The page of a booth, on that node while it lives."""
        door = await self.door(on)
        session = await self._people.enter_async_context(browser_session())
        await enrol_booth(session, door.base, self._codes[number])
        person = booth_person(self.booths[number])
        return await self._seat(Page(Client(session, door.base, "booth"), person, door))

    async def consultant(self, number: int, *, on: int = 0, door: Door | None = None) -> Page:
        """The page of a consultant, on that node while it lives, or by a door of its own."""
        door = door or await self.door(on)
        session = await self._people.enter_async_context(browser_session())
        await sign_in(session, door.base, _email(number), _PASSWORD)
        person = consultant_person(self.consultants[number])
        return await self._seat(Page(Client(session, door.base, "workspace"), person, door))

    async def door(self, on: int, *, only: bool = False) -> Door:
        """A way in to that node, and to others while it is away unless it is the only one."""
        ports = [node.port for node in self.nodes]
        door = Door(ports[on : on + 1] if only else ports[on:] + ports[:on])
        return await self._people.enter_async_context(door.open())

    async def close(self) -> None:
        """Let everyone go, and end what still runs."""
        for cable in self.cables:
            cable.heal()
        self.server.thaw()
        for node in self.nodes:
            node.resume()
        try:
            await self._people.aclose()
        finally:
            await asyncio.gather(*(node.stop() for node in self.nodes))
            await self.redis.aclose()
            await self.database.close()

    def _all(self) -> range:
        return range(len(self.nodes))

    async def _seat(self, page: Page) -> Page:
        await page.open()
        self._people.push_async_callback(page.leave)
        return page


@contextlib.asynccontextmanager
async def installation(
    directory: Path,
    *,
    nodes: int = 2,
    booths: int = 6,
    consultants: int = 3,
    settings: Mapping[str, object] | None = None,
    surroundings: Sequence[Mapping[str, str]] = (),
) -> AsyncIterator[Installation]:
    """An installation at work.

    Args:
        directory: for its files.
        nodes: how many.
        booths: how many.
        consultants: how many.
        settings: of every node, named as in `server.settings`.
        surroundings: what each node's environment has beside them.
    """
    async with contextlib.AsyncExitStack() as stack:
        redis = stack.enter_context(redis_process())
        sockets = Path(redis.url.removeprefix("unix://")).parent
        cables = [
            await stack.enter_async_context(
                Cable(sockets / f"{each}", sockets / "redis.sock").laid()
            )
            for each in range(nodes)
        ]
        database_url = f"sqlite+aiosqlite:///{directory / 'archive.sqlite'}"
        shared = {**_PATIENT, "database_url": database_url, **(settings or {})}
        running = [
            Node(
                directory / f"node{number}",
                settings={**shared, "redis_url": cable.url},
                surroundings=dict(enumerate(surroundings)).get(number),
            )
            for number, cable in enumerate(cables)
        ]
        here = Installation(redis, running, cables, database_url)
        stack.push_async_callback(here.close)
        plan = directory / "region.toml"
        plan.write_text(_plan(booths, consultants))
        await here.fill(plan, booths=booths, consultants=consultants)
        await here.start()
        yield here


def _email(number: int) -> str:
    return f"consultant{number}@region.example"


def _plan(booths: int, consultants: int) -> str:
    listed = ", ".join(f'{{ code = "{each}", name = "Booth {each}" }}' for each in range(booths))
    people = "".join(
        f'[[users]]\nemail = "{_email(each)}"\nname = "Anna {each}"\nroles = ["consultant"]\n'
        for each in range(consultants)
    )
    return f"""\
version = 1
[organisation]
code = "{_CODE}"
name = "Region"
timezone = "{TIMEZONE}"
[[centres]]
code = "{_CENTRE}"
name = "Leninsky"
ticket_prefix = "A"
booths = [{listed}]
[[topics]]
code = "{_TOPIC}"
names.ru = "Passport"
handling_seconds = 300
{people}"""
