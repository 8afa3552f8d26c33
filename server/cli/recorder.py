"""``okno recorder``: writes down conversations whose visitors agreed to it."""

from __future__ import annotations

import asyncio
import signal

import click
import uvloop
from prometheus_client import Gauge, start_http_server

from server import logs
from server.cli.support import Refused
from server.recording import directory_of, vault_of
from server.services import ice, redis_of, timings
from server.settings import Settings, load_settings
from signaling.vault import Vault

AT_ONCE = 4
"""Conversations; what one costs is in docs/BENCHMARKS.md."""


@click.command()
@click.option(
    "--at-once",
    type=click.IntRange(1, 200),
    default=AT_ONCE,
    show_default=True,
    help="Conversations that are recorded at the same time.",
)
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="Serve /metrics there.")
def recorder(at_once: int, metrics_port: int | None) -> None:
    """Record conversations, for the nodes that share its Redis, until stopped.

    Start as many as are needed, wherever OKNO_RECORDING_DIR leads to the same directory as for the
    nodes. One that is stopped hands over what it records; one that dies is replaced within
    seconds.
    """
    settings = load_settings()
    vault = vault_of(settings)
    if vault is None:
        raise Refused("Nothing can be recorded without OKNO_RECORDING_KEY; see okno recording key.")
    logs.configure(settings)
    uvloop.run(_run(settings, vault, at_once, metrics_port))


async def _run(settings: Settings, vault: Vault, at_once: int, metrics_port: int | None) -> None:
    # aiortc takes half a second to load: not for `okno --help`.
    from signaling.media.recorder import Recorder  # noqa: PLC0415

    directory_of(settings).mkdir(mode=0o700, parents=True, exist_ok=True)
    gauge = Gauge("okno_recordings", "Conversations that this recorder records now.")
    if metrics_port is not None:
        start_http_server(metrics_port, addr=settings.host)
    async with redis_of(settings) as redis:
        work = asyncio.create_task(
            Recorder(
                redis,
                timings(settings),
                ice(settings),
                vault,
                at_once=at_once,
                on_change=gauge.set,
            ).run()
        )
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(each, work.cancel)
        await asyncio.wait({work})
        if not work.cancelled():
            work.result()
