"""Promises of a wait, kept true: after each change of a line, and now and then while it stands.

One node at a time computes for an organisation, at most once a second, and so seldom that it takes
a twentieth of a core at most. What it finds is stored by a script for every waiting visitor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import cast
from weakref import WeakValueDictionary

import msgspec
import numpy as np
import structlog
from redis.exceptions import RedisError

from signaling import keys
from signaling.forecast import Curve
from signaling.ids import ConsultationId, LineId, NodeId, OrganisationId, TopicId
from signaling.journal import now_ms
from signaling.model import State
from signaling.outlook import Change, Outlook, outlook, promise
from signaling.ports import RedisClient
from signaling.reading import number
from signaling.scripts import Scripts, Verb
from signaling.snapshot import Snapshot, Waiting, read
from signaling.tasks import rest

_log = structlog.stdlib.get_logger(__name__)

_PAUSE_SECONDS = 1.0
"""At least, between two forecasts of one organisation."""
_SHARE = 20
"""A forecast that took a second is not made again for so many seconds."""
_IDLE_SECONDS = 15.0
"""While people wait and nothing changes, time itself does."""
_FRESH_MS = 3000
"""A forecast not older than this answers for who joins now."""
_KEEP_MS = 60_000
_BATCH = 100
"""Promises stored by one run of the script."""
_SEED = 1
"""The same dice each time: what is shown changes because the line did."""

_curve = msgspec.json.Decoder(Curve)


class Promises:
    """Told which organisations changed; keeps their promises."""

    def __init__(
        self, redis: RedisClient, scripts: Scripts, node: NodeId, clock: Callable[[], float]
    ) -> None:
        self._redis = redis
        self._scripts = scripts
        self._node = node
        self._clock = clock
        self._due: dict[OrganisationId, float] = {}
        self._changed: dict[OrganisationId, float] = {}
        """When this node heard of the first change that it has not seen in a forecast."""
        self._not_before: dict[OrganisationId, float] = {}
        self._handling: dict[OrganisationId, dict[TopicId, float]] = {}
        """Configured lengths (s) seen so far, for lines in which nobody waits just now."""
        self._doors: WeakValueDictionary[OrganisationId, asyncio.Lock] = WeakValueDictionary()
        self._wake = asyncio.Event()

    def changed(self, organisation: OrganisationId) -> None:
        """The organisation's line or staff is no longer as it was."""
        now = self._clock()
        self._changed.setdefault(organisation, now)
        self._look_at(organisation, max(now, self._not_before.get(organisation, 0)))

    async def run(self) -> None:
        """Keep them for ever; an interruption of Redis is waited out."""
        for each in await self._redis.smembers(keys.ORGANISATIONS):
            self._look_at(OrganisationId(str(each)), self._clock())
        while True:
            await self._wait()
            now = self._clock()
            for organisation in [each for each, due in self._due.items() if due <= now]:
                del self._due[organisation]
                try:
                    await self.look(organisation)
                except (RedisError, OSError) as fault:
                    _log.warning("promises.interrupted", fault=str(fault))
                    self._not_before[organisation] = self._clock() + _PAUSE_SECONDS
                    self.changed(organisation)

    async def first(self, organisation: OrganisationId, consultation: ConsultationId) -> bool:
        """Promise something to a visitor who has just joined; whether they wait and know it.

        Answered from a forecast of the last seconds, or by a new one. Whom such a forecast does
        not speak of (they need an interpreter, say) hears from the next.
        """
        try:
            waiting = await self._find(organisation, consultation)
            if waiting is None:
                return False
            if not await self._from_forecast(organisation, waiting):
                async with self._doors.setdefault(organisation, asyncio.Lock()):
                    # Somebody who was before us at the door may have made one.
                    if not await self._from_forecast(organisation, waiting):
                        await self.refresh(organisation)
            waiting = await self._find(organisation, consultation)
        except (RedisError, OSError) as fault:
            # They have their place; the promise follows when Redis is back.
            _log.warning("promises.late", fault=str(fault))
            return False
        return waiting is not None and bool(waiting.raw)

    def _look_at(self, organisation: OrganisationId, when: float) -> None:
        if when < self._due.get(organisation, float("inf")):
            self._due[organisation] = when
            self._wake.set()

    async def _wait(self) -> None:
        first = min(self._due.values(), default=None)
        pause = None if first is None else first - self._clock()
        await rest(self._wake, pause)

    async def look(self, organisation: OrganisationId) -> bool:
        """Make a forecast if there is none of what changed, and no other node is making one."""
        now = await now_ms(self._redis)
        name = keys.forecast(organisation)
        at, waiting = cast("list[str | None]", await self._redis.hmget(name, ["at", "waiting"]))
        heard = self._changed.get(organisation)
        limit = _IDLE_SECONDS if heard is None else self._clock() - heard
        if number(at) > now - limit * 1000:
            self._changed.pop(organisation, None)
            if number(waiting):
                self._look_at(organisation, self._clock() + _IDLE_SECONDS)
            return False
        pause = max(_PAUSE_SECONDS, self._not_before.get(organisation, 0) - self._clock())
        claim = keys.forecaster(organisation)
        if not await self._redis.set(claim, self._node, nx=True, px=round(pause * 1000)):
            self._look_at(organisation, self._clock() + _PAUSE_SECONDS)
            return False
        async with self._doors.setdefault(organisation, asyncio.Lock()):
            await self.refresh(organisation)
        return True

    async def refresh(self, organisation: OrganisationId) -> None:
        """Run the line forward and keep what follows for everyone who waits."""
        begun = self._clock()
        self._changed.pop(organisation, None)
        handling = self._handling.setdefault(organisation, {})
        snapshot = await read(self._redis, organisation, handling)
        handling.update((topic, talks.configured) for topic, talks in snapshot.talks.items())
        curves: dict[LineId, Curve] = {}
        if snapshot.visitors:
            found = await asyncio.to_thread(_think, snapshot)
            curves = found.curves
            await self._store(organisation, found.changes)
        await self._note(organisation, snapshot, curves)
        now = self._clock()
        pause = min(_IDLE_SECONDS, _SHARE * (now - begun))
        self._not_before[organisation] = now + max(_PAUSE_SECONDS, pause)
        if snapshot.visitors:
            self._look_at(organisation, now + _IDLE_SECONDS)

    async def _store(self, organisation: OrganisationId, changes: Sequence[Change]) -> None:
        for start in range(0, len(changes), _BATCH):
            batch = changes[start : start + _BATCH]
            await self._scripts.run(Verb.PROMISE, organisation, promises=batch)

    async def _note(
        self, organisation: OrganisationId, snapshot: Snapshot, curves: dict[LineId, Curve]
    ) -> None:
        """Let every node answer for who joins next."""
        name = keys.forecast(organisation)
        fields = {str(line): msgspec.json.encode(curve) for line, curve in curves.items()}
        fields["at"] = str(snapshot.at).encode()
        fields["waiting"] = str(len(snapshot.visitors)).encode()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(name)
            pipe.hset(name, mapping=fields)  # type: ignore[arg-type] # dict is invariant
            pipe.pexpire(name, _KEEP_MS)
            await pipe.execute()

    async def _from_forecast(self, organisation: OrganisationId, waiting: Waiting) -> bool:
        """Promise what the last forecast says; False: there is none that is fresh."""
        if waiting.raw:
            return True
        now = await now_ms(self._redis)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(keys.forecast(organisation), ["at", "waiting", waiting.line])
            pipe.zrank(keys.line(organisation, waiting.line), waiting.id)
            (at, anyone, body), rank = await pipe.execute()
        if number(at) < now - _FRESH_MS or not number(anyone):
            return False
        if body is not None and rank is not None and not waiting.interpreter:
            change = promise(waiting, _curve.decode(body), rank, now)
            await self._store(organisation, [] if change is None else [change])
        return True

    async def _find(
        self, organisation: OrganisationId, consultation: ConsultationId
    ) -> Waiting | None:
        """The visitor, while they wait."""
        name = keys.consultation(organisation, consultation)
        fields = ["state", "line", "topic", "interpreter", "promise"]
        state, line, topic, interpreter, raw = cast(
            "list[str | None]", await self._redis.hmget(name, fields)
        )
        if state != State.WAITING or line is None:
            return None
        return Waiting(
            id=consultation,
            line=LineId(line),
            topic=TopicId(topic or ""),
            interpreter=interpreter or "",
            raw=raw or "",
        )


def _think(snapshot: Snapshot) -> Outlook:
    return outlook(snapshot, np.random.default_rng(_SEED))
