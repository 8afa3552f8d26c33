"""``python -m tests.browser.screens``: a picture of every screen and state, from a live node.

They land in ``build/screens/<language>/<screen>--<size>[--<variant>].png``. Nothing is compared:
people look at them.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

import click
from playwright.async_api import async_playwright

from signaling.vault import new_key
from tests.browser import breakdown, exhibits, unfit, weak
from tests.browser.exhibits import PAPER
from tests.browser.media import CONSULTANT, INTERPRETER, VISITOR
from tests.browser.node import PASSWORD, SUPERVISOR_EMAIL, Node
from tests.browser.people import Consultant, Supervisor, Visitor
from tests.browser.program import Program
from tests.browser.proxy import Proxy
from tests.browser.studio import Camera, Studio
from tests.browser.tour import Look, Tour
from tests.browser.trio import Trio, add_interpreter
from tests.browser.weak import WEATHER

KEPT = Path("build/screens")

Set = Callable[[Path, str, Look], Coroutine[None, None, None]]
"""Takes one set of pictures: where files may be put, the language, what looks at each page."""

_GREEN, _SAND, _BLUE = "#c9d6cf", "#d8d2c4", "#c4d0d8"
"""Walls."""


@contextlib.asynccontextmanager
async def _studio(node: Node, files: Path, language: str) -> AsyncIterator[Studio]:
    async with node.running(), async_playwright() as playwright:
        await node.fill()
        yield Studio(playwright, files, node.base, language)


async def whole_visit(files: Path, language: str, look: Look) -> None:
    """From enrolment to the log."""
    settings = {"offer_seconds": 300, "grace_seconds": 600, "recording_key": new_key("screens")}
    node = Node(files / f"data-{language}", settings=settings)
    async with _studio(node, files, language) as studio:
        await node.okno("topic", "edit", "passport", "--recording", "ask")
        await node.okno("user", "edit", SUPERVISOR_EMAIL, "--role", "administrator")
        await _fill_log(node)
        async with (
            studio.seat(Visitor, VISITOR, _GREEN) as visitor,
            studio.seat(Consultant, CONSULTANT, _SAND) as consultant,
            studio.seat(Supervisor, CONSULTANT, _SAND) as supervisor,
            Program(node.base, await node.token()) as machine,
        ):
            tour = Tour(visitor, consultant, supervisor, machine, language=language, look=look)
            await tour.walk(await node.booth_code(1))


async def talk_of_three(files: Path, language: str, look: Look) -> None:
    """With an interpreter."""
    node = Node(files / f"three-{language}", settings={"offer_seconds": 300})
    async with _studio(node, files, language) as studio:
        await add_interpreter(node)
        async with (
            studio.seat(Visitor, VISITOR, _GREEN, PAPER) as visitor,
            studio.seat(Consultant, CONSULTANT, _SAND) as consultant,
            studio.seat(Consultant, INTERPRETER, _BLUE) as interpreter,
        ):
            trio = Trio(visitor, consultant, interpreter)
            await visitor.enrol(await node.booth_code(1))
            await trio.go_to_work()
            await trio.walk(look, language=language)


async def broken_devices(files: Path, language: str, look: Look) -> None:
    """In a talk."""
    node = Node(files / f"breakdown-{language}", settings={"offer_seconds": 300})
    async with _studio(node, files, language) as studio:
        await node.okno("booth", "edit", "leninsky/1", "--handset", "1")
        async with (
            studio.seat(Visitor, VISITOR, _GREEN) as visitor,
            studio.seat(Consultant, CONSULTANT, _SAND) as consultant,
        ):
            await visitor.enrol(await node.booth_code(1))
            await breakdown.walk(visitor, consultant, look, language=language)


async def things_shown(files: Path, language: str, look: Look) -> None:
    """Documents, a photo, a window."""
    node = Node(files / f"exhibits-{language}", settings={"offer_seconds": 300})
    async with (
        _studio(node, files, language) as studio,
        studio.seat(Visitor, VISITOR, _GREEN, PAPER) as visitor,
        studio.seat(Consultant, CONSULTANT, _SAND, PAPER) as consultant,
    ):
        await visitor.enrol(await node.booth_code(1))
        await exhibits.walk(visitor, consultant, look, language=language)


async def weak_network(files: Path, language: str, look: Look) -> None:
    """A talk over one, and its record."""
    node = Node(files / f"weak-{language}", settings={"offer_seconds": 300})
    async with _studio(node, files, language) as studio, Proxy(node.port).running() as entrance:
        near = Studio(studio.playwright, files, entrance.site, language)
        async with (
            near.seat(Visitor, VISITOR, _GREEN, WEATHER) as visitor,
            near.seat(Consultant, CONSULTANT, _SAND, WEATHER) as consultant,
            studio.seat(Supervisor, CONSULTANT, _SAND) as supervisor,
        ):
            await visitor.enrol(await node.booth_code(1))
            people = (visitor, consultant, supervisor)
            await weak.walk(*people, entrance, look, language=language)


async def broken_booths(files: Path, language: str, look: Look) -> None:
    """At the booth and on the wall."""
    node = Node(files / f"unfit-{language}")
    async with (
        _studio(node, files, language) as studio,
        studio.seat(Visitor, VISITOR, _GREEN) as visitor,
        studio.seat(Supervisor, CONSULTANT, _SAND) as supervisor,
    ):
        await visitor.enrol(await node.booth_code(1))
        await unfit.walk(visitor, supervisor, look, language=language)


SETS: dict[str, Set] = {
    "visit": whole_visit,
    "three": talk_of_three,
    "devices": broken_devices,
    "shown": things_shown,
    "weak": weak_network,
    "unfit": broken_booths,
}


async def _fill_log(node: Node) -> None:
    """Hold two consultations, so that there is something to read."""
    for number, language in ((3, "ru"), (4, "en")):
        await node.okno(
            *("simulate", "call", "--url", node.base, "--talk", "2", "--language", language),
            *("--password", PASSWORD, "--booth-code", await node.booth_code(number)),
        )


@click.command()
@click.option("--language", multiple=True, default=("ru", "en"), help="May be given several times.")
@click.option(
    "--only",
    type=click.Choice(list(SETS)),
    multiple=True,
    help="A set of screens; the pictures of others stay. May be given several times.",
)
def main(language: tuple[str, ...], only: tuple[str, ...]) -> None:
    """Take a picture of every screen and state."""
    with tempfile.TemporaryDirectory(prefix="okno-screens-") as files:
        for each in language:
            kept = KEPT / each
            if not only:
                shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True, exist_ok=True)
            for name in only or SETS:
                began = time.monotonic()
                asyncio.run(SETS[name](Path(files), each, Camera(kept).look))
                click.echo(f"{each} {name}: {time.monotonic() - began:.0f} s")
            click.echo(f"{len(list(kept.glob('*.png')))} pictures in {kept}")


if __name__ == "__main__":
    main()
