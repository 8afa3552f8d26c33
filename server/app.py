"""The only place where the parts of Okno meet."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from server import api, archive, auth, directory, health, metrics, middlewares, retention, webhooks
from server.directory import tokens
from server.middlewares import MAX_BODY
from server.probe import desk
from server.services import ice, redis_of, timings
from server.settings import Settings
from signaling.install import add_signalling
from signaling.ports import ICE, REDIS, TIMINGS
from web.ports import CHECKS, CheckSchedule
from web.routes import add_pages


def create_app(settings: Settings, *, demo: bool = False) -> web.Application:
    """One worker of a node, not yet started.

    Args:
        settings: of the node. Without ``redis_url`` the app starts a Redis of its own.
        demo: whether a browser that opens the booth is enrolled by itself.
    """
    app = web.Application(client_max_size=MAX_BODY)
    app[TIMINGS] = timings(settings)
    app[ICE] = ice(settings)
    app[CHECKS] = CheckSchedule(
        minutes=settings.check_minutes if settings.probe != "off" else 0,
        sound_hours=settings.check_sound_hours,
    )

    # Engines first: what stands on them is opened after them and closed before them.
    async def redis(app: web.Application) -> AsyncIterator[None]:
        async with redis_of(settings) as app[REDIS]:
            yield

    app.cleanup_ctx.append(redis)
    archive.install(app, settings)
    directory.install(app, demo=demo)
    tokens.install(app, attempts=settings.sign_in_attempts)

    # The clock stands outermost, then what turns errors into answers, then the sessions.
    metrics.install(app)
    webhooks.install(app, settings)
    middlewares.install(app)
    auth.install(app, settings)

    retention.install(app, settings)
    health.install(app)
    desk.install(app, settings)
    api.install(app, limit=settings.api_requests)
    add_pages(app)
    add_signalling(app)
    return app
