"""The verbs of the line as Redis gets them: by the thousand, without the client's share.

What each verb is called with comes from the real use cases, so that nothing is left out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Any

import hiredis
import msgspec

from signaling import keys
from signaling.addresses import parse_address
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    LinkId,
    NodeId,
    OrganisationId,
    PersonId,
    TopicId,
    UserId,
    line_id,
    new_ulid,
)
from signaling.model import BoothPrincipal, Duty, Outcome, Side, Status, Topic
from signaling.ports import RedisClient, Timings
from signaling.presence import Presence
from signaling.scripts import Argument, Scripts, Verb, library
from signaling.tickets import Wish
from signaling.waiting_room import WaitingRoom

Command = tuple[str, ...]

LINES = 150
EMPTY, EMPTY_LINES = 100_000, 15
"""Lines in which nobody waits: the number of the first, and how many."""
_ANSWERS = {
    Verb.JOIN: '{"id": "", "ticket": "", "place": 0, "waiting": 0}',
    Verb.ATTACH: '{"resumed": false, "token": "", "seq": 0, "since": 0, "at": 0, "link": "", '
    '"other": ""}',
}
_LANGUAGE, _MODE = "ru", "speech"
_HOURS = Timings(offer=36_000, connect=36_000, wrap_up=36_000, grace=36_000, resume=36_000)
"""Nothing runs out while it is measured."""
_STAT = re.compile(r"cmdstat_fcall:calls=(\d+),usec=(\d+)")
_READ_BYTES = 1 << 18


class Pipe:
    """A connection to Redis that takes many commands at once."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> Pipe:
        path = parse_address(url).options["path"]
        return cls(*await asyncio.open_unix_connection(path, limit=_READ_BYTES))

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """All their answers; `hiredis.ReplyError` if one of them failed."""
        # hiredis says "a tuple of one" where it takes any.
        packed = (hiredis.pack_command(each) for each in commands)  # type: ignore[arg-type]
        self._writer.write(b"".join(packed))
        parser = hiredis.Reader(encoding="utf-8")
        answers: list[Any] = []
        while len(answers) < len(commands):
            parser.feed(await self._reader.read(_READ_BYTES))
            while (answer := parser.gets()) is not False:
                if isinstance(answer, hiredis.ReplyError):
                    raise answer
                answers.append(answer)
        return answers

    async def cost(self, calls: Sequence[Command]) -> float:
        """Microseconds that Redis took for each of these calls, by its own clock."""
        reset, info = ("CONFIG", "RESETSTAT"), ("INFO", "commandstats")
        *answers, said = (await self.ask([reset, *calls, info]))[1:]
        refused = [answer for answer in answers if answer[0] != "ok"]
        if refused:
            raise RuntimeError(f"refused: {refused[0]}")
        found = _STAT.search(said)
        assert found is not None
        return int(found[2]) / int(found[1])

    def close(self) -> None:
        self._writer.close()


class _Noted(Scripts):
    """Notes what a verb is called with instead of running it."""

    def __init__(self, redis: RedisClient) -> None:
        super().__init__(redis)
        self.noted: dict[str, Argument] = {}

    async def run(self, verb: Verb, organisation: OrganisationId, **args: Argument) -> str | None:
        self.noted = {"organisation": organisation, **args}
        return _ANSWERS.get(verb)


def topic_of(number: int) -> TopicId:
    return TopicId(f"topic{number}")


def duty_of(lines: Iterable[int]) -> Duty:
    return Duty(lines=tuple(line_id(topic_of(each), _LANGUAGE, _MODE) for each in lines))


class Verbs:
    """Calls of one organisation."""

    def __init__(self, redis: RedisClient) -> None:
        self.organisation = OrganisationId(new_ulid())
        self._redis = redis
        self._scripts = _Noted(redis)
        self._room = WaitingRoom(redis, self._scripts, _HOURS)
        self._presence = Presence(redis, self._scripts, _HOURS)
        self._library, _ = library()
        self._join: dict[str, Argument] = {}
        self._booths = 0

    async def prepare(self) -> None:
        """Load the library, and note what a visitor's arrival says."""
        await self._redis.function_load(library()[1], replace=True)
        booth = BoothPrincipal(
            organisation=self.organisation,
            centre=CentreId(new_ulid()),
            booth=BoothId(""),
            name="Booth 7",
            centre_name="Centre in the Main Street",
            ticket_prefix="B",
            timezone="Europe/Moscow",
        )
        names = {_LANGUAGE: "Загранпаспорт"}
        topic = Topic(id=topic_of(0), code="t", names=names, hints={}, handling_seconds=300)
        await self._room.join(booth, Wish(topic=topic, language=_LANGUAGE))
        self._join = self._scripts.noted

    async def page(self, person: PersonId, duty: Duty | None = None) -> Command:
        """Somebody opens their page."""
        await self._presence.attach(
            self.organisation,
            person,
            node=NodeId("node"),
            connection="connection",
            token="token",
            resume=None,
            seq=0,
            since=None,
            duty=duty,
        )
        return self._call(Verb.ATTACH)

    def new_booth(self) -> BoothId:
        self._booths += 1
        return BoothId(f"booth{self._booths}")

    def arrive(self, booth: BoothId, line: int) -> tuple[ConsultationId, Command]:
        """A visitor takes a ticket for that line; the consultation and the call."""
        consultation, topic = ConsultationId(new_ulid()), topic_of(line)
        self._scripts.noted = {
            **self._join,
            "booth": booth,
            "consultation": consultation,
            "topic": topic,
            "line": line_id(topic, _LANGUAGE, _MODE),
        }
        return consultation, self._call(Verb.JOIN)

    async def status(self, user: UserId, status: Status, duty: Duty) -> Command:
        await self._room.set_status(self.organisation, user, status, duty)
        return self._call(Verb.SET_STATUS)

    async def accept(self, user: UserId, link: LinkId) -> Command:
        await self._room.accept(self.organisation, user, link)
        return self._call(Verb.ACCEPT)

    async def see(self, side: Side, who: BoothId | UserId, link: LinkId) -> Command:
        await self._room.media_arrived(self.organisation, side, who, link)
        return self._call(Verb.MEDIA_ARRIVED)

    async def hang_up(self, user: UserId, consultation: ConsultationId) -> Command:
        await self._room.hang_up(self.organisation, Side.CONSULTANT, user, consultation)
        return self._call(Verb.HANG_UP)

    async def finish(self, user: UserId, consultation: ConsultationId) -> Command:
        await self._room.finish(self.organisation, user, consultation, Outcome.SERVED)
        return self._call(Verb.FINISH)

    def asked_for(self, user: UserId) -> Command:
        """Which consultation the consultant has."""
        return ("HGET", keys.consultant(self.organisation, user), "consultation")

    def booth_of(self, consultation: ConsultationId) -> Command:
        return ("HGET", keys.consultation(self.organisation, consultation), "booth")

    def _call(self, verb: Verb) -> Command:
        body = msgspec.json.encode(self._scripts.noted).decode()
        return ("FCALL", f"{self._library}_{verb}", "1", keys.prefix(self.organisation), body)
