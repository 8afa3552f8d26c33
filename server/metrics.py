"""``/metrics`` for Prometheus, right whichever of the workers on the port is asked.

Counts are kept in files shared by the workers of a node (the library's multiprocess mode, which
the parent process switches on); what is live in the line is read from Redis when asked for.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

import signaling
from server.archive import ARCHIVE_OBSERVER, ARCHIVER
from server.archive.database import DATABASE
from server.webhooks import WEBHOOK_OBSERVER
from server.webhooks.queue import Backlog, Queue
from signaling import keys
from signaling.booths import count_unfit
from signaling.ids import OrganisationId
from signaling.measures import Kind
from signaling.messages import Wall
from signaling.model import Side
from signaling.ports import OBSERVER, REDIS, RedisClient
from signaling.reading import hashes, number
from signaling.views import wall

SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The library looks at this variable when it is imported."""
LIVE_SECONDS = 2.0
"""A scrape without what is live is better than one that does not end."""

COUNT_SECONDS = 1.0
"""How late another worker may see what this one received."""

LIVE_GAUGES = {
    "waiting": "Visitors in the line.",
    "longest_wait_seconds": "How long the first of them has waited.",
    "available": "Consultants who take visitors and have none now.",
    "in_conversation": "Consultants who have a visitor, from the offer to the end of wrap-up.",
    "on_break": "Consultants on a break.",
}
"""Fields of the wall."""

COUNTERS = {
    "promised": ("promise_made", "Visitors answered who had been promised a wait."),
    "promise_kept": ("promise_kept", "Of these, answered inside the first range or before it."),
    "promise_error_seconds": (
        "promise_error_seconds",
        "Sum of the distances from their waits to the middle of that range.",
    ),
    "host_calls": ("host_calls", "Calls of booths for a person of their centre."),
    "host_answers": ("host_answers", "Of these, answered by somebody who goes there."),
    "host_answer_seconds": ("host_answer_seconds", "Sum of the times until they were."),
}
"""Figures since ever in Redis, where the scripts that know count them, and their metrics."""


class Live(NamedTuple):
    """What was read from Redis for one scrape."""

    walls: Mapping[OrganisationId, Wall]
    unarchived: int
    unfit: Mapping[OrganisationId, int]
    """Booths that take no visitors, or not all."""
    counts: Mapping[str, int]
    """Figures of `COUNTERS`, of all organisations together."""


_log = structlog.stdlib.get_logger(__name__)


class Metrics:
    """What this process counts: the observer of its sockets and of its archiver."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._sockets = Gauge(
            "okno_sockets",
            "WebSockets that have introduced themselves.",
            ["surface"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._messages = Counter(
            "okno_messages", "Messages received from pages.", ["type"], registry=registry
        )
        self._received: Tally[str] = Tally()
        """Messages not in `_messages` yet: a file shared by processes costs a system call each."""
        self._refusals = Counter(
            "okno_refusals", "Requests answered with an error.", ["code"], registry=registry
        )
        self._archived = Counter(
            "okno_archived", "Journal entries written to SQL.", registry=registry
        )
        self._archive_failures = Counter(
            "okno_archive_failures", "Attempts to archive that failed.", registry=registry
        )
        self._archive_unreadable = Counter(
            "okno_archive_unreadable",
            "Journal entries kept in SQL that this version cannot read.",
            registry=registry,
        )
        self._webhook_delivered = Counter(
            "okno_webhook_delivered", "Events that webhooks were told.", registry=registry
        )
        self._webhook_failed = Counter(
            "okno_webhook_failed", "Attempts to tell webhooks that failed.", registry=registry
        )
        self._webhook_given_up = Counter(
            "okno_webhook_given_up", "Events put on a dead-letter list.", registry=registry
        )
        self._scores = Histogram(
            "okno_media_score",
            "Sound and picture as they reached each side, in spans of five seconds, 0 to 100.",
            ["side", "kind"],
            registry=registry,
            buckets=(20, 40, 80, 90, 100),
        )
        self._requests = Histogram(
            "okno_http_request_seconds",
            "Time to answer an HTTP request.",
            ["method", "route", "status"],
            registry=registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )

    def connected(self, surface: str) -> None:
        self._sockets.labels(surface).inc()

    def disconnected(self, surface: str) -> None:
        self._sockets.labels(surface).dec()

    def received(self, message: str) -> None:
        """Counted at once in memory, and for all workers to see within `COUNT_SECONDS`."""
        if not self._received:
            asyncio.get_running_loop().call_later(COUNT_SECONDS, self.count)
        self._received[message] += 1

    def count(self) -> None:
        """Bring what was received into the counters."""
        for message, times in self._received.items():
            self._messages.labels(message).inc(times)
        self._received.clear()

    def refused(self, code: str) -> None:
        self._refusals.labels(code).inc()

    def scored(self, side: Side, kind: Kind, score: int) -> None:
        self._scores.labels(side, kind).observe(score)

    def archived(self, entries: int) -> None:
        self._archived.inc(entries)

    def archive_failed(self) -> None:
        self._archive_failures.inc()

    def archive_unreadable(self, entries: int) -> None:
        self._archive_unreadable.inc(entries)

    def webhook_delivered(self) -> None:
        self._webhook_delivered.inc()

    def webhook_failed(self) -> None:
        self._webhook_failed.inc()

    def webhook_given_up(self, deliveries: int) -> None:
        self._webhook_given_up.inc(deliveries)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request was answered."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def render(self, live: Live | None, backlog: Backlog | None = None) -> bytes:
        """Everything in Prometheus' text form; reads files when workers share their counts."""
        everything = CollectorRegistry()
        if SHARED_DIRECTORY in os.environ:
            MultiProcessCollector(everything)  # type: ignore[no-untyped-call]  # it has no types
        else:
            everything.register(self.registry)
        everything.register(_Numbers(live, backlog))
        return generate_latest(everything)


METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)


class _Numbers(Collector):
    """What was read for this one scrape."""

    def __init__(self, live: Live | None, backlog: Backlog | None) -> None:
        self._live = live
        self._backlog = backlog

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("okno_info", "The version that runs.", labels=["version"])
        info.add_metric([signaling.__version__], 1)
        yield info
        yield GaugeMetricFamily(
            "okno_live_read", "Whether Redis answered for this scrape.", int(self._live is not None)
        )
        if self._backlog is not None:
            yield GaugeMetricFamily(
                "okno_webhook_pending", "Events that webhooks wait for.", self._backlog.pending
            )
            yield GaugeMetricFamily(
                "okno_webhook_dead", "Events on dead-letter lists.", self._backlog.dead
            )
        if self._live is None:
            return
        yield GaugeMetricFamily(
            "okno_unarchived", "Journal entries that are not in SQL yet.", self._live.unarchived
        )
        for name, meaning in LIVE_GAUGES.items():
            gauge = GaugeMetricFamily(f"okno_{name}", meaning, labels=["organisation"])
            for organisation, now in self._live.walls.items():
                gauge.add_metric([organisation], getattr(now, name))
            yield gauge
        unfit = GaugeMetricFamily(
            "okno_booths_unfit",
            "Booths that refuse conversations after bad checks of themselves.",
            labels=["organisation"],
        )
        for organisation, count in self._live.unfit.items():
            unfit.add_metric([organisation], count)
        yield unfit
        waiting = GaugeMetricFamily(
            "okno_host_waiting",
            "Booths that call a person of their centre and were not answered yet.",
            labels=["organisation"],
        )
        for organisation, now in self._live.walls.items():
            waiting.add_metric([organisation], sum(each.coming_at is None for each in now.calls))
        yield waiting
        for figure, (name, meaning) in COUNTERS.items():
            yield CounterMetricFamily(f"okno_{name}", meaning, self._live.counts.get(figure, 0))


def install(app: web.Application) -> None:
    """Add ``/metrics``, the clock on each request and the observers of sockets and archiver."""
    metrics = Metrics()
    app[METRICS] = metrics
    app[OBSERVER] = metrics
    app[ARCHIVE_OBSERVER] = metrics
    app[WEBHOOK_OBSERVER] = metrics
    app.middlewares.append(time_request)
    app.router.add_get("/metrics", show)


async def show(request: web.Request) -> web.Response:
    """What this node counted, and the line as it is."""
    live, backlog = await asyncio.gather(_live(request.app), _backlog(request.app))
    request.app[METRICS].count()
    body = await asyncio.to_thread(request.app[METRICS].render, live, backlog)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _live(app: web.Application) -> Live | None:
    redis = app[REDIS]
    try:
        async with asyncio.timeout(LIVE_SECONDS):
            known = [OrganisationId(str(each)) for each in await redis.smembers(keys.ORGANISATIONS)]
            walls = {each: await wall(redis, each) for each in known}
            unfit = {each: await count_unfit(redis, each) for each in known}
            return Live(walls, await app[ARCHIVER].lag(), unfit, await _counts(redis, known))
    except (TimeoutError, RedisError, OSError) as fault:
        _log.warning("metrics.incomplete", fault=str(fault) or "timeout")
        return None


async def _counts(redis: RedisClient, known: Sequence[OrganisationId]) -> dict[str, int]:
    rows = await hashes(redis, [keys.totals(each) for each in known], tuple(COUNTERS))
    columns = zip(*rows, strict=True) if rows else ()
    return {
        figure: sum(map(number, column)) for figure, column in zip(COUNTERS, columns, strict=False)
    }


async def _backlog(app: web.Application) -> Backlog | None:
    try:
        return await Queue(app[DATABASE]).backlog()
    except (TimeoutError, SQLAlchemyError, OSError) as fault:
        _log.warning("metrics.incomplete", fault=type(fault).__name__)
        return None


@web.middleware
async def time_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Measure each request by its route; what has no route counts together."""
    begun = time.perf_counter()
    status = HTTPStatus.INTERNAL_SERVER_ERROR.value
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as answer:
        status = answer.status
        raise
    finally:
        resource = request.match_info.route.resource
        if status != HTTPStatus.SWITCHING_PROTOCOLS:  # a socket lasts as long as its page
            request.app[METRICS].answered(
                request.method,
                resource.canonical if resource is not None else "(none)",
                status,
                time.perf_counter() - begun,
            )
    return response
