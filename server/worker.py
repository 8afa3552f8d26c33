"""One process of a node: answers on the sockets its parent listens on.

It is started by `server.processes` as ``python -m server.worker`` and is told its settings by the
environment, so it looks like its parent to anyone who inspects it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import os
import resource
import signal
import socket
import ssl
from collections.abc import Sequence

import click
import structlog
import uvloop
from aiohttp import web

from server import logs
from server.app import create_app
from server.health import STOPPING
from server.readiness import tell
from server.settings import Settings, load_settings
from server.tls import server_context

_log = structlog.stdlib.get_logger("server.worker")
_GARBAGE = (2000, 10, 50)
"""What `gc.set_threshold` takes; a million new objects at most wait to be looked through."""


@click.command()
@click.option("--listener", "listeners", type=int, multiple=True, required=True)
@click.option("--ready", type=int, required=True)
@click.option("--demo", is_flag=True)
def main(listeners: tuple[int, ...], ready: int, demo: bool) -> None:
    """Serve on inherited sockets, given by their file descriptors."""
    settings = load_settings()
    logs.configure(settings)
    allow_many_files()
    uvloop.run(_serve(settings, [socket.socket(fileno=each) for each in listeners], ready, demo))


def allow_many_files() -> None:
    """Open as many files as the system lets us: each page is one, and the usual limit is 1024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError):  # macOS: no limit in name, but one in fact
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(
    settings: Settings, listeners: Sequence[socket.socket], ready: int, demo: bool
) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    app = create_app(settings, demo=demo)
    runner = web.AppRunner(
        app,
        access_log_class=logs.RequestLogger,
        # Half for the sockets, which are told to go elsewhere first, half for requests under way.
        shutdown_timeout=settings.stop_seconds / 2,
    )
    await runner.setup()
    try:
        context = _tls(settings)
        for listener in listeners:
            await web.SockSite(runner, listener, ssl_context=context).start()
        _settle()
        tell(ready)
        _log.info("worker.ready", pid=os.getpid())
        await stop.wait()
        # The kernel ends us should the event loop hang: nobody may be there any more to do it.
        signal.alarm(math.ceil(settings.drain_seconds + settings.stop_seconds) + 1)
        app[STOPPING].set()
        await asyncio.sleep(settings.drain_seconds)
    finally:
        await runner.cleanup()
        _log.info("worker.stopped", pid=os.getpid())


def _settle() -> None:
    """Take what is loaded by now for granted: looking all through it for garbage took 150 ms.

    Pages by the thousand stay long as well, so their generation is looked through more seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """The parent has turned ``auto`` into files."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return server_context(settings.tls_certificate, settings.tls_key)


if __name__ == "__main__":
    main()
