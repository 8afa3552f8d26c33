"""What the pages need from the process around them. ``server`` provides it; tests may too.

Imports run server → web → signaling, so the pages name their needs here and never look back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec
from aiohttp import web

from signaling.events import Measured
from signaling.ids import (
    BoothId,
    CentreId,
    ConsultationId,
    LineId,
    OrganisationId,
    TopicId,
    UserId,
)
from signaling.model import BoothPrincipal, Outcome, Policy, Role, StaffPrincipal, Topic
from signaling.record import Record, TimelineEntry
from signaling.vault import Vault


class NamedCentre(msgspec.Struct, frozen=True, kw_only=True):
    id: CentreId
    code: str
    name: str
    timezone: str


class NamedUser(msgspec.Struct, frozen=True, kw_only=True):
    id: UserId
    name: str
    roles: frozenset[Role]
    interprets: tuple[str, ...] = ()
    """Codes of what they interpret; nothing once they have left."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages show of an organisation: names for ids."""

    id: OrganisationId
    code: str
    name: str
    timezone: str
    policy: Policy
    """How it runs its lines; with the names of priority classes, breaks and interpreting."""
    centres: dict[CentreId, NamedCentre]
    booths: dict[BoothId, str]
    enrolled: dict[BoothId, CentreId] = {}
    """Those that a browser is now, with their centres."""
    topics: dict[TopicId, Topic]
    """Topics that are open, in the order they are offered; closed ones are not offered."""
    closed_topics: dict[TopicId, Topic]
    """Topics of old records."""
    users: dict[UserId, NamedUser]
    signed: frozenset[LineId] = frozenset()
    """Lines in sign language in which a consultant who has not left has a skill."""
    tokens: dict[str, str] = {}
    """Name by id of API tokens, also of those that are revoked."""


class LogFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which records; every field narrows, None does not."""

    day_from: str | None = None
    """ISO date in the organisation's time zone, inclusive."""
    day_to: str | None = None
    """ISO date, inclusive."""
    centre: CentreId | None = None
    topic: TopicId | None = None
    consultant: UserId | None = None
    outcome: Outcome | None = None


COUNT_LIMIT = 100_000
"""Counting goes no further: a number beyond it helps nobody and costs a second to find."""


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the session log, newest first."""

    records: list[Record]
    total: int
    """How many the filter finds; `COUNT_LIMIT` means so many or more."""
    older: str | None
    """Cursor of the next page, or None at the end."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in the lines of a topic around one visitor's wait."""

    records: list[Record]
    """Others of the topic who may have waited then; of very many, those who came nearest."""
    entries: list[TimelineEntry]
    """When the page of the visitor's booth was away, and what staff let the topic's lines do;
    oldest first."""


class People(Protocol):
    """Who staff and booths are, and how they prove it."""

    async def sign_in(self, email: str, password: str) -> StaffPrincipal | None:
        """The person whose e-mail and password these are, with their `password_mark`."""

    async def staff(self, user: UserId) -> StaffPrincipal | None:
        """A signed-in person as they are now, with their `password_mark`; None once closed."""

    async def booth(self, credential: str) -> BoothPrincipal | None:
        """The booth that holds this credential; None once revoked."""

    async def enrol(self, code: str) -> str | None:
        """Trade a one-time code for a booth's credential."""

    async def enrol_demo(self) -> str | None:
        """A credential for a demo booth; None unless the node runs with --demo."""

    async def organisation(self, organisation: OrganisationId) -> Organisation:
        """Names for the organisation's ids."""


class SessionLog(Protocol):
    """The archive as supervisors read it."""

    async def page(
        self, organisation: OrganisationId, where: LogFilter, *, before: str | None, limit: int
    ) -> LogPage:
        """Records, newest first; `before` is the `older` cursor of the page above."""

    async def record(
        self, organisation: OrganisationId, consultation: ConsultationId
    ) -> tuple[Record, list[TimelineEntry]] | None:
        """One record with its events, or None if the organisation has none of that id."""

    async def measured(self, record: Record) -> list[Measured]:
        """What the pages measured of its links, oldest first."""

    async def around(self, record: Record, until: int) -> Around:
        """What may explain how long that visitor of the record's organisation waited until then."""

    def export(self, organisation: OrganisationId, where: LogFilter) -> AsyncIterator[Record]:
        """All records, newest first, read in batches."""


class Access(Protocol):
    """How people come in and go out: checked, throttled and remembered in a cookie."""

    async def staff(self, request: web.Request) -> StaffPrincipal | None:
        """Who is signed in, as they are now, or None."""

    async def sign_in(self, request: web.Request, email: str, password: str) -> StaffPrincipal:
        """Begin a session; `OknoError` with ``wrong_credentials`` or ``too_fast``."""

    async def sign_out(self, request: web.Request) -> None:
        """End the session, and take a consultant offline."""

    async def enrol(self, request: web.Request, code: str) -> str:
        """Trade a code for a booth's credential; `OknoError` ``bad_code`` or ``too_fast``."""


class CheckSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """How often idle booths check themselves."""

    minutes: float
    """0: never."""
    sound_hours: float
    """How often with a tone; 0: never."""


CHECKS: web.AppKey[CheckSchedule] = web.AppKey("checks", CheckSchedule)
PEOPLE: web.AppKey[People] = web.AppKey("people", People)
SESSION_LOG: web.AppKey[SessionLog] = web.AppKey("session_log", SessionLog)
VAULT: web.AppKey[Vault | None] = web.AppKey("vault")
"""Where recordings are; None: nothing is recorded here."""
ACCESS: web.AppKey[Access] = web.AppKey("access", Access)
