"""What signalling needs from the process around it, and the keys by which parts of the app meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
from aiohttp import web
from redis.asyncio import Redis

from signaling.ids import BoothId, OrganisationId, TopicId, UserId
from signaling.measures import Kind
from signaling.model import Duty, Mode, Policy, Principal, Side, Topic


def milliseconds(seconds: float) -> int:
    """As Redis and the scripts count time."""
    return round(seconds * 1000)


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """How long things may take, in seconds."""

    offer: float = 20
    connect: float = 20
    wrap_up: float = 90
    grace: float = 120
    heartbeat: float = 15
    resume: float = 120
    recording_days: int = 0
    """How many days recordings are kept; 0: nothing is recorded here."""


class IceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The STUN and TURN servers pages are told of."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str | None = None
    turn_ttl: int = 43200
    relay_only: bool = False


class Directory(Protocol):
    """Organisations and what is in them, as signalling asks for it."""

    async def organisations(self) -> list[OrganisationId]:
        """All of them; background work visits each."""

    async def topic(self, organisation: OrganisationId, topic: TopicId) -> Topic | None:
        """An open topic of that organisation, or None."""

    async def duty(self, organisation: OrganisationId, user: UserId) -> Duty | None:
        """The lines a consultant serves; None if they are none, or closed."""

    async def serves(
        self, organisation: OrganisationId, topic: TopicId, language: str, mode: Mode
    ) -> bool:
        """Whether any consultant who has not left has a skill in that line."""

    async def policy(self, organisation: OrganisationId) -> Policy:
        """How the organisation runs its lines."""

    async def names(self, organisation: OrganisationId, booth: BoothId) -> tuple[str, str] | None:
        """Name of the booth's centre and of the booth."""


class Authenticate(Protocol):
    """Who is behind a request."""

    async def __call__(self, request: web.Request, surface: str) -> Principal | None:
        """The booth (surface ``booth``) or staff member (``workspace``, ``desk``), or None."""


RedisClient = Redis
"""Always made with ``decode_responses=True``: keys and values are text."""

REDIS: web.AppKey[RedisClient] = web.AppKey("redis", Redis)
TIMINGS: web.AppKey[Timings] = web.AppKey("timings", Timings)
ICE: web.AppKey[IceSettings] = web.AppKey("ice", IceSettings)
DIRECTORY: web.AppKey[Directory] = web.AppKey("directory", Directory)
AUTHENTICATE: web.AppKey[Authenticate] = web.AppKey("authenticate", Authenticate)

Translate = Callable[[str, str], str]
"""(language, English text) -> the text in that language."""
TRANSLATE: web.AppKey[Translate] = web.AppKey("translate")

AllowedOrigin = Callable[[web.Request], bool]
"""Whether the request's Origin header is ours (or absent)."""
ALLOWED_ORIGIN: web.AppKey[AllowedOrigin] = web.AppKey("allowed_origin")


class Observer(Protocol):
    """Told what happens on the sockets, for metrics; must not block."""

    def connected(self, surface: str) -> None:
        """A socket was opened and has introduced itself."""

    def disconnected(self, surface: str) -> None:
        """Such a socket is gone."""

    def received(self, message: str) -> None:
        """A message of that type was decoded."""

    def refused(self, code: str) -> None:
        """A request was answered with that error code."""

    def scored(self, side: Side, kind: Kind, score: int) -> None:
        """That side got sound or picture of that score for five seconds."""


OBSERVER: web.AppKey[Observer] = web.AppKey("observer", Observer)
