"""``okno simulate``: people made by the machine, over the real wire and with real media."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import uvloop

from server import logs
from server.cli.support import Refused, engines
from server.directory.rows import ChangeError
from server.settings import load_settings

DEMO_EMAIL, DEMO_PASSWORD = "consultant@demo.example", "okno-demo"
"""The consultant of a node that runs with --demo."""

_url = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="OKNO_SIMULATED_URL",
    show_envvar=True,
    help="Address of the node.",
)
_ca = click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="OKNO_SIMULATED_CA",
    show_envvar=True,
    help="Certificate to trust, for a node with a certificate of its own.",
)


@click.group()
def simulate() -> None:
    """People made by the machine: to try a node, and for the demo."""


@simulate.command()
@_url
@_ca
@click.option(
    "--email",
    default=DEMO_EMAIL,
    show_default=True,
    envvar="OKNO_SIMULATED_EMAIL",
    show_envvar=True,
    help="The consultant. Pages open under this account are told that it is used elsewhere.",
)
@click.option(
    "--password",
    default=DEMO_PASSWORD,
    envvar="OKNO_SIMULATED_PASSWORD",
    show_envvar=True,
    help="The consultant's password; the demo's without it.",
)
@click.option("--booth-code", help="One-time code of a booth; a demo node needs none.")
@click.option("--topic", help="Name of the topic; the first one without it.")
@click.option("--language", default="en", show_default=True, help="Language of the consultation.")
@click.option(
    "--talk",
    type=click.FloatRange(1, 600),
    default=5,
    show_default=True,
    help="Seconds of conversation.",
)
@click.option(
    "--within",
    type=click.FloatRange(5, 3600),
    default=90,
    show_default=True,
    help="Seconds after which it has failed.",
)
def call(url: str, ca: Path | None, within: float, **options: Any) -> None:
    """Hold a whole consultation between a simulated visitor and a simulated consultant.

    Ends with 0 only when both received the other's picture and sound and the consultation was
    closed as served.
    """
    # aiortc and numpy take half a second to load: not for `okno --help`.
    from server import simulated  # noqa: PLC0415

    wanted = simulated.Wanted(url=url, trust=_trust(ca), **options)
    try:
        finished = _run(simulated.hold_call(wanted, within=within, say=click.echo))
    except simulated.SimulationError as error:
        raise click.ClickException(str(error)) from error
    if not finished:
        raise click.Abort


@simulate.command()
@_url
@_ca
@click.option("--email", required=True, envvar="OKNO_SIMULATED_EMAIL", show_envvar=True)
@click.option("--password", required=True, envvar="OKNO_SIMULATED_PASSWORD", show_envvar=True)
@click.option(
    "--talk",
    type=click.FloatRange(1),
    default=300,
    show_default=True,
    help="Seconds after which the consultant hangs up.",
)
def consultant(url: str, ca: Path | None, email: str, password: str, talk: float) -> None:
    """Take every visitor as this consultant until stopped, over restarts of the node."""
    from server import simulated  # noqa: PLC0415 - as above

    logs.configure(load_settings())
    try:
        _run(simulated.work(url, _trust(ca), email=email, password=password, talk=talk))
    except simulated.SimulationError as error:
        raise click.ClickException(str(error)) from error


@simulate.command()
@_url
@_ca
@click.option("--booths", type=click.IntRange(1, 20_000), default=50, show_default=True)
@click.option("--consultants", type=click.IntRange(1, 20_000), default=20, show_default=True)
@click.option(
    "--rate",
    type=click.FloatRange(0.01, 10_000),
    default=2,
    show_default=True,
    help="Visitors a second, on average.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 86_400),
    default=60,
    show_default=True,
    help="How long visitors come.",
)
@click.option(
    "--talk",
    type=click.FloatRange(0.01, 3600),
    default=5,
    show_default=True,
    help="Seconds of conversation, on average.",
)
@click.option(
    "--organisation",
    metavar="CODE",
    default="load",
    show_default=True,
    help='Made if there is none. One that people use is refused: its code must be "load" or '
    'begin with "load-".',
)
@click.option("--yes-really", is_flag=True, help="Load an organisation that people use.")
def load(url: str, ca: Path | None, yes_really: bool, **options: Any) -> None:
    """Let many visitors and consultants meet over the real wire, without sound and picture.

    Run it where the node's settings stand: it writes its people into the same database and Redis,
    in an organisation of their own. Prints what happened and how long it took; ends with 0 only
    when visitors and consultants were brought together.
    """
    from server import load as loads  # noqa: PLC0415 - as above
    from server.worker import allow_many_files  # noqa: PLC0415 - as above

    wanted = loads.Wanted(url=url, trust=_trust(ca), **options)
    if not loads.is_marked(wanted.organisation) and not yes_really:
        raise Refused(
            f"{wanted.organisation!r} may be an organisation that people use; its code neither is "
            '"load" nor begins with "load-". --yes-really does it all the same.'
        )

    async def work() -> None:
        async with engines() as services:
            await loads.make_load(services, wanted, click.echo)

    allow_many_files()
    try:
        finished = _run(work())
    except (loads.LoadError, ChangeError) as error:
        raise click.ClickException(str(error)) from error
    if not finished:
        raise click.Abort


def _trust(ca: Path | None) -> ssl.SSLContext | None:
    return None if ca is None else ssl.create_default_context(cafile=str(ca))


def _run(work: Coroutine[Any, Any, None]) -> bool:
    """Run; False when SIGTERM or Ctrl-C ended it early, in good order."""

    async def until_told() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        await task

    try:
        uvloop.run(until_told())
    except asyncio.CancelledError:
        return False
    return True
