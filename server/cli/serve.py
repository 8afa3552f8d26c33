"""``okno serve``: run a node."""

from __future__ import annotations

from typing import Literal

import click
import uvloop

from server import logs, processes
from server.listeners import PortError
from server.settings import load_settings
from server.tls import CertificateError


@click.command()
@click.option("--host", help="Address to listen on (OKNO_HOST).")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one (OKNO_PORT).")
@click.option(
    "--tls",
    type=click.Choice(["off", "files", "auto"]),
    help="https by certificate files, or by a certificate made for trials (OKNO_TLS).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the port; about one for each core.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="Fill in a demo organisation and let a simulated consultant answer.",
)
def serve(
    host: str | None,
    port: int | None,
    tls: Literal["off", "files", "auto"] | None,
    workers: int,
    demo: bool,
) -> None:
    """Run a node until Ctrl-C."""
    settings = load_settings(host=host, port=port, tls=tls)
    logs.configure(settings)
    try:
        uvloop.run(processes.serve(settings, workers=workers, with_demo=demo, say=click.echo))
    except (processes.WorkerError, PortError, CertificateError) as error:
        raise click.ClickException(str(error)) from error
