"""``okno probe``: the other end of booths' calls to themselves and of connection tests."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import click
import uvloop
from aiohttp import web

from server import logs
from server.probe.app import Probe
from server.settings import Settings, load_settings


@click.command()
@click.option(
    "--socket",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Unix socket to answer the node on.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer nodes on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to answer nodes on.")
def probe(socket: Path | None, host: str, port: int | None) -> None:
    """Answer the calls by which booths and people test their devices and the network.

    okno serve runs one beside itself. On a machine of its own it needs --port, and OKNO_PROBE of
    the nodes must name it. Only nodes may reach that port; pages must reach its UDP ports.
    """
    if (socket is None) == (port is None):
        raise click.UsageError("Say either --socket or --port.")
    settings = load_settings()
    logs.configure(settings)
    uvloop.run(_serve(settings, socket, host, port))


async def _serve(settings: Settings, socket: Path | None, host: str, port: int | None) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    held = Probe(most=settings.probe_calls, most_waiting=settings.probe_waiting)
    runner = web.AppRunner(held.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        if socket is not None:
            await web.UnixSite(runner, str(socket)).start()
        else:
            await web.TCPSite(runner, host, port).start()
        await stop.wait()
    finally:
        await runner.cleanup()
