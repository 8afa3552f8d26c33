"""Puts signalling into an app."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from signaling.endpoint import converse, websocket
from signaling.node import NODE, Node
from signaling.ports import DIRECTORY, REDIS, TIMINGS


async def _run_node(app: web.Application) -> AsyncIterator[None]:
    node = Node(app[REDIS], app[TIMINGS], app[DIRECTORY])
    app[NODE] = node
    await node.open()
    yield
    await node.close()


async def _drain(app: web.Application) -> None:
    await app[NODE].drain()


def add_signalling(app: web.Application) -> None:
    """Add `/ws` and the node's background work. The keys of `signaling.ports` must be set."""
    app.middlewares.insert(0, converse)
    app.router.add_get("/ws", websocket, name="ws")
    app.cleanup_ctx.append(_run_node)
    app.on_shutdown.append(_drain)
