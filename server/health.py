"""Whether this node is alive, and whether it should be sent people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import structlog
from aiohttp import web
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.archive.database import DATABASE
from signaling.ports import REDIS

CHECK_SECONDS = 2.0
"""A balancer's own limit is seldom below this."""

STOPPING: web.AppKey[asyncio.Event] = web.AppKey("stopping", asyncio.Event)
"""Set when the node is about to go: it still serves, but wants no new people."""

_log = structlog.stdlib.get_logger(__name__)


def install(app: web.Application) -> None:
    """Add ``/healthz`` and ``/readyz``."""
    app[STOPPING] = asyncio.Event()
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)


async def alive(_: web.Request) -> web.Response:
    """200 while the event loop turns: nothing outside this process is asked."""
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """200 when all that a person needs answers in time, else 503; says what does not."""
    checks = dict(
        await asyncio.gather(
            _check("redis", _redis(request.app)), _check("database", _database(request.app))
        )
    )
    checks["node"] = "stopping" if request.app[STOPPING].is_set() else "ok"
    good = set(checks.values()) == {"ok"}
    if not good:
        _log.warning("node.not_ready", **checks)
    return web.json_response({"ready": good, **checks}, status=200 if good else 503)


async def _check(name: str, question: Awaitable[None]) -> tuple[str, str]:
    """The answer in one word. Details are for the log: this page may be open to the world."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await question
    except TimeoutError:
        return name, "timeout"
    except (RedisError, SQLAlchemyError, OSError) as fault:
        _log.warning("check.failed", check=name, fault=str(fault))
        return name, "unavailable"
    return name, "ok"


async def _redis(app: web.Application) -> None:
    await app[REDIS].ping()


async def _database(app: web.Application) -> None:
    async with app[DATABASE].read() as connection:
        await connection.execute(text("SELECT 1"))
