"""``okno simulate``: people made by the machine, over the real wire and with real media."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
import ssl
from collections.abc import Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import uvloop
from aiohttp import ClientSession
from yarl import URL

from server import logs
from server.settings import load_settings
from signaling.client import Client
from signaling.cookies import browser_session, enrol_booth, enrol_demo_booth, sign_in
from signaling.errors import OknoError
from signaling.pushes import EndedError
from web.assets import STATIC

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
    wanted = _Call(**options)
    try:
        finished = _run(_within(within, _hold_call(url, _trust(ca), wanted)))
    except TimeoutError:
        raise click.ClickException(f"Not done within {within:g} s.") from None
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
    logs.configure(load_settings())
    _run(_work_as(url, _trust(ca), email, password, talk))


class _Call(NamedTuple):
    email: str
    password: str
    booth_code: str | None
    topic: str | None
    language: str
    talk: float


async def _hold_call(url: str, trust: ssl.SSLContext | None, wanted: _Call) -> None:
    # aiortc and numpy take half a second to load: not for `okno --help`.
    from signaling.media.rehearsal import Rehearsal, RehearsalError  # noqa: PLC0415
    from signaling.media.studio import Studio  # noqa: PLC0415

    studios = (
        await Studio.prepare("visitor", fonts=_fonts()),
        await Studio.prepare("consultant", fonts=_fonts()),
    )
    async with browser_session(trust=trust) as at_booth, browser_session(trust=trust) as at_work:
        with _telling("booth"):
            if wanted.booth_code is None:
                await enrol_demo_booth(at_booth, url)
            else:
                await enrol_booth(at_booth, url, wanted.booth_code)
        topic = await _topic(at_booth, url, wanted)
        with _telling("consultant"):
            await sign_in(at_work, url, wanted.email, wanted.password)
        click.echo(f"At {url}: {wanted.email} and a visitor for “{topic.name}”.")
        rehearsal = Rehearsal(
            Client(at_booth, url, "booth", language=wanted.language),
            Client(at_work, url, "workspace", language=wanted.language),
            studios=studios,
            say=click.echo,
        )
        with _telling("call"):
            try:
                await rehearsal.hold(topic.id, wanted.language, talk_for=wanted.talk)
            except RehearsalError as error:
                raise click.ClickException(str(error)) from error
    click.echo("All is well.")


async def _work_as(
    url: str, trust: ssl.SSLContext | None, email: str, password: str, talk: float
) -> None:
    from signaling.media.consultant import Habits, SimulatedConsultant  # noqa: PLC0415 - as above
    from signaling.media.participant import ClientOutlet, Participant  # noqa: PLC0415 - as above
    from signaling.media.studio import Studio  # noqa: PLC0415 - as above

    studio = await Studio.prepare("consultant", fonts=_fonts())
    async with browser_session(trust=trust) as session:
        client = Client(
            session, url, "workspace", sign_in=partial(sign_in, session, url, email, password)
        )
        participant = Participant(ClientOutlet(client), studio)
        worker = SimulatedConsultant(client, participant, Habits(talk_for=talk))
        try:
            await worker.run()
        except* (OknoError, EndedError) as ended:
            raise click.ClickException(str(ended.exceptions[0])) from ended
        finally:
            await asyncio.gather(worker.leave(), participant.close())
            await client.close()


class _Topic(NamedTuple):
    id: str
    name: str


async def _topic(session: ClientSession, url: str, wanted: _Call) -> _Topic:
    """The topic of that name, or the first, from what the booth's page was given."""
    async with session.get(URL(url) / "booth" / wanted.language) as response:
        found = re.search(r'id="page">(.*?)</script>', await response.text(), re.DOTALL)
    page = json.loads(found[1]) if found else {}
    topics = [_Topic(each["id"], each["name"]) for each in page.get("topics", ())]
    for topic in topics:
        if wanted.topic in (None, topic.id, topic.name):
            return topic
    offered = ", ".join(topic.name for topic in topics) or "none"
    raise click.ClickException(f"No such topic; the booth offers: {offered}.")


@contextlib.contextmanager
def _telling(what: str) -> Iterator[None]:
    """Say refusals in a line."""
    try:
        yield
    except (OknoError, EndedError) as error:
        raise click.ClickException(f"{what}: {error}") from error


def _fonts() -> tuple[Path, ...]:
    return tuple(STATIC / f"fonts/golos-text-{script}.woff2" for script in ("latin", "cyrillic"))


def _trust(ca: Path | None) -> ssl.SSLContext | None:
    return None if ca is None else ssl.create_default_context(cafile=str(ca))


async def _within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    async with asyncio.timeout(seconds):
        await work


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
