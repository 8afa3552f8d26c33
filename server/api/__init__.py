"""The REST API for programs beside Okno, version 1. ``docs/API.md`` is written for who uses it."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from server.api import openapi
from server.api.calls import API_LIMIT, handler_of
from server.api.operation import ROOT
from server.api.table import OPERATIONS

__all__ = ["install"]


def install(app: web.Application, *, limit: int) -> None:
    """Add the operations and their document.

    Args:
        app: must have what the archive, the directory and signalling fill in.
        limit: requests that one token may make in a minute.
    """
    app[API_LIMIT] = limit
    handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
    for operation in OPERATIONS:
        handlers[ROOT + operation.path][operation.method] = handler_of(operation)
    handlers[f"{ROOT}/openapi.json"][hdrs.METH_GET] = _document()
    for path, by_method in handlers.items():
        if hdrs.METH_GET in by_method:
            by_method[hdrs.METH_HEAD] = by_method[hdrs.METH_GET]
        by_method[hdrs.METH_OPTIONS] = _options(sorted([*by_method, hdrs.METH_OPTIONS]))
        for method, handler in by_method.items():
            app.router.add_route(method, path, handler)


def _document() -> Handler:
    text = openapi.text()

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    return show


def _options(methods: list[str]) -> Handler:
    """Say which methods a path has. No page of another site is allowed any: there is no CORS."""

    async def show(_: web.Request) -> web.Response:
        allowed = {hdrs.ALLOW: ", ".join(methods)}
        return web.Response(status=HTTPStatus.NO_CONTENT, headers=allowed)

    return show
