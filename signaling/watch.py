"""Keeps the views on the pages of this node up to date, at most once a second each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from redis.exceptions import RedisError

from signaling import keys, places, views
from signaling.connection import Connection
from signaling.errors import OknoError
from signaling.ids import BoothId, ConsultationId, OrganisationId, booth_person
from signaling.journal import now_ms
from signaling.messages import Place, Wall
from signaling.model import Policy
from signaling.peers import Peers
from signaling.ports import RedisClient
from signaling.reading import hashes
from signaling.tasks import rest

_log = structlog.stdlib.get_logger(__name__)
_INTERVAL_SECONDS = 1.0
_SHARE = 10
"""Views that took a second to make are not made again for so many seconds."""
_LONGEST_SECONDS = 10.0

Policies = Callable[[OrganisationId], Awaitable[Policy]]
"""How an organisation runs its lines; raises `OknoError` while nobody knows."""
_Shown = tuple[str, int | None, Place]
"""Connection, number of its last state, and the place it was shown since."""


class Watch:
    """Told which organisations changed; recomputes what their pages here are shown.

    The first change is shown at once, those within the next second together after it. Booths where
    nobody waits cost nothing: those who wait are found from the line, not from the sockets.
    """

    def __init__(
        self, redis: RedisClient, peers: Peers, policies: Policies, clock: Callable[[], float]
    ) -> None:
        self._redis = redis
        self._peers = peers
        self._policies = policies
        self._clock = clock
        self._dirty: set[OrganisationId] = set()
        self._not_before: dict[OrganisationId, float] = {}
        self._booths: dict[OrganisationId, dict[ConsultationId, BoothId]] = {}
        """Where those who wait sit, as far as it is known."""
        self._shown: dict[OrganisationId, dict[ConsultationId, _Shown]] = {}
        self._timezones: dict[OrganisationId, str] = {}
        self._wake = asyncio.Event()

    def changed(self, organisation: OrganisationId) -> None:
        """The organisation's line or staff is no longer what the pages show."""
        self._dirty.add(organisation)
        self._wake.set()

    async def run(self) -> None:
        """Refresh for ever; an interruption of Redis is waited out."""
        while True:
            await self._wait()
            now = self._clock()
            for organisation in [
                each for each in self._dirty if self._not_before.get(each, 0) <= now
            ]:
                self._dirty.discard(organisation)
                begun = self._clock()
                try:
                    await self.refresh(organisation)
                except (RedisError, OSError) as fault:
                    _log.warning("watch.interrupted", fault=str(fault))
                    self._dirty.add(organisation)
                pause = min(_LONGEST_SECONDS, _SHARE * (self._clock() - begun))
                self._not_before[organisation] = begun + max(_INTERVAL_SECONDS, pause)

    async def _wait(self) -> None:
        now = self._clock()
        pause = min((self._not_before.get(each, 0) - now for each in self._dirty), default=None)
        await rest(self._wake, pause)

    async def refresh(self, organisation: OrganisationId) -> None:
        """Recompute the views of the organisation's pages on this node."""
        by_surface: dict[str, list[Connection]] = {}
        for each in self._peers.of(organisation):
            by_surface.setdefault(each.surface, []).append(each)
        if desks := by_surface.get("desk"):
            wall = await self._wall(organisation)
            for each in desks:
                each.show(wall)
        if workspaces := by_surface.get("workspace"):
            served = {each.lines for each in workspaces}
            lines = await views.line_views(self._redis, organisation, served)
            for each in workspaces:
                if each.lines in lines:
                    each.show(lines[each.lines])
        if "booth" in by_surface:
            await self._show_places(organisation)
        else:
            self._booths.pop(organisation, None)
            self._shown.pop(organisation, None)

    async def refresh_one(self, connection: Connection) -> None:
        """The views of one page that has just come, or whose visitor has just joined."""
        organisation = connection.organisation
        match connection.surface:
            case "desk":
                connection.show(await self._wall(organisation))
            case "workspace":
                lines = connection.lines
                found = await views.line_views(self._redis, organisation, {lines})
                connection.show(found[lines])
            case _ if connection.person is not None:
                booth = BoothId(connection.person.removeprefix("booth:"))
                place = await places.place(self._redis, organisation, booth)
                if place is not None:
                    connection.show(place)

    async def _wall(self, organisation: OrganisationId) -> Wall:
        try:
            self._timezones[organisation] = (await self._policies(organisation)).timezone
        except OknoError:
            _log.debug("watch.policy_unknown", organisation=organisation)
        timezone = self._timezones.get(organisation, Policy().timezone)
        day = views.day_of(await now_ms(self._redis), timezone)
        return await views.wall(self._redis, organisation, day)

    async def _show_places(self, organisation: OrganisationId) -> None:
        """One look at the line for all booths of this node."""
        lines = await places.queues(self._redis, organisation)
        everyone = [member for members in lines.values() for member in members]
        booths = await self._find_booths(organisation, everyone)
        pages = {
            consultation: page
            for consultation, booth in booths.items()
            if (page := self._peers.find(organisation, booth_person(booth))) is not None
        }
        standing = await places.places(self._redis, organisation, lines, pages)
        before, now = self._shown.get(organisation, {}), {}
        for consultation, place in standing.items():
            page = pages[consultation]
            # A page forgets its place with each new state.
            now[consultation] = (page.name, page.seq, place)
            if before.get(consultation) != now[consultation]:
                page.show(place)
        self._shown[organisation] = now

    async def _find_booths(
        self, organisation: OrganisationId, waiting: list[ConsultationId]
    ) -> dict[ConsultationId, BoothId]:
        """Where they sit; asked once of each, but for tickets no booth has claimed yet."""
        known = self._booths.get(organisation, {})
        found = {each: known[each] for each in waiting if each in known}
        unknown = [each for each in waiting if each not in known]
        names = [keys.consultation(organisation, each) for each in unknown]
        rows = await hashes(self._redis, names, ("booth",))
        for each, (booth,) in zip(unknown, rows, strict=True):
            if booth:
                found[each] = BoothId(booth)
        self._booths[organisation] = found
        return found
