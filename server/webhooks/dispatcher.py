"""The dispatcher: tells webhooks what was archived, on every node at once.

It takes what is due from the queue in SQL, makes the attempts side by side, and writes down what
became of them. A receiver that fails or hangs gets one attempt at a time from each node, and all of
that kind together at most half of the node's attempts, so the others do not wait for them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Protocol

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from server.webhooks.backoff import wait_ms
from server.webhooks.horizon import Horizon, Place
from server.webhooks.queue import Delivery, Queue, Target
from server.webhooks.sender import Sender
from signaling.ids import OrganisationId
from signaling.ports import RedisClient
from signaling.tasks import end

SLOTS = 64
"""Attempts that a node makes at once."""
EACH = 8
"""Those of them for one webhook."""
DEAD_KEPT = 1000
"""How much the dead-letter list of a webhook holds."""
_AILING = 3
"""Failures in a row after which a webhook gets one attempt at a time."""
_HOLD_MARGIN_MS = 20_000
"""Beside the attempt itself, for writing down what became of it."""
_SWEEP_MS = 60_000
_ASIDE_SECONDS = 10
"""Beginning with the question that an organisation's journal did not answer."""
_HOUR_MS = 3_600_000
_LONGEST_RETRY = 10.0

_log = structlog.stdlib.get_logger(__name__)


class Observer(Protocol):
    """Told how deliveries go, for metrics; must not block."""

    def webhook_delivered(self) -> None:
        """One was delivered."""

    def webhook_failed(self) -> None:
        """An attempt failed."""

    def webhook_given_up(self, deliveries: int) -> None:
        """So many were put on the dead-letter list."""


class Dispatcher:
    """One node's part of telling webhooks.

    Args:
        redis: with the journals.
        queue: what is to be delivered.
        sender: makes the attempts.
        observer: is told of each.
        attempt_seconds: the longest one.
        hours: after which a delivery is given up.
        idle_seconds: how often to look without being woken: for attempts to be made again, and
            for what dead nodes left.
        stop_seconds: how long a stop waits for attempts under way.
        woken: is set by whoever knows that something may be due now.
        clock: milliseconds, the same for all nodes; the queue's when not given.
        random: where the chance in waiting times comes from.
    """

    def __init__(
        self,
        redis: RedisClient,
        queue: Queue,
        sender: Sender,
        *,
        observer: Observer,
        attempt_seconds: float = 10,
        hours: float = 24,
        idle_seconds: float = 2,
        stop_seconds: float = 1,
        woken: asyncio.Event | None = None,
        clock: Callable[[], Awaitable[int]] | None = None,
        random: Random | None = None,
    ) -> None:
        self._horizon = Horizon(redis)
        self._queue = queue
        self._sender = sender
        self._observer = observer
        self._hold_ms = round(attempt_seconds * 1000) + _HOLD_MARGIN_MS
        self._give_up_ms = round(hours * _HOUR_MS)
        self._idle_seconds = idle_seconds
        self._stop_seconds = stop_seconds
        self._clock = clock or queue.now
        self._random = random or Random()  # noqa: S311 - spreads load, guards nothing
        self._woken = woken or asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._aside: dict[OrganisationId, float] = {}
        self._next_sweep = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while the context is open."""
        task = asyncio.create_task(self._run(), name="webhook dispatcher")
        try:
            yield
        finally:
            await end([task])
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._stop_seconds)
            await end(self._tasks)

    async def _run(self) -> None:
        retry = self._idle_seconds
        while True:
            self._woken.clear()
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001 - supervisor: nothing may end delivering
                _log.warning("webhook.interrupted", fault=type(error).__name__, retry_seconds=retry)
                await asyncio.sleep(retry)
                retry = min(retry * 2, _LONGEST_RETRY)
                continue
            retry = self._idle_seconds
            with suppress(TimeoutError):
                async with asyncio.timeout(self._idle_seconds):
                    await self._woken.wait()

    async def _round(self) -> None:
        now = await self._clock()
        if now >= self._next_sweep:
            await self._sweep(now)
            self._next_sweep = now + _SWEEP_MS
        targets = await self._queue.targets(now)
        organisations = list({target.organisation for target in targets})
        found = await asyncio.gather(*(self._archived_before(each) for each in organisations))
        horizons = dict(zip(organisations, found, strict=True))
        # Those in good health first: the others get what is left.
        for target in sorted(targets, key=self._is_ailing):
            before = horizons[target.organisation]
            if before is not None and self._room(target) > 0:
                await self._serve(target, now, before)

    async def _archived_before(self, organisation: OrganisationId) -> Place | None:
        now = asyncio.get_running_loop().time()
        if self._aside.get(organisation, now) > now:
            return None
        self._aside.pop(organisation, None)
        try:
            return await self._horizon.archived_before(organisation)
        except RedisError as error:
            # One master of a cluster is away, or this journal is being made anew: the others go on,
            # and do not wait for it at each round.
            self._aside[organisation] = now + _ASIDE_SECONDS
            fault = type(error).__name__
            _log.warning("webhook.set_aside", organisation=organisation, fault=fault)
            return None

    async def _serve(self, target: Target, now: int, before: Place) -> None:
        until, room = now + self._hold_ms, self._room(target)
        for delivery in await self._queue.take(
            target.webhook, now=now, until=until, before=before, limit=room
        ):
            self._under_way[target.webhook] += 1
            task = asyncio.create_task(
                self._attempt(target, delivery), name=f"webhook {target.webhook}"
            )
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _is_ailing(self, target: Target) -> bool:
        return self._faults[target.webhook] >= _AILING

    def _room(self, target: Target) -> int:
        """How many more attempts may be made for this webhook now."""
        each, slots = (1, SLOTS // 2) if self._is_ailing(target) else (EACH, SLOTS)
        return min(each - self._under_way[target.webhook], slots - len(self._tasks))

    async def _attempt(self, target: Target, delivery: Delivery) -> None:
        try:
            error = await self._sender.send(
                target.url, target.secret, delivery.notification(target.code)
            )
        except asyncio.CancelledError:
            with suppress(SQLAlchemyError, OSError):
                await self._queue.give_back(delivery)
            raise
        finally:
            self._under_way[target.webhook] -= 1
        if error is None:
            self._observer.webhook_delivered()
            self._faults.pop(target.webhook, None)
            await self._queue.delivered(delivery)
            return
        self._observer.webhook_failed()
        self._faults[target.webhook] += 1
        wait = wait_ms(delivery.attempts, self._random)
        # The address may hold a secret of the receiver's: it is not for the log.
        _log.info(
            "webhook.failed",
            organisation=target.organisation,
            webhook=target.webhook,
            error=error,
            attempts=delivery.attempts,
            retry_seconds=wait // 1000,
        )
        await self._queue.failed(delivery, error, due_at=await self._clock() + wait)

    async def _sweep(self, now: int) -> None:
        count = await self._queue.give_up(
            queued_before=now - self._give_up_ms, now=now, keep=DEAD_KEPT
        )
        if count:
            self._observer.webhook_given_up(count)
            _log.warning("webhook.given_up", deliveries=count)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # SQL or Redis is away: the delivery is held a while yet, and is then made again.
            _log.warning("webhook.interrupted", fault=type(error).__name__)
