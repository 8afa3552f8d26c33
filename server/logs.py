"""What a node writes down about itself: one JSON a line, or text for people.

No personal data: requests are logged without addresses, queries, cookies or who asked.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, Request, StreamResponse
from structlog.typing import Processor

from server.settings import Form, Level, Settings

_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked for every few seconds by machines."""


def configure(settings: Settings) -> None:
    """Log as the settings say."""
    log_as(settings.log_format, settings.log_level)


def log_as(form: Form, level: Level, stream: TextIO | None = None) -> None:
    """Send what this process logs, ours and the libraries', to standard error in one form."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        last: list[Processor] = [
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        # Plain: where rich is installed, structlog would show local variables, secrets among them.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # They tell of each statement and packet at info.
    for talkative in ("alembic", "aiosqlite", "aioice", "aiortc", "asyncio"):
        logging.getLogger(talkative).setLevel(max(root.level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class RequestLogger(AbstractAccessLogger):
    """One line a request: what was asked, what came of it, how long it took."""

    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        level = logging.INFO
        if request.path in _QUIET or request.path.startswith("/static/"):
            level = logging.DEBUG
        self.logger.log(
            level,
            "request",
            extra={
                "method": request.method,
                "path": _without_secrets(request),
                "status": response.status,
                "milliseconds": round(time * 1000, 1),
            },
        )

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(logging.INFO)


def _without_secrets(request: BaseRequest) -> str:
    """The route rather than the address: an address nobody knows may hold anything."""
    if isinstance(request, Request):
        resource = request.match_info.route.resource
        return resource.canonical if resource is not None else "(unknown)"
    return "(unknown)"
